import type { PostTargetStatus } from "../generated/prisma/enums.ts";
import { addMilliseconds, type Clock } from "../infra/clock.ts";
import type { Tx } from "../infra/db.ts";
import { ConflictError, type ValidationIssue } from "../infra/errors.ts";
import { resolvePlan } from "../infra/time/local-plan.ts";
import { awaitsApproval } from "./approval/approval.ts";
import { type Reviewer, recordDecision } from "./approval/record-decision.ts";
import { waitAlong } from "./approval/wait-along.ts";
import { type ContentServices, contentIssues } from "./check-content.ts";
import { enqueueRendering } from "./enqueue-rendering.ts";
import { ImageNotApprovedError, PostNotApprovedError } from "./errors.ts";
import type { LockedPost } from "./find-post.ts";
import { refuseTwins } from "./find-twins.ts";
import { fixedContent } from "./fixed-content.ts";
import { atInstant, atLocalTime, currentPlacement, type Placement, placementColumns } from "./placement.ts";
import { likenessHash, type TargetWithContent } from "./post-content.ts";
import { placeInSlots } from "./queue/place-in-slots.ts";
import { refuseIssues } from "./refuse-issues.ts";
import { heldBackImages } from "./review-gate.ts";
import { localPlanOf, type Schedule } from "./schedule-input.ts";
import { moveTarget } from "./target-status.ts";
import { allTimeIssues, timeIssues } from "./time-issues.ts";
import { wakeTargets } from "./wake-targets.ts";

/** What is due sooner than this gets its wake-up with the scheduling; the rest waits in our table for the dispatcher. */
export const wakeUpHorizon = 75_000;

/** What scheduling asks. */
export interface SchedulingServices extends ContentServices {
  readonly clock: Clock;
}

/** Where nothing of a target is out, and nothing of it is on its way: it can be scheduled, or scheduled anew, without any danger of a second post. */
const schedulable: readonly PostTargetStatus[] = [
  ...(["DRAFT", "AWAITING_APPROVAL", "AWAITING_IMAGES", "SCHEDULED", "FAILED", "MISSED", "CANCELLED"] as const),
];

/**
 * Schedules every target of a locked post that can still be scheduled. What somebody has to approve first waits for that, and keeps
 * its time. Throws a `ValidationError` with everything the platforms would refuse, an {@link ImageNotApprovedError}, a
 * {@link PostNotApprovedError} for what should go out at once, or a `ConflictError` when nothing is left to schedule, and, without
 * `allowDuplicate`, a `DuplicatePostError` for what looks like another post of the account's last or next 30 days.
 */
export async function scheduleTargets(
  tx: Tx,
  services: SchedulingServices,
  post: LockedPost,
  when: Schedule & { readonly by: Reviewer | null; readonly allowDuplicate?: boolean | null | undefined },
): Promise<void> {
  const targets = post.targets.filter(({ status }) => schedulable.includes(status));
  if (targets.length === 0) {
    const states = [...new Set(post.targets.map((target) => target.status))].join(", ");
    throw new ConflictError(`Nothing of this post can be scheduled: its targets are ${states}.`);
  }
  await scheduleChosen(tx, services, post, { ...when, targets, looksNew: when.allowDuplicate === true ? [] : targets });
}

/**
 * Schedules these targets of a locked post, which the caller has found to be free for it. Throws a `ValidationError` with
 * everything the platforms would refuse, an {@link ImageNotApprovedError}, or a {@link PostNotApprovedError}.
 */
export async function scheduleChosen(
  tx: Tx,
  services: SchedulingServices,
  post: Pick<LockedPost, "id" | "workspaceId" | "version" | "targets">,
  when: Schedule & Pick<Fixing, "targets" | "by" | "looksNew" | "secondPost">,
): Promise<void> {
  const { targets } = when;
  if ("now" in when && targets.some(awaitsApproval)) throw new PostNotApprovedError();
  const now = services.clock.now();
  const slots = "nextSlot" in when ? await placeInSlots(tx, targets, now) : null;
  const local = localPlanOf(when);
  const named = local !== null ? atLocalTime(local) : "at" in when ? atInstant(when.at) : null;
  const placementOf = (target: TargetWithContent) => {
    if (named !== null) return target.plannedAt === null ? named : atInstant(target.plannedAt);
    return slots?.get(target.id) ?? atInstant(now);
  };
  const path = ["schedule", ...(local === null ? ["at"] : ["local", "time"])];
  const timeFaults = named === null ? [] : allTimeIssues({ at: named.at, path }, targets, now);
  await fixTargets(tx, services, post, { ...when, placementOf, timeFaults });
}

/**
 * Moves scheduled targets of one post to other times, with the checks of {@link scheduleTargets}; they leave their account's queue, and a time of their own
 * moves along. Times that cannot be are told at `move`.
 */
export async function moveScheduled(
  tx: Tx,
  services: SchedulingServices,
  post: LockedPost,
  {
    targets,
    timeOf,
    by,
    looksNew = [],
  }: Pick<Fixing, "targets" | "by" | "looksNew"> & {
    readonly timeOf: (target: TargetWithContent) => Date;
  },
): Promise<void> {
  const now = services.clock.now();
  const timeFaults = targets.flatMap((target) => timeIssues(["move"], timeOf(target), now));
  for (const target of targets.filter(({ plannedAt }) => plannedAt !== null)) {
    await tx.postTarget.update({ where: { id: target.id }, data: { plannedAt: timeOf(target) } });
  }
  await fixTargets(tx, services, post, {
    ...{ targets, timeFaults, by, looksNew },
    placementOf: (target) => atInstant(timeOf(target)),
  });
}

/**
 * Checks what has a time of a post after its content, or its approval, changed, and fixes what goes out anew; the times stay, but for those of `retimed`,
 * whose own time was edited. What was approved as it was before waits for another approval.
 */
export async function recheckScheduled(
  tx: Tx,
  services: SchedulingServices,
  post: LockedPost,
  { by, newContent = false, retimed = [] }: Pick<Fixing, "by"> & Rechecking,
): Promise<void> {
  const targets = post.targets.filter(
    ({ status, scheduledAt }) =>
      status === "SCHEDULED" ||
      status === "AWAITING_IMAGES" ||
      (status === "AWAITING_APPROVAL" && scheduledAt !== null),
  );
  if (targets.length === 0) return;
  const now = services.clock.now();
  const placementOf = resolvedAnew(now, retimed);
  const looksNew = targets.filter((target) => newContent && target.likenessHash !== likenessHash(target));
  const timeFaults = targets
    .filter((target) => retimed.includes(target.id) && !target.inQueue)
    .flatMap((target) => timeIssues(["targets", String(target.position), "at"], placementOf(target).at, now));
  await fixTargets(tx, services, post, { targets, placementOf, timeFaults, by, looksNew });
}

interface Rechecking {
  /** Whether what readers see may be another by now. */
  readonly newContent?: boolean;
  /** Targets whose own time was edited. */
  readonly retimed?: readonly string[];
}

/** Where targets stand by the zone database of today, with which they are stamped. */
const resolvedAnew =
  (now: Date, retimed: readonly string[] = []) =>
  (target: TargetWithContent) => {
    const placement = currentPlacement(target, now, retimed.includes(target.id));
    return placement.local === null ? placement : { ...placement, at: resolvePlan(placement.local) };
  };

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
  post: LockedPost,
  targets: readonly TargetWithContent[],
): Promise<readonly RefusedTarget[]> {
  const judged = targets.map((target) => ({ target, issues: contentIssues(services, target) }));
  const good = judged.filter(({ issues }) => issues.length === 0).map(({ target }) => target);
  const placementOf = resolvedAnew(services.clock.now());
  if (good.length > 0) await fixTargets(tx, services, post, { targets: good, placementOf, timeFaults: [], by: null });
  return judged
    .filter(({ issues }) => issues.length > 0)
    .map(({ target, issues }) => ({ target, message: issues.map(({ message }) => message).join(" ") }));
}

interface Fixing {
  readonly targets: readonly TargetWithContent[];
  readonly placementOf: (target: TargetWithContent) => Placement;
  readonly timeFaults: readonly ValidationIssue[];
  readonly secondPost?: boolean;
  /** What must not look like another post of its account. */
  readonly looksNew?: readonly TargetWithContent[];
  /** Who asks, where somebody does: what has to be approved first is submitted in their name. */
  readonly by: Reviewer | null;
}

/** Writes down what goes out and when: every target that is SCHEDULED has passed through here. */
async function fixTargets(
  tx: Tx,
  services: SchedulingServices,
  post: Pick<LockedPost, "id" | "workspaceId" | "version" | "targets">,
  { targets, placementOf, timeFaults, secondPost = false, looksNew = [], by }: Fixing,
): Promise<void> {
  const toCome = checkImages(targets, { mayWait: !secondPost });
  // Approval is the post's: where one target waits for it, all do.
  const asks = targets.some(awaitsApproval);
  const issues = targets.flatMap((target) => contentIssues(services, target));
  // Pictures that are not there yet are looked at once they are.
  refuseIssues([...timeFaults, ...(toCome ? issues.filter(({ path }) => path[0] !== "images") : issues)]);
  const compared = toCome ? [] : looksNew;
  await refuseTwins(
    tx,
    compared.map((content) => ({ id: content.id, content, at: placementOf(content).at })),
  );
  const clean = { failureCode: null, failureMessage: null, failureRetryable: null, cancelRequested: false, crashes: 0 };
  const to = toCome ? "AWAITING_IMAGES" : asks ? "AWAITING_APPROVAL" : "SCHEDULED";
  for (const target of targets) {
    const placement = placementOf(target);
    const content = { ...fixedContent(target), likenessHash: toCome ? null : likenessHash(target) };
    const dueAt = to === "SCHEDULED" ? placement.at : null;
    const data = { ...clean, ...content, ...placementColumns(placement), dueAt };
    if (!(await moveTarget(tx, { target, to, data, secondPost }))) {
      throw new Error(`The target ${target.id} changed although it was locked.`);
    }
  }
  if (toCome) return;
  await enqueueRendering(tx, targets);
  if (asks) return askForApproval(tx, post, { targets, by, at: services.clock.now() });
  const soon = addMilliseconds(services.clock.now(), wakeUpHorizon);
  const wakeUps = targets
    .map((target) => ({ id: target.id, at: placementOf(target).at }))
    .filter(({ at }) => at <= soon);
  await wakeTargets(tx, wakeUps);
}

/** What waits is submitted, unless it is already, and all that is scheduled of its post waits along; what is held stays so. */
async function askForApproval(
  tx: Tx,
  post: Pick<LockedPost, "id" | "workspaceId" | "version" | "targets">,
  { targets, by, at }: Pick<Fixing, "targets" | "by"> & { readonly at: Date },
): Promise<void> {
  await waitAlong(
    tx,
    post.targets.filter(({ id }) => !targets.some((target) => target.id === id)),
  );
  const state = post.targets[0]?.post.approvalState;
  if (state === "PENDING" || state === "HELD") return;
  await recordDecision(tx, { post, kind: state === "APPROVED" ? "CHANGED" : "SUBMITTED", by, at });
}

/** I-13: a post is SCHEDULED only with pictures that may go out. Whether it is to wait for some that are made for it. */
function checkImages([target]: readonly TargetWithContent[], { mayWait }: { readonly mayWait: boolean }): boolean {
  if (target === undefined) return false;
  const heldBack = heldBackImages(target.post);
  const awaited = target.post.images.filter((image) => mayWait && image.awaited).map(({ imageId }) => imageId);
  const refused = heldBack.filter((imageId) => !awaited.includes(imageId));
  if (refused.length > 0) throw new ImageNotApprovedError(refused);
  return heldBack.length > 0;
}
