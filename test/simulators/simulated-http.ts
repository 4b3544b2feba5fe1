/** What the simulators of APIs with several routes share, on top of `loopback.ts`: parsed requests, and failures to order. */
import type { ServerResponse } from "node:http";
import type { Test } from "tap";
import { type Arrival, badWeather, loopbackServer, troubleIn } from "./loopback.ts";

/** One request, read. */
export interface SimulatedCall {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Arrival["headers"];
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
  readonly arrivals: readonly Arrival[];
  /** The same, read. */
  readonly requests: readonly SimulatedCall[];
  /** `METHOD /path` of everything that arrived. */
  calls(): string[];
  /** The next requests whose `METHOD /path` matches are answered so, one each, instead of by the API. */
  interfere(pattern: RegExp, ...answers: readonly Interference[]): void;
  /** Resolves with the next request that matches, as soon as it arrived. */
  arrival(pattern: RegExp): Promise<SimulatedCall>;
}

/**
 * Serves until the test ends. `answer` is the API. A word in the prompt of a POST that names bad weather is answered by that.
 */
export async function simulateHttp(
  t: Test,
  answer: (call: SimulatedCall, response: ServerResponse) => void | Promise<void>,
): Promise<SimulatedHttp> {
  const requests: SimulatedCall[] = [];
  const planned: { readonly pattern: RegExp; readonly answers: Interference[] }[] = [];
  const watchers: { readonly pattern: RegExp; readonly tell: (call: SimulatedCall) => void }[] = [];
  const { origin, arrivals } = await loopbackServer(t, async (arrival, response) => {
    const call = read(arrival);
    requests.push(call);
    const line = `${call.method} ${call.path}`;
    for (const watcher of watchers.filter(({ pattern }) => pattern.test(line))) {
      watchers.splice(watchers.indexOf(watcher), 1);
      watcher.tell(call);
    }
    const instead = planned.find(({ pattern, answers }) => answers.length > 0 && pattern.test(line))?.answers.shift();
    if (instead === "cut") response.destroy();
    else if (typeof instead === "object") send(response, instead.status, instead.body, instead.headers);
    else if (instead === undefined && !badWeather(troubleIn(arrival.body.toString()), response)) {
      await answer(call, response);
    }
  });
  return {
    ...{ url: origin, arrivals, requests },
    calls: () => requests.map(({ method, path }) => `${method} ${path}`),
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

function read({ method, path, headers, body }: Arrival): SimulatedCall {
  const { pathname, searchParams } = new URL(path, "http://127.0.0.1");
  return { method, path: pathname, query: searchParams, headers, body: parsed(body) };
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

/** An object of JSON, or an empty one. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
