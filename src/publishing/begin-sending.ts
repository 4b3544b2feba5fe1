import { addMilliseconds } from "../infra/clock.ts";
import { contentHash } from "../posts/post-content.ts";
import { moveTarget } from "../posts/target-status.ts";
import type { ClaimedAttempt, ClaimServices } from "./claim-target.ts";
import { addEvidence } from "./evidence.ts";
import { endTarget, findEnd } from "./find-end.ts";
import { lockTarget } from "./lock-target.ts";
import { sendDeadline, sendingLease, sendWithin } from "./timing.ts";

/**
 * The last look before the call that cannot be taken back: every precondition once more, then the attempt stands SENDING,
 * durably, before anybody opens a socket (R-1, I-3). Answers what is to be sent, as it is now; null when it must not be sent, or
 * is no longer ours.
 */
export async function beginSending(
  services: ClaimServices,
  claimed: ClaimedAttempt,
  settleWindow: number,
): Promise<ClaimedAttempt | null> {
  return services.transact(async (tx) => {
    const target = await lockTarget(tx, claimed.target.id);
    const [attempt] = target?.attempts ?? [];
    if (target === null || attempt === undefined) return null;
    if (target.fence !== claimed.target.fence || target.status !== "PUBLISHING") return null;
    if (attempt.id !== claimed.attempt.id || attempt.state !== "PREPARED") return null;
    const now = services.clock.now();
    const end = findEnd(services, target, now);
    if (end !== null) {
      await endTarget(tx, target, end, now);
      return null;
    }
    const leaseUntil = addMilliseconds(now, sendingLease);
    if (!(await moveTarget(tx, { target, to: "PUBLISHING", data: { leaseUntil } }))) return null;
    const sending = await tx.publishAttempt.update({
      where: { id: attempt.id },
      data: {
        ...{ state: "SENDING", sentAt: now, contentHash: contentHash(target) },
        settleAfter: addMilliseconds(now, sendWithin + sendDeadline + settleWindow),
      },
    });
    await addEvidence(tx, attempt.id, { at: now, what: "Sent." });
    return { target: { ...target, leaseUntil }, attempt: sending };
  });
}
