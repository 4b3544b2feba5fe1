import { addAbortSignal } from "node:stream";
import { addMilliseconds, type Clock } from "../../infra/clock.ts";
import type { CrashPoint } from "../../infra/crash-point.ts";
import type { Db, Transact } from "../../infra/db.ts";
import { leaseEnd, withLease } from "../../infra/lease.ts";
import type { Logger } from "../../infra/log.ts";
import type { ObjectStorage } from "../../infra/storage.ts";
import { zipArchive } from "../../infra/zip-archive.ts";
import { enqueueDataNotice } from "../data-notices/enqueue-data-notice.ts";
import { archiveOf } from "./archive-of.ts";
import { exportKey, removeExportFiles } from "./export-files.ts";
import { wakeDataExports } from "./wake-data-exports.ts";

/** How long an archive is kept, in milliseconds. */
const keptFor = 7 * 24 * 60 * 60_000;

/** An archive that takes this many processes down with it is given up, and says so. */
const mostStarts = 5;

/** What making an archive touches. */
export interface MakeDataExportServices {
  readonly db: Db;
  readonly transact: Transact;
  readonly clock: Clock;
  readonly storage: ObjectStorage;
  readonly crashPoint: CrashPoint;
}

interface ClaimedExport {
  readonly id: string;
  readonly userId: string;
  readonly fence: number;
}

/**
 * Makes one archive: claim, write the file, settle. Safe to run twice, late or never: the claim on the row decides, and the
 * sweep brings back what a dead process left. A failure is tried again by the queue; the last one is written into the row.
 */
export async function makeDataExport(
  services: MakeDataExportServices,
  exportId: string,
  { signal, log }: { readonly signal: AbortSignal; readonly log: Logger },
): Promise<void> {
  const claimed = await claim(services, exportId);
  if (claimed === null) return;
  await services.crashPoint("export:claimed");
  try {
    const bytes = await withLease({ signal, renew: () => renew(services, claimed) }, (leased) =>
      writeArchive(services, claimed, leased),
    );
    await services.crashPoint("export:written");
    if (await settle(services, claimed, bytes)) return;
    await services.storage.delete(exportKey(claimed.id, claimed.fence));
    log.warn({ exportId }, "the claim on an archive was lost; it is left to whoever holds it");
  } catch (error) {
    await giveBack(services, claimed, signal.aborted);
    // A worker that stops has not failed.
    if (!signal.aborted) throw error;
  }
}

async function claim({ transact, clock }: MakeDataExportServices, id: string): Promise<ClaimedExport | null> {
  const now = clock.now();
  return transact(async (tx) => {
    const found = await tx.dataExport.findUnique({ where: { id }, select: { userId: true, fence: true } });
    if (found === null) return null;
    const status = "PENDING" as const;
    const free = { id, status, OR: [{ leaseUntil: null }, { leaseUntil: { lt: now } }] };
    if (found.fence >= mostStarts) {
      await tx.dataExport.updateMany({ where: free, data: failed(now) });
      return null;
    }
    const fence = found.fence + 1;
    const { count } = await tx.dataExport.updateMany({
      where: { ...free, fence: found.fence },
      data: { fence, leaseUntil: leaseEnd(clock) },
    });
    return count === 0 ? null : { id, userId: found.userId, fence };
  });
}

const failed = (now: Date) =>
  ({
    status: "FAILED",
    failure: `Making the archive failed ${mostStarts} times. Ask for another one, or the operator for help.`,
    ...{ leaseUntil: null, expiresAt: addMilliseconds(now, keptFor) },
  }) as const;

async function renew({ db, clock }: MakeDataExportServices, { id, fence }: ClaimedExport): Promise<boolean> {
  const { count } = await db.dataExport.updateMany({
    where: { id, fence, status: "PENDING" },
    data: { leaseUntil: leaseEnd(clock) },
  });
  return count === 1;
}

async function writeArchive(
  services: MakeDataExportServices,
  { id, userId, fence }: ClaimedExport,
  signal: AbortSignal,
): Promise<bigint> {
  const { storage, clock } = services;
  await removeExportFiles(storage, id, fence - 1);
  const key = exportKey(id, fence);
  const archive = addAbortSignal(signal, zipArchive(archiveOf(services, userId, clock.now())));
  try {
    await storage.put(key, archive, { contentType: "application/zip" });
  } finally {
    archive.destroy();
  }
  const facts = await storage.stat(key);
  if (facts === null) throw new Error(`The archive ${key} is gone from storage right after it was put there.`);
  return BigInt(facts.bytes);
}

async function settle({ transact, clock }: MakeDataExportServices, claimed: ClaimedExport, bytes: bigint) {
  const { id, userId, fence } = claimed;
  const readyAt = clock.now();
  return transact(async (tx) => {
    const { count } = await tx.dataExport.updateMany({
      where: { id, fence, status: "PENDING" },
      data: { status: "READY", bytes, readyAt, expiresAt: addMilliseconds(readyAt, keptFor), leaseUntil: null },
    });
    if (count === 1) await enqueueDataNotice(tx, { kind: "DATA_EXPORT_READY", userId });
    return count === 1;
  });
}

/** After a failure the queue tries again by itself; after a stop nobody would before the sweep, so it is woken. */
async function giveBack({ transact, clock }: MakeDataExportServices, { id, fence }: ClaimedExport, stopped: boolean) {
  await transact(async (tx) => {
    const over = !stopped && fence >= mostStarts;
    const { count } = await tx.dataExport.updateMany({
      where: { id, fence, status: "PENDING" },
      data: over ? failed(clock.now()) : { leaseUntil: null },
    });
    if (stopped && count === 1) await wakeDataExports(tx, [id]);
  });
}
