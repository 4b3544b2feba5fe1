import { z } from "zod";
import { addMilliseconds, type Clock } from "../infra/clock.ts";
import type { Tx } from "../infra/db.ts";
import { ConflictError, ValidationError } from "../infra/errors.ts";
import { contentIssues } from "./check-content.ts";
import { ImageNotApprovedError } from "./errors.ts";
import type { LockedPost } from "./find-post.ts";
import { contentHash, type TargetWithContent } from "./post-content.ts";
import { moveTarget, targetMayMove } from "./target-status.ts";
import { wakeTargets } from "./wake-targets.ts";

/** What is due sooner than this gets its wake-up with the scheduling; the rest waits in our table for the dispatcher. */
export const wakeUpHorizon = 75_000;

/** Nobody plans further ahead than this, in milliseconds: five years. */
const planningHorizon = 5 * 366 * 24 * 60 * 60 * 1_000;

/** When a post shall go out, as clients say it: at a time, or now. */
export const schedule = z.union([z.object({ at: z.date() }), z.object({ now: z.literal(true) })]);

/** When a post shall go out. */
export type Schedule = z.output<typeof schedule>;

/**
 * Schedules every target of a locked post that can still be scheduled. Throws a `ValidationError` with everything the
 * platforms would refuse, an {@link ImageNotApprovedError}, or a `ConflictError` when nothing is left to schedule.
 */
export async function scheduleTargets(
  tx: Tx,
  { clock }: { clock: Clock },
  post: LockedPost,
  when: Schedule,
): Promise<void> {
  const now = clock.now();
  const scheduledAt = "at" in when ? when.at : now;
  const targets = post.targets.filter(
    (target) =>
      targetMayMove(target.status, "SCHEDULED") && target.status !== "PUBLISHING" && target.status !== "UNKNOWN",
  );
  if (targets.length === 0) {
    const states = [...new Set(post.targets.map((target) => target.status))].join(", ");
    throw new ConflictError(`Nothing of this post can be scheduled: its targets are ${states}.`);
  }
  checkApproval(targets);
  const issues = [...("at" in when ? timeIssues(when.at, now) : []), ...unique(targets.flatMap(contentIssues))];
  if (issues.length > 0) throw new ValidationError(issues);

  const clean = { failureCode: null, failureMessage: null, failureRetryable: null, cancelRequested: false };
  for (const target of targets) {
    const data = { ...clean, scheduledAt, dueAt: scheduledAt, contentHash: contentHash(target) };
    if (!(await moveTarget(tx, { target, to: "SCHEDULED", data }))) {
      throw new Error(`The target ${target.id} changed although it was locked.`);
    }
  }
  if (scheduledAt > addMilliseconds(now, wakeUpHorizon)) return;
  await wakeTargets(
    tx,
    targets.map(({ id }) => ({ id, at: scheduledAt })),
  );
}

/** I-13: a post leaves DRAFT only with approved pictures; what somebody put into the trash is none. */
function checkApproval(targets: readonly TargetWithContent[]): void {
  const images = targets[0]?.post.images ?? [];
  const open = images.filter(
    ({ image }) => image.status !== "GENERATED" || image.reviewState !== "APPROVED" || image.trashedAt !== null,
  );
  if (open.length > 0) throw new ImageNotApprovedError(open.map(({ imageId }) => imageId));
}

function timeIssues(at: Date, now: Date) {
  const path = ["schedule", "at"];
  if (at < now) {
    const message = `${at.toISOString()} is in the past (it is ${now.toISOString()}). Choose a later time, or \`now: true\`.`;
    return [{ path, code: "IN_THE_PAST", message }];
  }
  if (at > addMilliseconds(now, planningHorizon)) {
    return [{ path, code: "TOO_FAR_AHEAD", message: `${at.toISOString()} is more than five years ahead.` }];
  }
  return [];
}

/** Two targets on one platform find the same fault in the same picture; it is told once. */
function unique(issues: readonly ReturnType<typeof contentIssues>[number][]) {
  const seen = new Map(issues.map((issue) => [`${issue.path.join(".")} ${issue.message}`, issue]));
  return [...seen.values()];
}
