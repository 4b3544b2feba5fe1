import { addAbortSignal, Readable } from "node:stream";
import type { MetricExport } from "../../generated/prisma/client.ts";
import { addMilliseconds, type Clock } from "../../infra/clock.ts";
import type { Db, Transact } from "../../infra/db.ts";
import { leaseEnd, withLease } from "../../infra/lease.ts";
import type { Logger } from "../../infra/log.ts";
import type { ObjectStorage } from "../../infra/storage.ts";
import { exportKey, removeExportFiles } from "./export-files.ts";
import { exportForms } from "./export-text.ts";
import { readingsOf } from "./readings.ts";
import { wakeExports } from "./wake-exports.ts";

/** How long a file is kept, in milliseconds. */
const keptFor = 7 * 24 * 60 * 60_000;

/** A file that takes this many processes down with it is given up, and says so. */
const mostStarts = 5;

/** What making a file touches. */
export interface MakeExportServices {
  readonly db: Db;
  readonly transact: Transact;
  readonly clock: Clock;
  readonly storage: ObjectStorage;
}

/** How far it is: moved by the writer, stored whenever the lease is renewed. */
interface Progress {
  share: number;
  rows: number;
}

/**
 * Makes one file: claim, write, settle. Safe to run twice, late or never: the claim on the row decides, and the sweep brings back what
 * a dead process left. A failure is tried again by the queue; the last one is written into the row.
 */
export async function makeMetricExport(
  services: MakeExportServices,
  exportId: string,
  { signal, log }: { readonly signal: AbortSignal; readonly log: Logger },
): Promise<void> {
  const claimed = await claim(services, exportId);
  if (claimed === null) return;
  const progress: Progress = { share: 0, rows: 0 };
  try {
    const renew = () => keep(services, claimed, progress);
    const bytes = await withLease({ signal, renew }, (leased) => writeFile(services, claimed, progress, leased));
    if (await settle(services, claimed, { bytes, rows: progress.rows })) return;
    // Its workspace is gone, or somebody else has it.
    await services.storage.delete(exportKey(claimed, claimed.fence));
    log.warn({ exportId }, "the claim on a file of numbers was lost; it is left to whoever holds it");
  } catch (error) {
    await giveBack(services, claimed, signal.aborted);
    // A worker that stops has not failed.
    if (!signal.aborted) throw error;
  }
}

async function claim({ transact, clock }: MakeExportServices, id: string): Promise<MetricExport | null> {
  const now = clock.now();
  return transact(async (tx) => {
    const found = await tx.metricExport.findUnique({ where: { id } });
    if (found === null) return null;
    const { fence } = found;
    const status = "PENDING" as const;
    const free = { id, fence, status, OR: [{ leaseUntil: null }, { leaseUntil: { lt: now } }] };
    if (fence >= mostStarts) {
      await tx.metricExport.updateMany({ where: free, data: failed(now) });
      return null;
    }
    const [claimed] = await tx.metricExport.updateManyAndReturn({
      where: free,
      data: { fence: fence + 1, leaseUntil: leaseEnd(clock), progress: 0 },
    });
    return claimed ?? null;
  });
}

const failed = (now: Date) =>
  ({
    status: "FAILED",
    failure: `Writing the file failed ${mostStarts} times. Ask for another one, or the operator for help.`,
    ...{ leaseUntil: null, expiresAt: addMilliseconds(now, keptFor) },
  }) as const;

const held = ({ id, fence }: MetricExport) => ({ id, fence, status: "PENDING" }) as const;

async function keep({ db, clock }: MakeExportServices, claimed: MetricExport, { share, rows }: Progress) {
  const data = { leaseUntil: leaseEnd(clock), progress: share, rows };
  return (await db.metricExport.updateMany({ where: held(claimed), data })).count === 1;
}

async function writeFile(
  { db, storage }: MakeExportServices,
  claimed: MetricExport,
  progress: Progress,
  signal: AbortSignal,
): Promise<bigint> {
  await removeExportFiles(storage, claimed, claimed.fence - 1);
  const { mime } = exportForms[claimed.format];
  const key = exportKey(claimed, claimed.fence);
  const text = addAbortSignal(signal, Readable.from(piecesOf(db, claimed, progress), { objectMode: false }));
  try {
    await storage.put(key, text, { contentType: mime });
  } finally {
    text.destroy();
  }
  const facts = await storage.stat(key);
  if (facts === null) throw new Error(`The file ${key} is gone from storage right after it was put there.`);
  return BigInt(facts.bytes);
}

async function* piecesOf(db: Db, claimed: MetricExport, progress: Progress): AsyncGenerator<string> {
  const form = exportForms[claimed.format];
  const { from, to } = claimed;
  yield form.head;
  for await (const reading of readingsOf(db, claimed)) {
    yield `${progress.rows === 0 ? "" : form.separator}${form.reading(reading)}`;
    progress.rows += 1;
    progress.share = (reading.takenAt.getTime() - from.getTime()) / (to.getTime() - from.getTime());
  }
  yield form.foot;
}

async function settle(
  { db, clock }: MakeExportServices,
  claimed: MetricExport,
  { bytes, rows }: { readonly bytes: bigint; readonly rows: number },
): Promise<boolean> {
  const readyAt = clock.now();
  const done = {
    status: "READY",
    progress: 1,
    leaseUntil: null,
    readyAt,
    expiresAt: addMilliseconds(readyAt, keptFor),
  } as const;
  return (await db.metricExport.updateMany({ where: held(claimed), data: { ...done, bytes, rows } })).count === 1;
}

/** After a failure the queue tries again by itself; after a stop nobody would before the sweep, so it is woken. */
async function giveBack({ transact, clock }: MakeExportServices, claimed: MetricExport, stopped: boolean) {
  await transact(async (tx) => {
    const over = !stopped && claimed.fence >= mostStarts;
    const { count } = await tx.metricExport.updateMany({
      where: held(claimed),
      data: over ? failed(clock.now()) : { leaseUntil: null },
    });
    if (stopped && count === 1) await wakeExports(tx, [claimed.id]);
  });
}
