import { addMilliseconds } from "../infra/clock.ts";
import type { Tx } from "../infra/db.ts";
import type { Platform } from "../platforms/platform.ts";
import { awaitsApproval } from "../posts/approval/approval.ts";
import { contentIssues } from "../posts/check-content.ts";
import { contentHash } from "../posts/post-content.ts";
import { heldBackImages } from "../posts/review-gate.ts";
import { moveTarget } from "../posts/target-status.ts";
import { addEvidence } from "./evidence.ts";
import { wakeNext } from "./next-in-line.ts";
import type { TargetToPublish } from "./publish-request.ts";

/** Why a target that was due is not sent after all. SCHEDULED: not now; it stays due. */
export interface TargetEnd {
  readonly to: "FAILED" | "MISSED" | "CANCELLED" | "UNKNOWN" | "SCHEDULED";
  readonly failure: { readonly code: string; readonly message: string } | null;
}

/** What the preconditions depend on. */
export interface PreconditionServices {
  readonly config: { readonly PUBLISH_GRACE_MINUTES: number; readonly PUBLIC_URL: string };
  readonly platforms: ReadonlyMap<string, Platform>;
}

/** When people wanted it out: waiting for a platform, or for its answer, does not move it. */
export const wantedAt = (target: { readonly scheduledAt: Date | null; readonly dueAt: Date | null }, now: Date): Date =>
  target.scheduledAt ?? target.dueAt ?? now;

/** Nothing is sent by itself after this (I-22). */
export const latestStart = (wanted: Date, config: { readonly PUBLISH_GRACE_MINUTES: number }): Date =>
  addMilliseconds(wanted, config.PUBLISH_GRACE_MINUTES * 60_000);

/**
 * Checks every precondition of a send: not cancelled, inside the grace, platform and account there, the account not paused,
 * pictures approved, content as it was scheduled. Null: it may be sent. Asked when it is claimed, and again in the transaction
 * before the send.
 */
export function findEnd(services: PreconditionServices, target: TargetToPublish, now: Date): TargetEnd | null {
  const { config, platforms } = services;
  if (target.cancelRequested) return { to: "CANCELLED", failure: null };
  const wanted = wantedAt(target, now);
  if (latestStart(wanted, config) < now) {
    const waited = target.failureCode === null ? "" : ` ${target.failureMessage ?? ""}`;
    const message = `It was due at ${wanted.toISOString()} and could not be sent within ${config.PUBLISH_GRACE_MINUTES} minutes.${waited} Schedule it again or let it be.`;
    return { to: "MISSED", failure: { code: "MISSED", message } };
  }
  const { platform } = target.socialAccount;
  if (!platforms.has(platform)) {
    const message = `The platform "${platform}" is no longer part of this server. Publish to another account.`;
    return { to: "FAILED", failure: { code: "PLATFORM_GONE", message } };
  }
  if (target.socialAccount.state === "PAUSED") return { to: "SCHEDULED", failure: paused(target.socialAccount.handle) };
  const failure = findObstacle(services, target);
  return failure === null ? null : { to: "FAILED", failure };
}

/** Somebody will resume it, so that nothing has failed. */
const paused = (handle: string) => ({
  code: "ACCOUNT_PAUSED",
  message: `${handle} is paused. This goes out once somebody resumes it, if that is in time.`,
});

/** What changed since it was scheduled (I-12, I-13). */
function findObstacle(services: PreconditionServices, target: TargetToPublish): TargetEnd["failure"] {
  if (heldBackImages(target.post).length > 0) {
    return {
      code: "IMAGE_NOT_APPROVED",
      message: "A picture of the post is no longer approved. Approve it or take it out, then schedule again.",
    };
  }
  if (awaitsApproval(target)) {
    return {
      code: "POST_NOT_APPROVED",
      message: "Nobody approved the post as it is now. Submit it, have it approved, then schedule it again.",
    };
  }
  const [issue] = contentIssues(services, target);
  if (issue !== undefined) return { code: issue.code, message: issue.message };
  if (target.contentHash !== contentHash(target)) {
    return {
      code: "CONTENT_CHANGED",
      message: "The post is no longer what was scheduled. Look at it and schedule it again.",
    };
  }
  return null;
}

/**
 * Ends a locked target, and its attempt where one was begun: nothing of it has left. Whoever is next in line is woken. What only
 * waits stays due and says why, once: the sweep wakes it when it may go.
 */
export async function endTarget(tx: Tx, target: TargetToPublish, { to, failure }: TargetEnd, now: Date): Promise<void> {
  const waits = to === "SCHEDULED";
  if (waits && target.status === to && target.failureCode === failure?.code) return;
  const failureColumns = {
    failureCode: failure?.code ?? null,
    failureMessage: failure?.message ?? null,
    failureRetryable: failure === null ? null : to !== "UNKNOWN",
  };
  const [attempt] = target.attempts;
  const dueAt = waits ? (target.dueAt ?? wantedAt(target, now)) : null;
  if (!(await moveTarget(tx, { target, to, data: { ...failureColumns, dueAt, leaseUntil: null } }))) return;
  if (target.status !== "SCHEDULED" && attempt !== undefined) {
    const state = to === "UNKNOWN" ? "UNRESOLVED" : "REFUSED";
    const why = failure ?? { code: "CANCELLED", message: "Somebody cancelled it before it was sent." };
    await tx.publishAttempt.update({ where: { id: attempt.id }, data: { state, ...why } });
    await addEvidence(tx, attempt.id, { at: now, what: why.message });
  }
  // Of an account that waits everybody waits.
  if (!waits) await wakeNext(tx, target, now);
}
