import { v7 as newKey } from "uuid";
import { z } from "zod";
import type { PostTargetStatus } from "../generated/prisma/enums.ts";
import { addMilliseconds, type Clock } from "../infra/clock.ts";
import type { Tx } from "../infra/db.ts";
import { ConflictError, type ValidationIssue } from "../infra/errors.ts";
import { resolvePlan } from "../infra/time/local-plan.ts";
import { type ContentServices, contentIssues } from "./check-content.ts";
import { enqueueRendering } from "./enqueue-rendering.ts";
import { ImageNotApprovedError } from "./errors.ts";
import type { LockedPost } from "./find-post.ts";
import { atInstant, currentPlacement, type Placement, placementColumns } from "./placement.ts";
import { contentHash, type TargetWithContent } from "./post-content.ts";
import { placeInSlots } from "./queue/place-in-slots.ts";
import { refuseIssues } from "./refuse-issues.ts";
import { heldBackImages } from "./review-gate.ts";
import { moveTarget } from "./target-status.ts";
import { wakeTargets } from "./wake-targets.ts";

/** What is due sooner than this gets its wake-up with the scheduling; the rest waits in our table for the dispatcher. */
export const wakeUpHorizon = 75_000;

/** Nobody plans further ahead than this, in milliseconds: five years. */
const planningHorizon = 5 * 366 * 24 * 60 * 60 * 1_000;

/** When a post shall go out, as clients say it: at a time, now, or in the next free slot of each account. */
export const schedule = z.union([
  z.object({ at: z.date() }),
  z.object({ now: z.literal(true) }),
  z.object({ nextSlot: z.literal(true) }),
]);

/** What scheduling asks. */
export interface SchedulingServices extends ContentServices {
  readonly clock: Clock;
}

/** When a post shall go out. */
export type Schedule = z.output<typeof schedule>;

/** Where nothing of a target is out, and nothing of it is on its way: it can be scheduled, or scheduled anew. */
const schedulable: readonly PostTargetStatus[] = [
  ...(["DRAFT", "AWAITING_APPROVAL", "AWAITING_IMAGES", "SCHEDULED", "FAILED", "MISSED", "CANCELLED"] as const),
];

/** Whether a target can be scheduled without any danger of a second post. */
const isSchedulable = ({ status }: { readonly status: PostTargetStatus }): boolean => schedulable.includes(status);

/**
 * Schedules every target of a locked post that can still be scheduled. Throws a `ValidationError` with everything the
 * platforms would refuse, an {@link ImageNotApprovedError}, or a `ConflictError` when nothing is left to schedule.
 */
export async function scheduleTargets(
  tx: Tx,
  services: SchedulingServices,
  post: LockedPost,
  when: Schedule,
): Promise<void> {
  const targets = post.targets.filter(isSchedulable);
  if (targets.length === 0) {
    const states = [...new Set(post.targets.map((target) => target.status))].join(", ");
    throw new ConflictError(`Nothing of this post can be scheduled: its targets are ${states}.`);
  }
  await scheduleChosen(tx, services, targets, when);
}

/**
 * Schedules these targets of a locked post, which the caller has found to be free for it. Throws a `ValidationError` with
 * everything the platforms would refuse, or an {@link ImageNotApprovedError}.
 */
export async function scheduleChosen(
  tx: Tx,
  services: SchedulingServices,
  targets: readonly TargetWithContent[],
  when: Schedule & { readonly secondPost?: boolean },
): Promise<void> {
  const { secondPost = false } = when;
  const now = services.clock.now();
  const slots = "nextSlot" in when ? await placeInSlots(tx, targets, now) : null;
  const placementOf = (target: TargetWithContent) =>
    slots?.get(target.id) ?? atInstant("at" in when ? (target.plannedAt ?? when.at) : now);
  const timeFaults = "at" in when ? allTimeIssues(when.at, targets, now) : [];
  await fixTargets(tx, services, { targets, placementOf, timeFaults, secondPost });
}

/**
 * Moves scheduled targets of one post to other times, with the checks of {@link scheduleTargets}; they leave their account's queue. Times that cannot be are told
 * at `move`.
 */
export async function moveScheduled(
  tx: Tx,
  services: SchedulingServices,
  targets: readonly TargetWithContent[],
  timeOf: (target: TargetWithContent) => Date,
): Promise<void> {
  const now = services.clock.now();
  const timeFaults = targets.flatMap((target) => timeIssues(["move"], timeOf(target), now));
  await fixTargets(tx, services, { targets, placementOf: (target) => atInstant(timeOf(target)), timeFaults });
}

/** Checks what is scheduled of a post after its content changed, and fixes what goes out anew; the times stay. */
export async function recheckScheduled(tx: Tx, services: SchedulingServices, post: LockedPost): Promise<void> {
  const targets = post.targets.filter(({ status }) => status === "SCHEDULED" || status === "AWAITING_IMAGES");
  const placementOf = (target: TargetWithContent) => currentPlacement(target, services.clock.now());
  if (targets.length > 0) await fixTargets(tx, services, { targets, placementOf, timeFaults: [] });
}

/** A target whose picture is there and that its platform would refuse as it is. */
export interface RefusedTarget {
  readonly target: TargetWithContent;
  readonly message: string;
}

/**
 * Schedules targets that waited for pictures, at the times they hold, by the zone database of today. Answers those that their platforms would
 * refuse: they are left waiting. Throws an {@link ImageNotApprovedError} for pictures that must not go out.
 */
export async function scheduleAwaited(
  tx: Tx,
  services: SchedulingServices,
  targets: readonly TargetWithContent[],
): Promise<readonly RefusedTarget[]> {
  const now = services.clock.now();
  const judged = targets.map((target) => ({ target, issues: contentIssues(services, target) }));
  const good = judged.filter(({ issues }) => issues.length === 0).map(({ target }) => target);
  const placementOf = (target: TargetWithContent) => {
    const placement = currentPlacement(target, now);
    return placement.local === null ? placement : { ...placement, at: resolvePlan(placement.local) };
  };
  if (good.length > 0) await fixTargets(tx, services, { targets: good, placementOf, timeFaults: [] });
  return judged
    .filter(({ issues }) => issues.length > 0)
    .map(({ target, issues }) => ({ target, message: issues.map(({ message }) => message).join(" ") }));
}

interface Fixing {
  readonly targets: readonly TargetWithContent[];
  readonly placementOf: (target: TargetWithContent) => Placement;
  readonly timeFaults: readonly ValidationIssue[];
  readonly secondPost?: boolean;
}

/** Writes down what goes out and when: every target that is SCHEDULED has passed through here. */
async function fixTargets(
  tx: Tx,
  services: SchedulingServices,
  { targets, placementOf, timeFaults, secondPost = false }: Fixing,
): Promise<void> {
  const waits = checkApproval(targets);
  const issues = targets.flatMap((target) => contentIssues(services, target));
  // Pictures that are not there yet are looked at once they are.
  refuseIssues([...timeFaults, ...(waits ? issues.filter(({ path }) => path[0] !== "images") : issues)]);
  const clean = { failureCode: null, failureMessage: null, failureRetryable: null, cancelRequested: false, crashes: 0 };
  for (const target of targets) {
    const placement = placementOf(target);
    const data = { ...clean, ...contentOf(target), ...placementColumns(placement), dueAt: waits ? null : placement.at };
    const to = waits && !secondPost ? "AWAITING_IMAGES" : "SCHEDULED";
    if (!(await moveTarget(tx, { target, to, data, secondPost }))) {
      throw new Error(`The target ${target.id} changed although it was locked.`);
    }
  }
  if (waits) return;
  const soon = addMilliseconds(services.clock.now(), wakeUpHorizon);
  const wakeUps = targets
    .map((target) => ({ id: target.id, at: placementOf(target).at }))
    .filter(({ at }) => at <= soon);
  await wakeTargets(tx, wakeUps);
  await enqueueRendering(tx, targets);
}

/**
 * What is to be sent, and what every attempt of it repeats: while the content stays the same, the key, the moment it
 * was first prepared, and what earlier steps left at the platform. Other content starts anew: under the old key a platform
 * would take it for the old post. A second publication starts anew as well.
 */
function contentOf(target: TargetWithContent) {
  const hash = contentHash(target);
  const secondPost = target.status === "PUBLISHED";
  if (!secondPost && (target.contentHash === null || target.contentHash === hash)) return { contentHash: hash };
  const afresh = { idempotencyKey: newKey(), preparedAt: null, remoteRefs: {} };
  const forgotten = { externalId: null, permalink: null, publishedAt: null, verifiedAt: null, verifyAt: null };
  return { contentHash: hash, ...afresh, ...forgotten };
}

/** I-13: a post is SCHEDULED only with pictures that may go out. Whether it is to wait for some that are made for it. */
function checkApproval([target]: readonly TargetWithContent[]): boolean {
  if (target === undefined) return false;
  const heldBack = heldBackImages(target.post);
  const awaited = target.post.images.filter((image) => image.awaited).map(({ imageId }) => imageId);
  const refused = heldBack.filter((imageId) => !awaited.includes(imageId));
  if (refused.length > 0) throw new ImageNotApprovedError(refused);
  return heldBack.length > 0;
}

function allTimeIssues(at: Date, targets: readonly TargetWithContent[], now: Date) {
  const follows = targets.some(({ plannedAt }) => plannedAt === null);
  return [
    ...(follows ? timeIssues(["schedule", "at"], at, now) : []),
    ...targets.flatMap(({ position, plannedAt }) =>
      plannedAt === null ? [] : timeIssues(["targets", String(position), "at"], plannedAt, now),
    ),
  ];
}

function timeIssues(path: readonly string[], at: Date, now: Date) {
  if (at < now) {
    const message = `${at.toISOString()} is in the past (it is ${now.toISOString()}). Choose a later time, or \`now: true\`.`;
    return [{ path, code: "IN_THE_PAST", message }];
  }
  if (at > addMilliseconds(now, planningHorizon)) {
    return [{ path, code: "TOO_FAR_AHEAD", message: `${at.toISOString()} is more than five years ahead.` }];
  }
  return [];
}
