import type { Occurrence } from "../generated/prisma/client.ts";
import type { PostTargetStatus } from "../generated/prisma/enums.ts";
import type { Transact, Tx } from "../infra/db.ts";
import { deletePost } from "../posts/delete-post.ts";
import { lockPost } from "../posts/find-post.ts";
import type { SchedulingServices } from "../posts/schedule-targets.ts";
import type { Actor } from "../workspaces/require-member.ts";
import { changeOccurrence, open } from "./change-occurrence.ts";
import { datesOf, planOf } from "./dates.ts";
import { expandSchedule } from "./expand-schedule.ts";
import type { LockedSchedule } from "./find-schedule.ts";
import { movePost } from "./move-post.ts";
import { resolvedColumns, workBegins } from "./resolve-occurrence.ts";
import { withdrawPost } from "./withdraw-post.ts";

/** What changing schedules asks. */
export interface ScheduleServices extends SchedulingServices {
  readonly transact: Transact;
}

/** Why occurrences are looked over, and in whose name. */
export interface Replanning {
  readonly viewer: Actor;
  /** Whether texts, accounts or pictures changed, not times alone. */
  readonly contentChanged: boolean;
}

/**
 * Brings the coming occurrences of a locked schedule in line with it, after it changed. Dates that it no longer has go, with their posts; those that stay
 * follow its times. A post that was made already is made anew where the content changed, unless somebody edited it by hand: then it
 * keeps what they wrote. Throws what scheduling throws.
 */
export async function replan(
  tx: Tx,
  services: ScheduleServices,
  schedule: LockedSchedule,
  how: Replanning,
): Promise<void> {
  const now = services.clock.now();
  const occurrences = await tx.occurrence.findMany({
    where: { scheduleId: schedule.id, at: { gt: now }, state: { in: [...open, "POSTED", "CANCELLED"] } },
    orderBy: { localTime: "asc" },
  });
  const [first, last] = [occurrences[0], occurrences.at(-1)];
  if (first !== undefined && last !== undefined) {
    const span = { from: first.localTime, to: last.localTime, limit: 10_000 };
    const dates = new Set(datesOf(planOf(schedule), span));
    for (const occurrence of occurrences) {
      if (dates.has(occurrence.localTime)) await keep(tx, services, { schedule, occurrence, how });
      else await drop(tx, occurrence);
    }
  }
  if (schedule.state !== "ACTIVE") return;
  // A time that has gone by today is none to catch up on: the change is for what is to come.
  await expandSchedule(tx, { ...schedule, expandedUntil: now, activeSince: now }, now);
}

async function drop(tx: Tx, occurrence: Occurrence): Promise<void> {
  const { id, postId, imageId, state } = occurrence;
  if (state === "CANCELLED") return;
  if (postId === null && imageId === null) {
    await tx.occurrence.delete({ where: { id } });
    return;
  }
  const message = "The posting schedule was changed and no longer has this date.";
  if (postId !== null) await withdrawPost(tx, postId, { code: "SCHEDULE_CHANGED", message });
  await changeOccurrence(tx, occurrence, { state: "CANCELLED", reason: message, actAt: null });
}

interface Kept {
  readonly schedule: LockedSchedule;
  readonly occurrence: Occurrence;
  readonly how: Replanning;
}

async function keep(tx: Tx, services: ScheduleServices, { schedule, occurrence, how }: Kept): Promise<void> {
  const resolved = resolvedColumns(occurrence.movedTo ?? occurrence.localTime, schedule.timeZone);
  const planned = { state: "PLANNED" as const, reason: null, actAt: workBegins(resolved.at, schedule) };
  const { postId, state } = occurrence;
  if (state === "AWAITING_PICTURE") {
    // Its picture is asked for already; when to remind and decide is worked out anew.
    await changeOccurrence(tx, occurrence, { ...resolved, actAt: services.clock.now() });
  } else if (state !== "POSTED") {
    // A pause has taken its post back.
    if (postId !== null && how.contentChanged) await deleteUntouched(tx, how.viewer, postId, ["CANCELLED"]);
    await changeOccurrence(tx, occurrence, { ...resolved, ...planned });
  } else if (
    postId !== null &&
    how.contentChanged &&
    (await deleteUntouched(tx, how.viewer, postId, ["SCHEDULED", "AWAITING_APPROVAL"]))
  ) {
    await changeOccurrence(tx, occurrence, { ...resolved, ...planned });
  } else {
    if (postId !== null && resolved.at.getTime() !== occurrence.at.getTime()) {
      await movePost(tx, services, postId, resolved.at);
    }
    await changeOccurrence(tx, occurrence, resolved);
  }
}

/** Deletes a post that nobody edited or commented on, all of whose targets are in these states: then it is made anew. Answers whether it was. */
async function deleteUntouched(
  tx: Tx,
  viewer: Actor,
  postId: string,
  states: readonly PostTargetStatus[],
): Promise<boolean> {
  const post = await lockPost(tx, postId);
  if (post?.version !== 1 || post.targets.some(({ status }) => !states.includes(status))) return false;
  if ((await tx.postComment.count({ where: { postId } })) > 0) return false;
  await deletePost({ transact: (work) => work(tx) }, viewer, { postId });
  return true;
}
