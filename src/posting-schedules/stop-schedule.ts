/** Schedules are paused, ended and deleted: what happens to what they planned. */
import { z } from "zod";
import type { Clock } from "../infra/clock.ts";
import type { Transact, Tx } from "../infra/db.ts";
import { ConflictError } from "../infra/errors.ts";
import { parseInput } from "../infra/parse-input.ts";
import type { Actor } from "../workspaces/require-member.ts";
import { changeOccurrences, open } from "./change-occurrence.ts";
import { findScheduleToWrite, type LockedSchedule } from "./find-schedule.ts";
import { workBegins } from "./resolve-occurrence.ts";
import { type Withdrawal, withdrawPosts } from "./withdraw-posts.ts";

/** The input of all three. */
export const stopping = z.object({
  postingScheduleId: z.uuid(),
  /** What becomes of posts that are made and not out. */
  posts: z.enum(["CANCEL", "KEEP"]).default("CANCEL"),
});

/** What stopping asks. */
export interface StopServices {
  readonly transact: Transact;
  readonly clock: Clock;
}

/** A schedule that stops, and whether its posts stop with it. */
export interface Stop {
  readonly schedule: LockedSchedule;
  readonly posts: "CANCEL" | "KEEP";
  readonly now: Date;
}

/** Parses the input, and locks the schedule for somebody who may. */
export async function findToStop(
  tx: Tx,
  viewer: Actor,
  unchecked: z.input<typeof stopping>,
): Promise<Omit<Stop, "now">> {
  const { postingScheduleId, posts } = parseInput(stopping, unchecked);
  return { schedule: await findScheduleToWrite(tx, viewer, postingScheduleId), posts };
}

/** Throws a `ConflictError` for a schedule that has ended. */
export function requireNotEnded({ state }: LockedSchedule): void {
  if (state === "ENDED") throw new ConflictError("The posting schedule has ended.");
}

/** Takes back the posts of a schedule that are not out; `after` says what their occurrences are then. */
export async function takeBackPosts(
  tx: Tx,
  { schedule, now }: Stop,
  why: Withdrawal,
  after: "PLANNED" | "CANCELLED",
): Promise<void> {
  const posted = await tx.occurrence.findMany({
    where: { scheduleId: schedule.id, state: "POSTED", at: { gt: now }, postId: { not: null } },
  });
  const withdrawn = await withdrawPosts(
    tx,
    posted.flatMap(({ postId }) => postId ?? []),
    why,
  );
  const changes = posted
    .filter(({ postId }) => postId !== null && withdrawn.has(postId))
    .map((occurrence) => ({
      ...{ ...occurrence, state: after, reason: why.message },
      actAt: after === "PLANNED" ? workBegins(occurrence.at, schedule) : null,
    }));
  await changeOccurrences(tx, changes);
}

/** Takes what is still to come off a schedule: dates that nothing was done for are forgotten, the others cancelled. */
export async function cancelOpen(tx: Tx, { schedule }: Stop, reason: string): Promise<void> {
  const scheduleId = schedule.id;
  await tx.occurrence.deleteMany({ where: { scheduleId, state: "PLANNED", imageId: null, postId: null } });
  await tx.occurrence.updateMany({
    where: { scheduleId, state: { in: [...open] } },
    data: { state: "CANCELLED", reason, actAt: null, version: { increment: 1 } },
  });
}
