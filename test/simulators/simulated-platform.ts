/** What the simulators of social networks share: a real HTTP server, armed troubles around the irreversible call, a diary. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { TestClock } from "../support/clock.ts";
import type { Teardown } from "../support/database.ts";
import type { PlatformFault, PlatformSimulator, PublicPost } from "./platform-simulator.ts";

/** A request, read whole. */
export interface Asked {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** An answer; `body` goes out as JSON. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One network's API. */
export interface SimulatedApi {
  isIrreversible(asked: Pick<Asked, "method" | "path">): boolean;
  answer(asked: Asked): Reply | Promise<Reply>;
  /** How this network says these. */
  rateLimited(seconds: number | null): Reply;
  unauthorized(): Reply;
  refusedContent(): Reply;
}

/** A simulator with what its API and its tests need. */
export interface SimulatedPlatform extends PlatformSimulator {
  readonly clock: TestClock;
  readonly publicPosts: PublicPost[];
  readonly offences: string[];
  readonly asked: readonly Asked[];
  reversibleCalls: number;
  irreversibleCalls: number;
  /** Lists show nothing that was made between these two moments of the clock. */
  readonly stale: { from: Date; until: Date } | null;
  /** Requests whose `METHOD /path` matches are answered so, one each, instead of by the API. */
  interfere(pattern: RegExp, ...replies: readonly Reply[]): void;
}

/** Serves `api` on 127.0.0.1 until the test ends. */
export async function simulatePlatform(
  t: Teardown,
  clock: TestClock,
  apiOf: (simulator: SimulatedPlatform) => SimulatedApi,
): Promise<SimulatedPlatform> {
  const armed: PlatformFault[] = [];
  const asked: Asked[] = [];
  const planned: { readonly pattern: RegExp; readonly replies: Reply[] }[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    receive(request, response).catch((error: unknown) => {
      if (!request.destroyed) simulator.offences.push(`the simulator broke: ${String(error)}`);
      response.destroy();
    });
  });
  server.on("connection", (socket) => void sockets.add(socket).size);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  let closed = false;
  const simulator = {
    ...{ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, clock, asked },
    ...{ publicPosts: [] as PublicPost[], offences: [] as string[], reversibleCalls: 0, irreversibleCalls: 0 },
    stale: null as { from: Date; until: Date } | null,
    arm(fault: PlatformFault, times = 1) {
      if (fault.kind !== "stale-lists") return void armed.push(...Array.from({ length: times }, () => fault));
      simulator.stale = { from: clock.now(), until: new Date(clock.now().getTime() + fault.milliseconds) };
    },
    advance: (milliseconds: number) => clock.advance(milliseconds),
    interfere: (pattern: RegExp, ...replies: readonly Reply[]) => void planned.push({ pattern, replies: [...replies] }),
    async close() {
      if (closed) return;
      closed = true;
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  t.teardown(() => simulator.close());
  const api = apiOf(simulator);

  const receive = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname: path, searchParams: query } = new URL(request.url ?? "/", "http://127.0.0.1");
    const method = request.method ?? "";
    const irreversible = api.isIrreversible({ method, path });
    if (irreversible) simulator.irreversibleCalls += 1;
    const fault = irreversible ? armed.shift() : undefined;
    if (fault?.kind === "refuse") return request.socket.destroy();
    const body = Buffer.concat(await Array.fromAsync<Buffer>(request));
    const call: Asked = { method, path, query, headers: request.headers, body };
    asked.push(call);
    const instead = planned.find(({ pattern, replies }) => replies.length > 0 && pattern.test(`${method} ${path}`));
    const [reply] = instead?.replies.splice(0, 1) ?? [];
    if (reply !== undefined) return send(response, reply);
    return fault === undefined ? send(response, await api.answer(call)) : meet(fault, api, call, response);
  };
  return simulator;
}

/** As both networks word it. */
const broken: Reply = { status: 500, body: { error: "InternalServerError", message: "Internal Server Error" } };

async function meet(fault: PlatformFault, api: SimulatedApi, call: Asked, response: ServerResponse): Promise<unknown> {
  const before = {
    ...{ "error-before-effect": () => broken, unauthorized: api.unauthorized, "refuse-content": api.refusedContent },
    "rate-limit": () => api.rateLimited(fault.kind === "rate-limit" ? fault.retryAfterSeconds : null),
  };
  for (const [kind, reply] of Object.entries(before)) if (kind === fault.kind) return send(response, reply());
  // The rest happens after the work was done. What the API refuses by itself stays refused.
  const reply = await api.answer(call);
  if (reply.status >= 300) return send(response, reply);
  if (fault.kind === "drop-after-effect") return response.destroy();
  if (fault.kind === "error-after-effect") return send(response, broken);
  if (fault.kind === "garbage-after-effect") {
    return response.writeHead(200, { "content-type": "text/html" }).end("<!DOCTYPE html><p>Welcome</p>");
  }
  // It hangs: nothing is ever answered.
  return undefined;
}

function send(response: ServerResponse, { status, body, headers }: Reply): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

/** Whether a list shows something made at this moment. */
export const listed = ({ stale, clock }: SimulatedPlatform, madeAt: Date): boolean =>
  stale === null || madeAt < stale.from || clock.now() >= stale.until;

/** The JSON of a body; undefined where it is none. */
export function jsonOf({ body }: Pick<Asked, "body">): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
