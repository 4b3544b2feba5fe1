/**
 * One HTTP request and its answer over one fresh connection to addresses that were checked before.
 *
 * No connection is reused: a kept-alive socket can die under a request whose head is already written, and the caller could
 * not tell whether a post went out. Nothing here retries, follows or proxies.
 */
import type { LookupFunction } from "node:net";
import { isIPv6 } from "node:net";
import { Client, type Dispatcher } from "undici";

export type HttpMethod = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Why the work stopped from our side; the `reason` of the signal that is handed in. */
export type StopReason = "timeout" | "aborted";

/** The head of an answer. */
export interface AnswerHead {
  readonly status: number;
  /** Names in lower case; repeated ones joined with a comma. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface ExchangeRequest {
  readonly url: URL;
  /** Checked addresses; the connection goes to one of these whatever the name resolves to meanwhile. */
  readonly addresses: readonly string[];
  readonly method: HttpMethod;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
  /** Its abort reason is a `StopReason`. */
  readonly signal: AbortSignal;
  /** Cap on the answer's body as transferred. */
  readonly maxBytes: number;
  readonly connectTimeoutMs: number;
  /** Answers for which this is true end the exchange at their head; their body is not read. */
  readonly headOnly: (status: number, headers: Readonly<Record<string, string>>) => boolean;
  /** Hears the parts of an uncompressed body as they arrive; what it answers true for is not collected. */
  readonly onChunk: (chunk: Buffer, head: AnswerHead) => boolean;
}

/** `requestSent`: the head was handed to the socket, so the server may have acted on it. */
export type ExchangeOutcome =
  | {
      readonly ok: true;
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Buffer;
    }
  | {
      readonly ok: false;
      readonly reason: StopReason | "connect" | "network" | "too_large";
      readonly requestSent: boolean;
      /** For the log: an error code or number, never shown to users. */
      readonly detail: string;
    };

/** Sends one request. Every end is an `ExchangeOutcome`; it rejects only with what `onChunk` threw, which is a bug. */
export function httpExchange(request: ExchangeRequest): Promise<ExchangeOutcome> {
  const { url, signal } = request;
  return new Promise((resolve, reject) => {
    const client = new Client(url.origin, {
      allowH2: false,
      pipelining: 0,
      // The caller's deadline is the only clock: it also covers a server that drips one byte at a time.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { lookup: pinnedLookup(request.addresses), timeout: request.connectTimeoutMs, signal },
    });
    const stop = () =>
      finish({ ok: false, reason: stopReason(signal), requestSent: reader.requestSent, detail: "stopped" });
    const finish = (outcome: ExchangeOutcome) => {
      signal.removeEventListener("abort", stop);
      resolve(outcome);
      void client.destroy();
    };
    const reader = new AnswerReader(request, finish, (bug) => {
      signal.removeEventListener("abort", stop);
      reject(bug);
      void client.destroy();
    });
    if (signal.aborted) return stop();
    signal.addEventListener("abort", stop);
    const { method, headers, body } = request;
    client.dispatch({ path: `${url.pathname}${url.search}`, method, headers: { ...headers }, body }, reader);
  });
}

/** Collects one answer. After the first call of `finish` the connection is destroyed and later callbacks change nothing. */
class AnswerReader implements Dispatcher.DispatchHandler {
  requestSent = false;
  readonly #request: ExchangeRequest;
  readonly #finish: (outcome: ExchangeOutcome) => void;
  readonly #break: (bug: unknown) => void;
  readonly #chunks: Buffer[] = [];
  #received = 0;
  #status = 0;
  #headers: Readonly<Record<string, string>> = {};

  constructor(request: ExchangeRequest, finish: (outcome: ExchangeOutcome) => void, breakOff: (bug: unknown) => void) {
    this.#request = request;
    this.#finish = finish;
    this.#break = breakOff;
  }

  /** undici calls this after the connection stands and right before it writes the head. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.requestSent) controller.abort(new Error("a request is never sent twice"));
    this.requestSent = true;
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = flatten(headers);
    const { method, maxBytes, headOnly } = this.#request;
    const announced = Number(this.#headers["content-length"] ?? 0);
    if (headOnly(status, this.#headers)) this.#complete();
    else if (method !== "HEAD" && announced > maxBytes) this.#refuse(controller, `${announced} bytes announced`);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#received += chunk.length;
    if (this.#received > this.#request.maxBytes)
      return this.#refuse(controller, `over ${this.#request.maxBytes} bytes`);
    if (!this.#taken(chunk)) this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#complete();
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    const built = !("code" in error && error.code === "UND_ERR_INVALID_ARG");
    const reason = this.requestSent || !built ? "network" : "connect";
    this.#finish({ ok: false, reason, requestSent: this.requestSent, detail: describe(error) });
  }

  #taken(chunk: Buffer): boolean {
    const headers = this.#headers;
    if (headers["content-encoding"] !== undefined) return false;
    try {
      return this.#request.onChunk(chunk, { status: this.#status, headers });
    } catch (bug) {
      // undici would take it for a broken connection.
      this.#break(bug);
      return true;
    }
  }

  #complete(): void {
    this.#finish({ ok: true, status: this.#status, headers: this.#headers, body: Buffer.concat(this.#chunks) });
  }

  #refuse(controller: Dispatcher.DispatchController, detail: string): void {
    this.#finish({ ok: false, reason: "too_large", requestSent: true, detail });
    controller.abort(new Error(detail));
  }
}

/** Answers every name with the checked addresses. Node asks for one or for all of them. */
function pinnedLookup(addresses: readonly string[]): LookupFunction {
  const answers = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  return (_hostname, options, callback) => {
    const [first] = answers;
    if (!first) callback(new Error("no address"), "");
    else if (options.all) callback(null, answers);
    else callback(null, first.address, first.family);
  };
}

/** Lower-case names; repeated headers joined with a comma, as RFC 9110 §5.3 allows. */
function flatten(headers: Record<string, string | string[] | undefined>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(", ") : value]],
    ),
  );
}

function stopReason(signal: AbortSignal): StopReason {
  return signal.reason === "timeout" ? "timeout" : "aborted";
}

function describe(error: Error): string {
  return "code" in error ? `${String(error.code)}: ${error.message}` : error.message;
}
