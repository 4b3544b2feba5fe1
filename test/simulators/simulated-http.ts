/** What every simulator of an outside HTTP API needs: a real server on 127.0.0.1 that keeps what arrived and can be told to fail. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Test } from "tap";
import { serve } from "../support/outbound.ts";

/** One request as it arrived. */
export interface Arrival {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly raw: Buffer;
  /** The parsed JSON body; undefined where there is none, or where it is no JSON. */
  readonly body: unknown;
}

/** `cut`: the connection breaks after the request was read. `hang`: nothing is ever answered. Otherwise an answer. */
export type Interference =
  | "cut"
  | "hang"
  | {
      readonly status: number;
      /** Sent as JSON; a string goes out as it is. */
      readonly body: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    };

export interface SimulatedHttp {
  /** Without a trailing slash. */
  readonly url: string;
  /** Everything that arrived, in order; the judge of what went out. */
  readonly arrivals: Arrival[];
  /** `METHOD /path` of everything that arrived. */
  calls(): string[];
  /** The next requests whose `METHOD /path` matches are answered so, one each, instead of by the API. */
  interfere(pattern: RegExp, ...answers: readonly Interference[]): void;
  /** Resolves with the next request that matches, as soon as it arrived. */
  arrival(pattern: RegExp): Promise<Arrival>;
}

/** Serves until the test ends. `answer` is the API; a throw of it is a fault of the simulator and answers 599. */
export async function simulateHttp(
  t: Test,
  answer: (arrival: Arrival, response: ServerResponse) => void | Promise<void>,
): Promise<SimulatedHttp> {
  const arrivals: Arrival[] = [];
  const planned: { readonly pattern: RegExp; readonly answers: Interference[] }[] = [];
  const watchers: { readonly pattern: RegExp; readonly tell: (arrival: Arrival) => void }[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const arrival = await read(request);
    arrivals.push(arrival);
    const call = `${arrival.method} ${arrival.path}`;
    for (const watcher of watchers.filter(({ pattern }) => pattern.test(call))) {
      watchers.splice(watchers.indexOf(watcher), 1);
      watcher.tell(arrival);
    }
    const interference = planned.find(({ pattern, answers }) => answers.length > 0 && pattern.test(call));
    const instead = interference?.answers.shift();
    if (instead === undefined) return answer(arrival, response);
    if (instead === "cut") return void request.socket.destroy();
    if (instead !== "hang") send(response, instead.status, instead.body, instead.headers);
  };
  const url = await serve(t, (request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (!response.headersSent) send(response, 599, { simulator: String(error) });
    });
  });
  return {
    url,
    arrivals,
    calls: () => arrivals.map(({ method, path }) => `${method} ${path}`),
    interfere: (pattern, ...answers) => void planned.push({ pattern, answers: [...answers] }),
    arrival: (pattern) => new Promise((tell) => watchers.push({ pattern, tell })),
  };
}

/** Answers JSON, or a string as it is. */
export function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(text);
}

async function read(request: IncomingMessage): Promise<Arrival> {
  const { method = "", url = "/", headers } = request;
  const { pathname, searchParams } = new URL(url, "http://127.0.0.1");
  const raw = Buffer.concat(await request.toArray());
  return { method, path: pathname, query: searchParams, headers, raw, body: parsed(raw) };
}

function parsed(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString());
  } catch {
    return undefined;
  }
}

/** An object of JSON, or an empty one. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
