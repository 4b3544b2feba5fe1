/**
 * The life of an occurrence.
 *
 *   PLANNED ─▶ AWAITING_PICTURE ─▶ POSTED: its post is made, and lives on by itself
 *
 * Off the road: NEEDS_DECISION (a person is asked; their answer leads back to PLANNED), SKIPPED (somebody, or the policy, left it out),
 * MISSED (its time went by), CANCELLED (its schedule ended, or no longer has it; a later change may bring it back).
 */
import type { Occurrence, Prisma } from "../generated/prisma/client.ts";
import type { OccurrenceState } from "../generated/prisma/enums.ts";
import type { Tx } from "../infra/db.ts";
import { ConflictError, NotFoundError, VersionConflictError } from "../infra/errors.ts";
import type { Actor } from "../workspaces/require-member.ts";
import { findScheduleToWrite, type LockedSchedule } from "./find-schedule.ts";

/** States in which an occurrence is still to come about. */
export const open: readonly OccurrenceState[] = ["PLANNED", "AWAITING_PICTURE", "NEEDS_DECISION"];

/** Writes on an occurrence whose schedule is locked, and raises its version. Answers it as it is now. */
export const changeOccurrence = (
  tx: Tx,
  { id }: Pick<Occurrence, "id">,
  data: Prisma.OccurrenceUncheckedUpdateInput,
): Promise<Occurrence> => tx.occurrence.update({ where: { id }, data: { ...data, version: { increment: 1 } } });

/** When an occurrence is, and where it stands. */
export type OccurrencePlan = Pick<
  Occurrence,
  "id" | "at" | "timeZone" | "timeKind" | "zoneVersion" | "state" | "reason" | "actAt"
>;

/** Writes on many occurrences of a locked schedule what {@link changeOccurrence} writes on one, in one statement. */
export async function changeOccurrences(tx: Tx, plans: readonly OccurrencePlan[]): Promise<void> {
  if (plans.length === 0) return;
  const rows = plans.map(({ id, at, timeZone, timeKind, zoneVersion, state, reason, actAt }) => ({
    ...{ id, at, timeZone, timeKind, zoneVersion, state, reason, actAt },
  }));
  await tx.$executeRaw`
    update occurrence as o set
      at = p.at, time_zone = p."timeZone", time_kind = p."timeKind"::local_time_kind, zone_version = p."zoneVersion",
      state = p.state::occurrence_state, reason = p.reason, act_at = p."actAt", version = o.version + 1
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as p(
      id uuid, at timestamptz, "timeZone" text, "timeKind" text, "zoneVersion" text, state text, reason text, "actAt" timestamptz)
    where o.id = p.id`;
}

/** An occurrence and its schedule, both locked. */
export interface LockedOccurrence {
  readonly occurrence: Occurrence;
  readonly schedule: LockedSchedule;
}

/**
 * Locks an occurrence, its schedule first, for somebody who wants to change it. Throws a `NotFoundError` for one they cannot see, a `ForbiddenError` for a
 * role or token that may not, a `VersionConflictError` when somebody changed it since.
 */
export async function findOccurrenceToWrite(
  tx: Tx,
  viewer: Actor,
  {
    occurrenceId,
    expectedVersion,
  }: { readonly occurrenceId: string; readonly expectedVersion?: number | null | undefined },
): Promise<LockedOccurrence> {
  for (;;) {
    const found = await tx.occurrence.findUnique({ where: { id: occurrenceId }, select: { scheduleId: true } });
    if (found === null) throw new NotFoundError("occurrence");
    const schedule = await findScheduleToWrite(tx, viewer, found.scheduleId).catch((error: unknown) => {
      throw error instanceof NotFoundError ? new NotFoundError("occurrence") : error;
    });
    const occurrence = await tx.occurrence.findUnique({ where: { id: occurrenceId } });
    if (occurrence === null) throw new NotFoundError("occurrence");
    // Split off meanwhile, it belongs to another schedule, which is to be locked instead.
    if (occurrence.scheduleId !== schedule.id) continue;
    if (typeof expectedVersion === "number" && expectedVersion !== occurrence.version) {
      throw new VersionConflictError("occurrence", expectedVersion, occurrence.version);
    }
    return { occurrence, schedule };
  }
}

/** Throws a `ConflictError` unless an occurrence can still be changed: it is to come, or its post has not gone out. */
export function requireOpen({ state }: Occurrence): void {
  if (state === "POSTED" || open.includes(state)) return;
  throw new ConflictError(`The occurrence is ${state}; only one that is still to come can be changed.`);
}
