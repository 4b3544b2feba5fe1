/**
 * Calls to the Graph API: always with a version, to the configured address and nowhere else. Its documentation puts the token
 * into the query; here it travels in a header or in the body wherever the host takes that, and no message names an address.
 */
import type { Clock } from "../../infra/clock.ts";
import type { OutboundHttp, OutboundRequest } from "../../infra/outbound-http.ts";
import type { Secret } from "../../infra/secret.ts";
import { readJson } from "../ask-platform.ts";
import { sendOnce } from "../send-once.ts";
import { type GraphError, readGraphError } from "./graph-error.ts";
import { readUsage, type UsageGauge } from "./usage.ts";

/** One of Meta's hosts. */
export interface GraphHost {
  /** What people call what is behind it. */
  readonly label: string;
  /** Without a trailing slash. */
  readonly baseUrl: string;
  /** A path segment such as `v25.0`; null for addresses without one. */
  readonly version: string | null;
  /** `header`: a bearer token, which graph.facebook.com takes. `query`: graph.instagram.com promises nothing else for reads. */
  readonly tokenIn: "header" | "query";
}

/** One question. */
export interface GraphQuestion {
  /** Begins with a slash. */
  readonly path: string;
  /** The query of a GET, the form of a POST. */
  readonly fields?: Readonly<Record<string, string>>;
  /** A file to send along; makes a POST multipart. */
  readonly file?: { readonly field: string; readonly name: string; readonly mime: string; readonly bytes: Buffer };
  readonly token?: Secret;
  /** Whose limits it counts towards: the account's remote id. */
  readonly account: string;
  readonly signal: AbortSignal;
  /** Milliseconds. Default 15,000. */
  readonly deadlineMs?: number;
}

/** How a question ended. `message`s are sentences for people. */
export type GraphAnswer =
  | { readonly kind: "answered"; readonly json: unknown }
  /** `retryAt`: when the answer itself says that access comes back. */
  | { readonly kind: "failed"; readonly error: GraphError; readonly retryAt: Date | null }
  /** Nothing was asked, because a limit is nearly used up. */
  | { readonly kind: "held"; readonly retryAt: Date; readonly message: string }
  /** No answer, or none that the API gives. `sent`: whether it may have arrived. */
  | { readonly kind: "lost"; readonly sent: boolean; readonly message: string };

/** What asks Meta's hosts. */
export interface Graph {
  readonly host: GraphHost;
  get(question: GraphQuestion): Promise<GraphAnswer>;
  post(question: GraphQuestion): Promise<GraphAnswer>;
  /** The one irreversible POST of a publication (R-2). */
  postOnce(question: GraphQuestion): Promise<GraphAnswer>;
}

/** What a graph is built from. */
export interface GraphContext {
  readonly http: OutboundHttp;
  readonly clock: Clock;
  readonly gauge: UsageGauge;
}

/** Answers are texts. */
const maxBytes = 2 * 1024 * 1024;

/** Opens a host. */
export function createGraph({ http, clock, gauge }: GraphContext, host: GraphHost): Graph {
  const ask = async (question: GraphQuestion, send: () => ReturnType<typeof sendOnce>): Promise<GraphAnswer> => {
    const until = gauge.heldUntil(question.account, clock.now());
    if (until !== null) {
      const message = `${host.label} reports that nearly all calls of this hour are used up. It is asked again from ${until.toISOString()}.`;
      return { kind: "held", retryAt: until, message };
    }
    const outcome = await send();
    if (outcome.kind !== "answered") {
      return { kind: "lost", sent: outcome.kind === "ambiguous", message: outcome.message };
    }
    const now = clock.now();
    const usage = readUsage(outcome.headers, now);
    gauge.note(question.account, usage, now);
    return readAnswer(host, outcome, usage.regainedAt);
  };
  const plain = async (request: OutboundRequest): ReturnType<typeof sendOnce> => {
    const result = await http.request({ deadlineMs: 15_000, maxBytes, ...request });
    if (result.ok) return { ...result, kind: "answered" };
    return { kind: result.requestSent ? "ambiguous" : "unavailable", message: result.message };
  };
  return {
    host,
    get: (question) => ask(question, () => plain(getRequest(host, question))),
    post: (question) => ask(question, () => plain(postRequest(host, question))),
    postOnce: (question) => ask(question, () => sendOnce(http, { maxBytes, ...postRequest(host, question) })),
  };
}

function readAnswer(
  { label }: GraphHost,
  { status, body }: { readonly status: number; readonly body: Buffer },
  retryAt: Date | null,
): GraphAnswer {
  const json = readJson(body);
  const error = readGraphError(status, json);
  if (error !== null) return { kind: "failed", error, retryAt };
  if (status >= 200 && status < 300 && typeof json === "object" && json !== null) return { kind: "answered", json };
  return { kind: "lost", sent: true, message: `${label} gave an answer that could not be read.` };
}

const addressOf = ({ baseUrl, version }: GraphHost, path: string): URL =>
  new URL(`${baseUrl}${version === null ? "" : `/${version}`}${path}`);

const common = (url: URL, { signal, deadlineMs }: GraphQuestion) => ({
  ...{ url: url.href, signal, trustedOrigin: url.origin },
  ...(deadlineMs !== undefined && { deadlineMs }),
});

function getRequest(host: GraphHost, question: GraphQuestion): OutboundRequest {
  const { path, fields = {}, token } = question;
  const url = addressOf(host, path);
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
  if (token !== undefined && host.tokenIn === "query") url.searchParams.set("access_token", token.reveal());
  return {
    ...common(url, question),
    headers: {
      accept: "application/json",
      ...(token !== undefined && host.tokenIn === "header" && { authorization: `Bearer ${token.reveal()}` }),
    },
  };
}

function postRequest(host: GraphHost, question: GraphQuestion): Omit<OutboundRequest, "redirects"> {
  const { path, fields = {}, token, file } = question;
  const values = { ...fields, ...(token !== undefined && { access_token: token.reveal() }) };
  const request = { ...common(addressOf(host, path), question), method: "POST" as const };
  const accept = "application/json";
  if (file === undefined) {
    const headers = { accept, "content-type": "application/x-www-form-urlencoded" };
    return { ...request, headers, body: new URLSearchParams(values).toString() };
  }
  const form = new FormData();
  for (const [name, value] of Object.entries(values)) form.set(name, value);
  form.set(file.field, new Blob([new Uint8Array(file.bytes)], { type: file.mime }), file.name);
  return { ...request, headers: { accept }, body: form };
}
