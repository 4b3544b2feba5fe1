/** What the simulated hosts of Meta share: a real HTTP server, versions, tokens, usage headers, errors, and trouble to order. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestClock } from "../support/clock.ts";
import type { Teardown } from "../support/database.ts";
import { type GraphCall, type GraphReply, graphError, readCall } from "./graph-call.ts";
import type { PlatformFault } from "./platform-simulator.ts";

/** Trouble of the irreversible call: everybody's, and the spam guard that refuses what went out. */
export type GraphFault = PlatformFault | { readonly kind: "guard-after-effect" };

/** A token that was given out. */
export interface SimulatedToken {
  readonly kind: "user" | "page" | "instagram-short" | "instagram";
  /** The person, the Page or the Instagram account. */
  readonly owner: string;
  readonly bornAt: Date;
  readonly expiresAt: Date | null;
}

/** What a simulator of one platform builds on. */
export interface GraphChassis {
  readonly url: string;
  readonly clock: TestClock;
  readonly offences: string[];
  readonly calls: GraphCall[];
  /** Every address that was asked, with its query. */
  readonly addresses: string[];
  readonly tokens: Map<string, SimulatedToken>;
  /** Per cent, and minutes until access comes back, in the usage headers of every answer. */
  usage: { app: number; account: number; minutes: number };
  /** The next calls whose `METHOD /path` matches are answered so. */
  interfere(pattern: RegExp, ...replies: readonly GraphReply[]): void;
  mint(kind: SimulatedToken["kind"], owner: string, lifeMs: number | null): string;
  /** The token's entry, or the error that its absence or its end is. */
  open(call: GraphCall): SimulatedToken | GraphReply;
  /** Answers and remembers a breach of the rules. */
  offend(what: string): GraphReply;
  arm(fault: GraphFault, times?: number): void;
  /** What is made after this is missing in lists until that time. */
  readonly stale: { from: number; until: number };
  /** Does the irreversible thing, with whatever trouble is armed for it. */
  irreversible(effect: () => GraphReply): GraphReply | "cut" | "hang";
  readonly counts: { irreversible: number; reversible: number };
  nextId(): string;
  close(): Promise<void>;
}

/** Starts one; it ends with the test, or by `close`. */
export async function graphChassis(
  t: Teardown,
  clock: TestClock,
  refusesContent: GraphReply,
  answer: (call: GraphCall) => Promise<GraphReply | "cut" | "hang">,
): Promise<GraphChassis> {
  const armed: { fault: GraphFault; times: number }[] = [];
  const planned: { readonly pattern: RegExp; readonly replies: GraphReply[] }[] = [];
  let ids = 17_900_000_000_000;
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (!request.readableAborted) chassis.offences.push(`the simulator broke: ${String(error)}`);
      response.destroy();
    });
  });
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const call = await readCall(request);
    chassis.calls.push(call);
    chassis.addresses.push(request.url ?? "");
    const line = `${call.method} ${call.path}`;
    const instead = planned.find(({ pattern, replies }) => replies.length > 0 && pattern.test(line))?.replies.shift();
    const reply = instead ?? (await answer(call));
    if (reply === "cut") response.destroy();
    else if (reply !== "hang") send(response, reply, usageHeaders(chassis));
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = async () => {
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  t.teardown(close);
  const chassis: GraphChassis = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ clock, offences: [], calls: [], addresses: [], tokens: new Map(), usage: { app: 2, account: 2, minutes: 0 } },
    ...{ counts: { irreversible: 0, reversible: 0 }, stale: { from: 0, until: 0 }, close },
    nextId: () => String((ids += 1)),
    interfere: (pattern, ...replies) => void planned.push({ pattern, replies: [...replies] }),
    mint(kind, owner, lifeMs) {
      // As long as the real ones, and as varied.
      const text = `${kind === "page" || kind === "user" ? "EAAG" : "IGAA"}${kind}${chassis.nextId()}${"aZ7".repeat(20)}`;
      const bornAt = clock.now();
      const expiresAt = lifeMs === null ? null : new Date(bornAt.getTime() + lifeMs);
      chassis.tokens.set(text.replace(/-/g, ""), { kind, owner, bornAt, expiresAt });
      return text.replace(/-/g, "");
    },
    open({ token }) {
      const found = token === null ? undefined : chassis.tokens.get(token);
      if (found === undefined) return graphError(190, 467, "Invalid OAuth access token - Cannot parse access token");
      if (found.expiresAt !== null && found.expiresAt <= clock.now()) {
        return graphError(190, 463, "Error validating access token: Session has expired");
      }
      return found;
    },
    offend(what) {
      chassis.offences.push(what);
      return graphError(100, 0, what);
    },
    arm(fault, times = 1) {
      if (fault.kind !== "stale-lists") return void armed.push({ fault, times });
      chassis.stale.from = clock.now().getTime();
      chassis.stale.until = chassis.stale.from + fault.milliseconds;
    },
    irreversible(effect) {
      chassis.counts.irreversible += 1;
      const next = armed[0];
      if (next === undefined) return effect();
      next.times -= 1;
      if (next.times <= 0) armed.shift();
      return suffer(next.fault, effect, refusesContent);
    },
  };
  return chassis;
}

function suffer(fault: GraphFault, effect: () => GraphReply, refusesContent: GraphReply): GraphReply | "cut" | "hang" {
  const trouble = (status: number) => ({ ...graphError(2, 0, "An unexpected error has occurred."), status });
  switch (fault.kind) {
    case "refuse":
      return "cut";
    case "error-before-effect":
      return trouble(500);
    case "rate-limit":
      return { ...graphError(4, 0, "Application request limit reached"), ...regained(fault.retryAfterSeconds) };
    case "unauthorized":
      return graphError(190, 463, "Error validating access token: Session has expired");
    case "refuse-content":
      return refusesContent;
    case "stale-lists":
      return effect();
    case "drop-after-effect":
    case "hang-after-effect":
    case "error-after-effect":
    case "garbage-after-effect":
    case "guard-after-effect": {
      const reply = effect();
      if (reply.status !== 200) return reply;
      if (fault.kind === "drop-after-effect") return "cut";
      if (fault.kind === "hang-after-effect") return "hang";
      if (fault.kind === "error-after-effect") return trouble(500);
      if (fault.kind === "guard-after-effect") return graphError(4, 2_207_051, "We restrict certain activity.");
      return { status: 200, body: "<!DOCTYPE html><title>Sorry</title>", headers: { "content-type": "text/html" } };
    }
  }
}

function regained(seconds: number | null): { headers?: Record<string, string> } {
  if (seconds === null) return {};
  const entry = {
    ...{ type: "instagram", call_count: 100, total_cputime: 20, total_time: 20 },
    estimated_time_to_regain_access: Math.ceil(seconds / 60),
  };
  return { headers: { "x-business-use-case-usage": JSON.stringify({ "17841400000000001": [entry] }) } };
}

function usageHeaders({ usage: { app, account, minutes } }: GraphChassis): Record<string, string> {
  const shares = { total_cputime: 1, total_time: 1 };
  const entry = { type: "instagram", call_count: account, ...shares, estimated_time_to_regain_access: minutes };
  return {
    "x-app-usage": JSON.stringify({ call_count: app, ...shares }),
    "x-business-use-case-usage": JSON.stringify({ "17841400000000001": [entry] }),
  };
}

function send(response: ServerResponse, { status, body, headers = {} }: GraphReply, usual: Record<string, string>) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json; charset=UTF-8", ...usual, ...headers }).end(text);
}
