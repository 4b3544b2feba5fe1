import type { ImageProvider } from "../image-providers/provider.ts";
import { addMilliseconds, type Clock } from "../infra/clock.ts";
import type { Db, Transact } from "../infra/db.ts";
import { waitingJobs } from "../infra/waiting-jobs.ts";
import { concurrencyOf } from "./queue/free-places.ts";
import { lockProvider } from "./queue/lock-provider.ts";
import { wakeNext } from "./queue/wake-next.ts";
import { imageWakeUpKey, wakeImages } from "./wake-images.ts";

/** A waiting picture younger than this has its first job in the queue, or in hand, for sure; in milliseconds. */
const pendingGrace = 10_000;
const batchSize = 100;

/** What the sweep touches. */
export interface SweepServices {
  readonly db: Db;
  readonly transact: Transact;
  readonly clock: Clock;
  readonly providers: ReadonlyMap<string, ImageProvider>;
}

/**
 * Fills the free places of every provider that has work: with what dead processes left, what waits though its wake-up is gone,
 * and what may go on because a rest is over. What still waits its turn in a long queue keeps its place there. What waits for a
 * provider that is left alone is woken where the workspace has another one. Answers how many were woken.
 */
export async function sweepImages(services: SweepServices): Promise<number> {
  const { db, transact, clock, providers } = services;
  const now = clock.now();
  const askedBefore = addMilliseconds(now, -pendingGrace);
  let woken = 0;
  for (const name of await providersWithWork(db, now)) {
    woken += await transact(async (tx) => {
      const circuit = await lockProvider(tx, name);
      const provider = { name, circuit, concurrency: concurrencyOf(providers.get(name)) };
      return wakeNext(tx, provider, { now, askedBefore });
    });
  }
  return woken + (await wakeForFailover(services));
}

/** Names of providers that have pictures waiting, or left by dead processes: steps from one to the next along the index. */
async function providersWithWork(db: Db, now: Date): Promise<string[]> {
  const rows = await db.$queryRaw<{ name: string }[]>`
    with recursive waiting as (
      (select provider as name from image where status = 'PENDING' and provider is not null order by provider limit 1)
      union all
      select (select provider from image where status = 'PENDING' and provider > waiting.name order by provider limit 1)
      from waiting where waiting.name is not null
    )
    select name from waiting where name is not null
    union
    select provider from image
    where status = 'GENERATING' and origin = 'GENERATED' and provider is not null and lease_until < ${now}::timestamptz`;
  return rows.map(({ name }) => name);
}

/** What waits for a provider that is left alone and was not yet looked at since: see `failOverWaiting`. */
async function wakeForFailover({ db, transact, clock }: SweepServices): Promise<number> {
  const now = clock.now();
  const circuits = await db.providerCircuit.findMany({ where: { openUntil: { gt: now } } });
  const resting = circuits.map(({ provider }) => provider);
  if (resting.length === 0) return 0;
  const waiting = await db.image.findMany({
    where: {
      ...{ status: "PENDING", origin: "GENERATED", cancelRequested: false, provider: { in: resting } },
      OR: [{ notBefore: null }, { notBefore: { lte: now } }],
      attempts: { none: { costState: "RESERVED" } },
      workspace: { fallbackProviders: { isEmpty: false } },
    },
    select: { id: true },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    take: batchSize,
  });
  const ids = waiting.map(({ id }) => id);
  const queued = await waitingJobs(db, ids.map(imageWakeUpKey));
  const unwoken = ids.filter((id) => !queued.has(imageWakeUpKey(id)));
  if (unwoken.length > 0) await transact((tx) => wakeImages(tx, unwoken));
  return unwoken.length;
}
