import type { Occurrence } from "../generated/prisma/client.ts";
import type { Transact, Tx } from "../infra/db.ts";
import { deleteUntouchedPosts } from "../posts/delete-untouched-posts.ts";
import { lockPosts } from "../posts/find-post.ts";
import type { SchedulingServices } from "../posts/schedule-targets.ts";
import { timeIssues } from "../posts/time-issues.ts";
import type { Actor } from "../workspaces/require-member.ts";
import { changeOccurrences, type OccurrencePlan, open } from "./change-occurrence.ts";
import { datesOf, planOf } from "./dates.ts";
import { expandSchedule } from "./expand-schedule.ts";
import type { LockedSchedule } from "./find-schedule.ts";
import { movePosts } from "./move-post.ts";
import { resolvedColumns, workBegins } from "./resolve-occurrence.ts";
import { refuse } from "./schedule-input.ts";
import { withdrawPosts } from "./withdraw-posts.ts";

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
 * keeps what they wrote. Throws a `ValidationError` where a post would be late by then.
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
    const kept = occurrences.filter(({ localTime }) => dates.has(localTime));
    const gone = occurrences.filter(({ localTime, state }) => !dates.has(localTime) && state !== "CANCELLED");
    // All at once, so that they are locked in the order of everybody.
    await lockPosts(tx, postsOf([...kept, ...gone]));
    await drop(tx, gone);
    await keep(tx, { schedule, kept, how, now });
  }
  if (schedule.state !== "ACTIVE") return;
  // A time that has gone by today is none to catch up on: the change is for what is to come.
  await expandSchedule(tx, { ...schedule, expandedUntil: now, activeSince: now }, now);
}

const postsOf = (occurrences: readonly Occurrence[]): string[] => occurrences.flatMap(({ postId }) => postId ?? []);

const message = "The posting schedule was changed and no longer has this date.";

/** Dates that nothing was done for are forgotten, the others cancelled. */
async function drop(tx: Tx, gone: readonly Occurrence[]): Promise<void> {
  const isBare = ({ postId, imageId }: Occurrence) => postId === null && imageId === null;
  const used = gone.filter((occurrence) => !isBare(occurrence));
  await withdrawPosts(tx, postsOf(used), { code: "SCHEDULE_CHANGED", message });
  await tx.occurrence.deleteMany({ where: { id: { in: gone.filter(isBare).map(({ id }) => id) } } });
  await tx.occurrence.updateMany({
    where: { id: { in: used.map(({ id }) => id) } },
    data: { state: "CANCELLED", reason: message, actAt: null, version: { increment: 1 } },
  });
}

interface Keeping {
  readonly schedule: LockedSchedule;
  readonly kept: readonly Occurrence[];
  readonly how: Replanning;
  readonly now: Date;
}

async function keep(tx: Tx, { schedule, kept, how, now }: Keeping): Promise<void> {
  const remade = how.contentChanged ? await deleteOutdated(tx, how.viewer, schedule, kept) : new Set<string>();
  const moves = new Map<string, Date>();
  const plans = kept.map((occurrence): OccurrencePlan => {
    const resolved = resolvedColumns(occurrence.movedTo ?? occurrence.localTime, schedule.timeZone);
    const { postId, state } = occurrence;
    // Its picture is asked for already; when to remind and decide is worked out anew.
    if (state === "AWAITING_PICTURE") return { ...occurrence, ...resolved, actAt: now };
    if (state !== "POSTED" || (postId !== null && remade.has(postId))) {
      return { ...occurrence, ...resolved, state: "PLANNED", reason: null, actAt: workBegins(resolved.at, schedule) };
    }
    if (postId !== null && resolved.at.getTime() !== occurrence.at.getTime()) moves.set(postId, resolved.at);
    return { ...occurrence, ...resolved };
  });
  const passed = [...moves.values()].find((at) => at < now);
  // Times move where the zone does.
  refuse(passed === undefined ? [] : timeIssues(["timeZone"], passed, now));
  await movePosts(tx, moves, now);
  await changeOccurrences(tx, plans);
}

/** Deletes posts that show what the schedule was, unless somebody edited or commented on them: they are made anew. Answers which. */
async function deleteOutdated(
  tx: Tx,
  viewer: Actor,
  { workspaceId }: LockedSchedule,
  kept: readonly Occurrence[],
): Promise<ReadonlySet<string>> {
  const posted = kept.filter(({ state }) => state === "POSTED");
  // A pause has taken these back.
  const takenBack = kept.filter(({ state }) => state !== "POSTED" && state !== "AWAITING_PICTURE");
  await deleteUntouchedPosts(tx, viewer, { workspaceId, postIds: postsOf(takenBack), states: ["CANCELLED"] });
  const states = ["SCHEDULED", "AWAITING_APPROVAL"] as const;
  return deleteUntouchedPosts(tx, viewer, { workspaceId, postIds: postsOf(posted), states });
}
