/**
 * The one way to any host that a user can influence: social instances, webhooks, provider base URLs, picture links.
 *
 * Without a guard such a request reaches what only this machine can reach: cloud metadata, databases, routers. So each hop is
 * parsed, resolved and judged (`outbound-target.ts`, `address-policy.ts`) and connected to exactly the addresses that were
 * judged. A name cannot change its mind between the check and the connection; a redirect is a new request with the same checks.
 * Proxy variables of the environment are not read.
 *
 * Expected trouble is a value, because callers must tell "never left" from "may have arrived" (`requestSent`).
 */
import { lookup } from "node:dns/promises";
import { createAddressPolicy } from "./address-policy.ts";
import { decodeContent } from "./content-decoding.ts";
import {
  type AnswerHead,
  type ExchangeOutcome,
  type HttpMethod,
  httpExchange,
  type StopReason,
} from "./http-exchange.ts";
import { outboundTarget, type TargetRules } from "./outbound-target.ts";

export interface OutboundHttpOptions {
  /** CIDRs that a self-hoster permits although they are private, such as `192.168.1.0/24` for a local image server. */
  readonly allowedNetworks: readonly string[];
  /** Permits `http:` URLs. A redirect from https to http stays forbidden. */
  readonly allowHttp: boolean;
  /** Default `Atelier`. Neutral on purpose: versions help attackers more than hosts. */
  readonly userAgent?: string;
  /** Default 10,000. */
  readonly connectTimeoutMs?: number;
  /** Every address of a name, as text. Default: the system's resolver, which knows /etc/hosts. Rejects when there is none. */
  readonly resolve?: (hostname: string) => Promise<readonly string[]>;
}

export interface OutboundRequest {
  readonly url: string;
  /** Default GET. */
  readonly method?: HttpMethod;
  /** Names that the client owns (`host`, `content-length`, `accept-encoding`, connection control) throw a TypeError. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A form brings its own `content-type`. */
  readonly body?: string | Uint8Array | FormData;
  readonly signal?: AbortSignal | undefined;
  /** From now to the last byte, over all redirects. Default 30,000. */
  readonly deadlineMs?: number;
  /** Cap on the answer's body, both as sent and as decoded. Default 8 MiB. */
  readonly maxBytes?: number;
  /**
   * The origin of an address that the operator configured: requests to exactly this one may use plain http and reach a
   * private network. Everything else, redirects included, is judged as always. Never take it from an answer or a user.
   */
  readonly trustedOrigin?: string;
  /**
   * Hears the body of an answer while it arrives, as long as it is not compressed. A part for which it answers true is its
   * own business from then on, and is missing from `body`; it counts towards `maxBytes` all the same.
   */
  readonly onChunk?: (chunk: Buffer, head: AnswerHead) => boolean;
  /** How many redirects a GET or HEAD follows, 0 to 3. With 0, the default, the 3xx itself is the answer. */
  readonly redirects?: 0 | 1 | 2 | 3;
}

export type OutboundFailure =
  | StopReason
  | "blocked"
  | "dns"
  | "connect"
  | "too_large"
  | "too_many_redirects"
  | "bad_url"
  | "network";

export type OutboundResult =
  | {
      readonly ok: true;
      /** Any status: what a 404 means is the caller's business. */
      readonly status: number;
      /** Names in lower case; repeated ones joined with a comma. */
      readonly headers: Readonly<Record<string, string>>;
      /** Decoded; empty for HEAD. */
      readonly body: Buffer;
      /** Where the answer came from, after redirects. */
      readonly url: string;
    }
  | {
      readonly ok: false;
      /** For decisions and logs. Do not show it to users: `blocked` against `dns` tells whether an internal name exists. */
      readonly reason: OutboundFailure;
      /** Whether the head of any request was written. False: the server certainly did not act. */
      readonly requestSent: boolean;
      /** A sentence for the person who asked; the same for everything that could reveal an internal host. */
      readonly message: string;
      /** For the operator's log only: may name hosts, addresses and error codes. */
      readonly detail: string;
    };

export interface OutboundHttp {
  /** Rejects only for mistakes in the calling code. */
  request(request: OutboundRequest): Promise<OutboundResult>;
  /** Ends everything in flight as `aborted`, and every later request too. */
  close(): Promise<void>;
}

type Failure = Extract<OutboundResult, { ok: false }>;

const unreachable =
  "The address could not be reached, or this server is not allowed to connect to it. Check the address.";
const messages: Readonly<Record<OutboundFailure, string>> = {
  blocked: unreachable,
  dns: unreachable,
  connect: unreachable,
  timeout: "The other server did not answer in time. Try again later.",
  too_large: "The other server's answer is larger than allowed.",
  aborted: "The request was stopped before it finished.",
  too_many_redirects: "The address redirects too often. Use the address it finally leads to.",
  bad_url:
    "The address is not a usable web address. Use a full address such as https://example.org/page, without a user name or password.",
  network: "The connection to the other server failed before its answer was complete. Try again later.",
};

const ownedHeaders =
  /^(host|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|content-length|accept-encoding)$/i;
/** A credential can sit in any header, so only these go along to another origin. */
const headersForStrangers: ReadonlySet<string> = new Set([
  "accept",
  "accept-encoding",
  "accept-language",
  "range",
  "user-agent",
]);
const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** @throws Error when an allowed network is not a CIDR. */
export function createOutboundHttp(options: OutboundHttpOptions): OutboundHttp {
  const { allowHttp, resolve = resolveBySystem, connectTimeoutMs = 10_000, userAgent = "Atelier" } = options;
  const rules: Omit<TargetRules, "trustedOrigin"> = {
    policy: createAddressPolicy(options.allowedNetworks),
    allowHttp,
    resolve,
  };
  const closing = new AbortController();
  return {
    async request(request) {
      const stop = new AbortController();
      const abort = () => stop.abort("aborted" satisfies StopReason);
      const signals = [closing.signal, ...(request.signal ? [request.signal] : [])];
      if (signals.some((signal) => signal.aborted)) abort();
      for (const signal of signals) signal.addEventListener("abort", abort);
      // Timers run on the monotonic clock: setting the machine's time neither shortens nor lengthens the deadline.
      const deadline = setTimeout(() => stop.abort("timeout" satisfies StopReason), request.deadlineMs ?? 30_000);
      try {
        const prepared = await prepare(request, userAgent);
        return await follow(rules, { request, prepared, connectTimeoutMs, signal: stop.signal });
      } finally {
        clearTimeout(deadline);
        for (const signal of signals) signal.removeEventListener("abort", abort);
      }
    },
    async close() {
      closing.abort();
    },
  };
}

interface Prepared {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
}

interface Journey {
  readonly request: OutboundRequest;
  readonly prepared: Prepared;
  readonly connectTimeoutMs: number;
  readonly signal: AbortSignal;
}

async function prepare(request: OutboundRequest, userAgent: string): Promise<Prepared> {
  const headers: Record<string, string> = { "user-agent": userAgent, "accept-encoding": "identity" };
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    if (ownedHeaders.test(name)) throw new TypeError(`The header "${name}" is set by the outbound client.`);
    headers[name.toLowerCase()] = value;
  }
  const { body } = request;
  if (body === undefined || body instanceof Uint8Array) return { headers, body: body ?? null };
  if (typeof body === "string") return { headers, body: Buffer.from(body) };
  const form = new Response(body);
  const contentType = form.headers.get("content-type");
  if (contentType) headers["content-type"] = contentType;
  return { headers, body: new Uint8Array(await form.arrayBuffer()) };
}

async function follow(
  rules: Omit<TargetRules, "trustedOrigin">,
  { request, prepared, connectTimeoutMs, signal }: Journey,
): Promise<OutboundResult> {
  const { method = "GET", maxBytes = 8 * 1024 * 1024, redirects = 0 } = request;
  // Repeating anything but a read at a place that the first server chose is not ours to decide.
  const hops = method === "GET" || method === "HEAD" ? Math.min(redirects, 3) : 0;
  const headOnly = (status: number, headers: Readonly<Record<string, string>>) =>
    hops > 0 && redirectStatuses.has(status) && headers.location !== undefined;
  const { trustedOrigin, onChunk = () => false } = request;
  let { headers } = prepared;
  let from: URL | undefined;
  let location = request.url;
  for (let hop = 0; hop <= hops; hop += 1) {
    const target = await outboundTarget({ ...rules, trustedOrigin }, location, from, signal);
    if (!target.ok) return failure(target, hop > 0);
    const { url, addresses } = target;
    if (from && from.origin !== url.origin) headers = withoutCredentials(headers);
    const exchange = {
      url,
      addresses,
      method,
      headers,
      body: from ? null : prepared.body,
      signal,
      maxBytes,
      connectTimeoutMs,
    };
    const outcome = await httpExchange({ ...exchange, headOnly, onChunk });
    if (!outcome.ok) return failure(outcome, outcome.requestSent || hop > 0);
    if (!headOnly(outcome.status, outcome.headers)) return decoded(outcome, url, maxBytes);
    from = url;
    location = outcome.headers.location ?? "";
  }
  return failure({ reason: "too_many_redirects", detail: `more than ${hops}` }, true);
}

async function resolveBySystem(hostname: string): Promise<readonly string[]> {
  return (await lookup(hostname, { all: true })).map(({ address }) => address);
}

async function decoded(
  answer: Extract<ExchangeOutcome, { ok: true }>,
  url: URL,
  maxBytes: number,
): Promise<OutboundResult> {
  const content = await decodeContent(answer.body, answer.headers["content-encoding"], maxBytes);
  if (!content.ok) return failure(content, true);
  return { ok: true, status: answer.status, headers: answer.headers, body: content.body, url: url.href };
}

function withoutCredentials(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => headersForStrangers.has(name)));
}

function failure({ reason, detail }: Pick<Failure, "reason" | "detail">, requestSent: boolean): Failure {
  return { ok: false, reason, requestSent, message: messages[reason], detail };
}
