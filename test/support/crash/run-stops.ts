/** Workers that are told to stop, and workers that are frozen, in the middle of their work. */
import { setTimeout as delay } from "node:timers/promises";
import { type Harbour, openHarbour } from "../../simulators/harbour.ts";
import { startHarbourWorker } from "./harbour-worker.ts";
import { type ClassFigures, judge, resting } from "./judge.ts";
import { seededRandom } from "./seeded.ts";
import { openShipyard, type ShippedTarget, type Shipyard } from "./shipyard.ts";

/** Where it happens. */
export interface StopPlace {
  readonly databaseUrl: string;
  /** For stored files. */
  readonly folder: string;
  readonly seed: number;
}

/** What happened. */
export interface StopReport {
  /** How each worker ended; null: by a signal. */
  readonly exits: readonly (number | null)[];
  /** Jobs that a stopped worker left locked, over all stops. */
  readonly locked: number;
  readonly classes: Readonly<Record<string, ClassFigures>>;
  readonly unfinished: readonly ShippedTarget[];
}

/** Starts a worker into full work and stops it in order, `times` over; the last one brings everything to rest. */
export async function stopUnderLoad({ times, ...place }: StopPlace & { readonly times: number }): Promise<StopReport> {
  return onTheQuay(place, async ({ harbour, shipyard }) => {
    const random = seededRandom(place.seed);
    await shipyard.schedule(times * 8, times * 2_500);
    harbour.weather.slowness = 800;
    const exits: (number | null)[] = [];
    let locked = 0;
    for (let round = 0; round < times; round += 1) {
      const worker = await startHarbourWorker(shipyard.environment);
      await delay(300 + random() * 2_200);
      exits.push(await worker.stop());
      locked += await lockedJobs(shipyard);
    }
    const last = await startHarbourWorker(shipyard.environment);
    await untilAtRest(shipyard, 240_000);
    exits.push(await last.stop());
    return { exits, locked: locked + (await lockedJobs(shipyard)) };
  });
}

/** Freezes a worker in the middle of its work for longer than any lease, while another one takes over; then it goes on. */
export async function freezeUnderLoad(place: StopPlace): Promise<StopReport> {
  return onTheQuay(place, async ({ harbour, shipyard }) => {
    await shipyard.schedule(24, 2_000);
    harbour.weather.slowness = 2_000;
    const frozen = await startHarbourWorker(shipyard.environment);
    // It is in full work once the first posts are out.
    while (harbour.publicPosts.length < 3) await delay(50);
    frozen.process.kill("SIGSTOP");
    const other = await startHarbourWorker(shipyard.environment);
    // Longer than the lease of a send (25 s) and the settle window, so that everything it held was taken over.
    await delay(40_000);
    frozen.process.kill("SIGCONT");
    await untilAtRest(shipyard, 240_000);
    return { exits: [await frozen.stop(), await other.stop()], locked: await lockedJobs(shipyard) };
  });
}

/** What a second wish to stop did, beside the report. */
export interface ImpatientReport extends StopReport {
  /** Milliseconds from the second signal to the end of the process. */
  readonly took: number;
  /** Sends that were open when the process ended. */
  readonly open: number;
  /** What the ledger says right after the end, of targets that were being sent. */
  readonly claimed: readonly string[];
}

/** Asks a worker to stop while it waits for a slow platform, and asks again after a while; then another one finishes. */
export async function stopTwice({
  signals,
  ...place
}: StopPlace & { readonly signals: readonly [NodeJS.Signals, NodeJS.Signals] }): Promise<ImpatientReport> {
  const seen = { took: Number.NaN, open: 0, claimed: [] as string[] };
  const report = await onTheQuay(place, async ({ harbour, shipyard }) => {
    await shipyard.schedule(12, 10_000);
    // A send takes longer than anybody here waits, and less than its own deadline.
    harbour.weather.calm = 10_000;
    const worker = await startHarbourWorker(shipyard.environment);
    while ((await openSends(shipyard)).length === 0) await delay(50);
    worker.process.kill(signals[0]);
    // Within two seconds it would be the same wish.
    await delay(2_500);
    const asked = Date.now();
    worker.process.kill(signals[1]);
    const code = await worker.ended;
    seen.took = Date.now() - asked;
    seen.claimed = await openSends(shipyard);
    seen.open = seen.claimed.length;
    harbour.weather.calm = 0;
    const other = await startHarbourWorker(shipyard.environment);
    await untilAtRest(shipyard, 240_000);
    return { exits: [code, await other.stop()], locked: 0 };
  });
  return { ...report, ...seen };
}

/** States of attempts that were begun and not answered, as the ledger has them. */
async function openSends({ services }: Shipyard): Promise<string[]> {
  const attempts = await services.db.publishAttempt.findMany({
    where: { target: { status: "PUBLISHING" }, sentAt: { not: null } },
    select: { state: true },
  });
  return attempts.map(({ state }) => state);
}

async function onTheQuay(
  { databaseUrl, folder, seed }: StopPlace,
  work: (scene: {
    readonly harbour: Harbour;
    readonly shipyard: Awaited<ReturnType<typeof openShipyard>>;
  }) => Promise<Pick<StopReport, "exits" | "locked">>,
): Promise<StopReport> {
  const harbour = await openHarbour(seededRandom(seed));
  try {
    const shipyard = await openShipyard({ databaseUrl, folder, harbourUrl: harbour.url });
    try {
      const ended = await work({ harbour, shipyard });
      const targets = await shipyard.targets();
      const unfinished = targets.filter(({ status }) => !resting.includes(status));
      return { ...ended, classes: judge(targets, harbour.publicPosts), unfinished };
    } finally {
      await shipyard.close();
    }
  } finally {
    await harbour.close();
  }
}

async function untilAtRest(shipyard: Shipyard, limit: number): Promise<void> {
  const begin = Date.now();
  while (Date.now() - begin < limit) {
    if ((await shipyard.targets()).every(({ status }) => resting.includes(status))) return;
    await delay(500);
  }
}

async function lockedJobs({ services }: Shipyard): Promise<number> {
  const [found] = await services.db.$queryRaw<{ locked: number }[]>`
    select count(*)::int as locked from graphile_worker._private_jobs where locked_at is not null`;
  return found?.locked ?? 0;
}
