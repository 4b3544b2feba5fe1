/** Calls to the simulated hosts of Meta as they arrive, and answers as they leave. */
import type { IncomingMessage } from "node:http";
import type { Clock } from "../../src/infra/clock.ts";

/** One call, read. */
export interface GraphCall {
  readonly method: string;
  /** Without host prefix and version. */
  readonly path: string;
  /** The first part of the path, which stands for a host: `ig`, `fb`, `api`. */
  readonly host: string;
  readonly version: string | null;
  /** Query and form together, without the token. */
  readonly fields: Readonly<Record<string, string>>;
  readonly files: ReadonlyMap<string, File>;
  readonly token: string | null;
}

/** An answer. */
export interface GraphReply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error as the Graph API sends it. */
export const graphError = (code: number, subcode = 0, says = "", more: object = {}): GraphReply => ({
  status: code === 190 ? 401 : 400,
  body: {
    error: {
      ...{ message: `(#${code}) ${says || "Invalid parameter"}`, type: "OAuthException", code },
      ...(subcode !== 0 && { error_subcode: subcode }),
      ...{ is_transient: false, fbtrace_id: "AbCdEfGhIjKlMnOpQrStUvWx" },
      ...(says !== "" && { error_user_title: "Trouble", error_user_msg: says }),
      ...more,
    },
  },
});

export const notThere = (id: string): GraphReply =>
  graphError(100, 33, `Unsupported get request. Object with ID '${id}' does not exist, cannot be loaded.`);

export const ok = (body: unknown): GraphReply => ({ status: 200, body });

export const isReply = (value: object): value is GraphReply => "status" in value;

/** Reads a request whole. */
export async function readCall(request: IncomingMessage): Promise<GraphCall> {
  const bytes = Buffer.concat(await Array.fromAsync<Buffer>(request));
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
  const [, host = "", rest = ""] = /^\/(\w+)(\/.*)$/.exec(pathname) ?? [];
  const version = /^\/(v\d+\.\d)\//.exec(rest)?.[1] ?? null;
  const { "content-type": type = "", authorization } = request.headers;
  const fields: Record<string, string> = Object.fromEntries(searchParams);
  const files = new Map<string, File>();
  if (bytes.length > 0) {
    const form = await new Response(bytes, { headers: { "content-type": type } }).formData();
    for (const [name, value] of form) {
      if (typeof value === "string") fields[name] = value;
      else files.set(name, value);
    }
  }
  const { access_token: given, ...others } = fields;
  const bearer = /^Bearer (\S+)$/.exec(authorization ?? "")?.[1];
  const path = version === null ? rest : rest.slice(version.length + 1);
  const token = given ?? (host === "ig" ? undefined : bearer) ?? null;
  return { ...{ method: request.method ?? "", path, host, version }, fields: others, files, token };
}

/** What hides new things from lists. */
export interface ListState {
  readonly clock: Clock;
  /** What is made after `from` is missing until that time. */
  readonly stale: { readonly from: number; readonly until: number };
}

/** The fields of a call that its edge does not know; they are an offence. */
export function strangers({ fields, files }: GraphCall, known: readonly string[]): string[] {
  return [...Object.keys(fields), ...files.keys()].filter((name) => !known.includes(name));
}

/** One page of a list, newest first, by `since`, `until` (seconds), `limit` and `after`. */
export function listPage<Item extends { readonly id: string; readonly at: Date }>(
  { clock, stale }: ListState,
  items: readonly Item[],
  { fields: { since, until, limit = "25", after } }: GraphCall,
  show: (item: Item) => object,
): GraphReply {
  const isHidden = ({ at }: Item) => clock.now().getTime() < stale.until && at.getTime() >= stale.from;
  const seconds = ({ at }: Item) => at.getTime() / 1_000;
  const shown = items
    .filter((item) => !isHidden(item) && seconds(item) >= Number(since ?? 0) && seconds(item) <= Number(until ?? 1e12))
    .toReversed();
  const start = after === undefined ? 0 : shown.findIndex(({ id }) => id === after) + 1;
  const page = shown.slice(start, start + Number(limit));
  const last = page.at(-1)?.id;
  const more = start + page.length < shown.length;
  return ok({
    data: page.map(show),
    ...(last !== undefined && {
      paging: {
        cursors: { before: page[0]?.id, after: last },
        ...(more && { next: `https://graph.example/?after=${last}` }),
      },
    }),
  });
}
