import type { Tx } from "../infra/db.ts";
import { type LockedOccurrence, open } from "./change-occurrence.ts";
import { lockSchedule } from "./find-schedule.ts";

/** Locks an occurrence that a worker may work on, its schedule first; null where it is settled, or its schedule is not active. */
export async function lockOpen(tx: Tx, occurrenceId: string): Promise<LockedOccurrence | null> {
  const found = await tx.occurrence.findUnique({ where: { id: occurrenceId }, select: { scheduleId: true } });
  if (found === null) return null;
  const schedule = await lockSchedule(tx, found.scheduleId);
  if (schedule?.state !== "ACTIVE") return null;
  // Split off meanwhile, it is found again under its new schedule.
  const occurrence = await tx.occurrence.findFirst({ where: { id: occurrenceId, scheduleId: schedule.id } });
  return occurrence === null || !open.includes(occurrence.state) ? null : { occurrence, schedule };
}
