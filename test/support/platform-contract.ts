/** What the contract suite asks of every platform, in its own words. */
import type { Test } from "tap";
import { Secret } from "../../src/infra/secret.ts";
import type { AccountSession } from "../../src/platforms/connection.ts";
import type {
  CapabilityClass,
  PublishOutcome,
  PublishRequest,
  ReconcileOutcome,
  Refusal,
} from "../../src/platforms/publication.ts";
import type { PlatformFault } from "../simulators/platform-simulator.ts";
import { eventually } from "./eventually.ts";
import type { PlatformBench, PlatformBenchRow } from "./platform-benches/bench.ts";

/** A bench with everything that its platform said. */
export interface WatchedBench extends PlatformBench {
  /** Prepares, which must end ready; answers the same request. */
  prepared(request?: PublishRequest): Promise<PublishRequest>;
  publish(request: PublishRequest, signal?: AbortSignal): Promise<PublishOutcome>;
  /** Prepares and publishes; ends as the step that refuses does, whichever it is. */
  sent(request: PublishRequest): Promise<PublishOutcome>;
  reconcile(request: PublishRequest): Promise<ReconcileOutcome>;
  readonly capability: CapabilityClass;
  /** Remembers what was said, to be judged at the end. */
  heard<T>(outcome: T): T;
}

/** A signal that is never aborted. */
export const unhurried = (): AbortSignal => new AbortController().signal;

/** Troubles whose post is out all the same. */
export const effective = [
  "drop-after-effect",
  "error-after-effect",
  "hang-after-effect",
  "garbage-after-effect",
] as const satisfies readonly PlatformFault["kind"][];

/** Runs a test at a bench of its own. Afterwards everything that was said is judged, and so is everything that arrived. */
export function atBench(
  t: Test,
  row: PlatformBenchRow,
  title: string,
  work: (bench: WatchedBench, t: Test) => Promise<void>,
) {
  return t.test(title, async (t) => {
    const bench = await row.open(t);
    const said: unknown[] = [];
    await work(watched(bench, said), t);
    t.same(bench.simulator.offences, [], "the platform's rules were kept");
    const secrets = Object.values(bench.session.credentials).map((secret) => secret.reveal());
    for (const outcome of said) judgeTelling(t, outcome, secrets);
  });
}

function watched(bench: PlatformBench, said: unknown[]): WatchedBench {
  const { platform, session } = bench;
  const heard = <T>(outcome: T): T => {
    said.push(outcome);
    return outcome;
  };
  const publish = async (request: PublishRequest, signal = unhurried()) =>
    heard(await platform.publish(request, signal));
  return {
    ...bench,
    heard,
    capability: platform.capabilityOf(session.account),
    prepared: async (request = bench.request()) => {
      const refusal = await prepareUntilReady(bench, request, heard);
      if (refusal !== null) throw new Error(`Not prepared: ${JSON.stringify(refusal)}`);
      return request;
    },
    publish,
    sent: async (request) => (await prepareUntilReady(bench, request, heard)) ?? (await publish(request)),
    reconcile: async (request) => heard(await platform.reconcile(request, unhurried())),
  };
}

/** Nothing that anybody may read names a secret, and what is for people is a sentence. */
function judgeTelling(t: Test, outcome: unknown, secrets: readonly string[]): void {
  const text = JSON.stringify(outcome) ?? "";
  for (const secret of secrets) if (secret.length > 3 && text.includes(secret)) t.fail(`a secret was told: ${text}`);
  if (typeof outcome !== "object" || outcome === null || !("message" in outcome)) return;
  const { message } = outcome;
  if (typeof message !== "string" || !/^\p{Lu}[^]*[.!?…”]$/u.test(message)) t.fail(`no sentence: ${String(message)}`);
  if (/127\.0\.0\.1|ECONN|undefined|\[object/.test(String(message))) t.fail(`hosts and codes: ${String(message)}`);
}

async function prepareUntilReady(
  { platform, simulator }: PlatformBench,
  request: PublishRequest,
  heard: WatchedBench["heard"],
): Promise<Refusal | null> {
  for (let round = 0; round < 30; round += 1) {
    const outcome = heard((await platform.prepare?.(request, unhurried())) ?? { kind: "ready" as const });
    if (outcome.kind === "ready") return null;
    if (outcome.kind !== "waiting") return outcome;
    simulator.advance(60_000);
  }
  throw new Error("The platform never was ready.");
}

/** Publishes into an armed trouble. One that hangs is given up once the call has arrived. */
export async function publishInto(
  bench: WatchedBench,
  request: PublishRequest,
  fault: PlatformFault,
): Promise<PublishOutcome> {
  const { simulator } = bench;
  simulator.arm(fault);
  const before = simulator.irreversibleCalls;
  const stop = new AbortController();
  const outcome = bench.publish(request, stop.signal);
  if (fault.kind === "hang-after-effect") {
    await eventually("the irreversible call", () => simulator.irreversibleCalls > before);
    stop.abort();
  }
  return outcome;
}

/** A post that was begun at this moment, as the ledger asks about it. */
export const asSent = (bench: PlatformBench, request: PublishRequest): PublishRequest => ({
  ...request,
  sentAt: bench.now?.() ?? new Date(),
});

/** The session of somebody else's making: it opens nothing. */
export function strangersSession({ session: { account, credentials } }: PlatformBench): AccountSession {
  const spoilt = Object.entries(credentials).map(([name, secret]) => [name, new Secret(spoiled(secret.reveal()))]);
  return { account, credentials: Object.fromEntries(spoilt) };
}

/** Of the same shape, so that it is refused for what it is and not for its looks. */
const spoiled = (text: string): string => text.replaceAll(/[A-Za-z]/g, (letter) => (letter === "x" ? "y" : "x"));

/** Whether a row's platform can meet a trouble. */
export const canMeet = ({ faults }: PlatformBench, kind: PlatformFault["kind"]): boolean =>
  faults === undefined || faults.includes(kind);
