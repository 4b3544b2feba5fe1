/** An occurrence whose picture is generated: asked for ahead, reviewed by people, reminded of, decided on the deadline. */
import type { Image } from "../generated/prisma/client.ts";
import { addMilliseconds } from "../infra/clock.ts";
import type { Tx } from "../infra/db.ts";
import { changeOccurrence, type LockedOccurrence } from "./change-occurrence.ts";
import { makePost } from "./make-post.ts";
import { tellOfOccurrence } from "./occurrence-notices.ts";
import type { ScheduleServices } from "./replan.ts";
import { deadlineOf, workBegins } from "./resolve-occurrence.ts";
import { applyPolicy } from "./without-picture.ts";

/** Reminders go out when so much of the time between the beginning of work and the deadline is over. */
const remindedAfter = [0.5, 0.875] as const;

const reminderTimes = ({ occurrence, schedule }: LockedOccurrence): Date[] => {
  const begins = workBegins(occurrence.at, schedule);
  const whole = deadlineOf(occurrence.at, schedule).getTime() - begins.getTime();
  return remindedAfter.map((part) => addMilliseconds(begins, Math.round(whole * part)));
};

/** How many reminders are due by now. */
export const remindersDue = (locked: LockedOccurrence, now: Date): number =>
  reminderTimes(locked).filter((time) => time <= now).length;

/** When an occurrence that waits for its picture is looked at next: at its next reminder, or on its deadline. */
export const nextLook = (locked: LockedOccurrence, now: Date): Date =>
  [...reminderTimes(locked), deadlineOf(locked.occurrence.at, locked.schedule)].find((time) => time > now) ?? now;

/** What a picture is good for: to go out, to be waited for, or nothing. */
type Verdict = "usable" | "waiting" | "lost";

/** Judges the picture of an occurrence; null is one that is gone. */
function judge(
  image: Pick<Image, "status" | "reviewState" | "trashedAt"> | null,
  reviewPolicy: "NONE" | "REQUIRED",
): Verdict {
  if (image === null || image.trashedAt !== null || image.reviewState === "REJECTED") return "lost";
  if (image.status === "FAILED" || image.status === "CANCELLED") return "lost";
  if (image.status !== "GENERATED") return "waiting";
  return image.reviewState === "APPROVED" || reviewPolicy === "NONE" ? "usable" : "waiting";
}

/**
 * Takes the next step of an occurrence whose schedule generates. Answers true where a picture is to be asked for, which happens outside of the
 * transaction.
 */
export async function awaitPicture(tx: Tx, services: ScheduleServices, locked: LockedOccurrence): Promise<boolean> {
  const { occurrence, schedule } = locked;
  const now = services.clock.now();
  const isLate = now >= deadlineOf(occurrence.at, schedule);
  const { imageId } = occurrence;
  const workspace = await tx.workspace.findUniqueOrThrow({ where: { id: schedule.workspaceId } });
  const image = imageId === null ? null : await tx.image.findUnique({ where: { id: imageId } });
  const verdict = judge(image, workspace.reviewPolicy);
  if (verdict === "usable" && imageId !== null) {
    await makePost(tx, services, locked, { imageIds: [imageId], reason: null });
    return false;
  }
  if (verdict === "lost" && !isLate && occurrence.pictures < schedule.mostPictures) return true;
  const why = verdict === "waiting" ? "Its picture was not approved in time." : lossOf(image);
  if (isLate) await applyPolicy(tx, services, locked, why);
  else await wait(tx, locked, { now, reason: verdict === "lost" ? why : null });
  return false;
}

const lossOf = (image: Image | null): string => {
  if (image === null || image.trashedAt !== null) return "Its picture was deleted.";
  if (image.reviewState === "REJECTED") return `Its picture was rejected: ${image.reviewReason ?? ""}`.trim();
  return `Its picture could not be made: ${image.failureMessage ?? ""}`.trim();
};

async function wait(
  tx: Tx,
  locked: LockedOccurrence,
  { now, reason }: { readonly now: Date; readonly reason: string | null },
): Promise<void> {
  const { occurrence } = locked;
  const due = remindersDue(locked, now);
  const isNews = reason !== null && reason !== occurrence.reason;
  const reminders = Math.max(due, occurrence.reminders);
  const changed = await changeOccurrence(tx, occurrence, { reason, reminders, actAt: nextLook(locked, now) });
  if (isNews || due > occurrence.reminders) await tellOfOccurrence(tx, "OCCURRENCE_AT_RISK", changed);
}
