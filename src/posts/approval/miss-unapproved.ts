import { addMilliseconds, type Clock } from "../../infra/clock.ts";
import type { Db, Transact } from "../../infra/db.ts";
import { moveTarget } from "../target-status.ts";

const batchSize = 200;

/** What missing touches. */
export interface MissServices {
  readonly db: Db;
  readonly transact: Transact;
  readonly clock: Clock;
  readonly config: { readonly PUBLISH_GRACE_MINUTES: number };
}

/**
 * Ends what nobody approved in time: a target whose time has passed by more than the grace is MISSED, says why, and asks (I-22).
 * Runs every minute. Answers how many.
 */
export async function missUnapproved({ db, transact, clock, config }: MissServices): Promise<number> {
  const late = addMilliseconds(clock.now(), -config.PUBLISH_GRACE_MINUTES * 60_000);
  let missed = 0;
  for (;;) {
    const waiting = await db.postTarget.findMany({
      where: { status: "AWAITING_APPROVAL", scheduledAt: { lt: late } },
      select: { id: true, postId: true, workspaceId: true, status: true, fence: true, scheduledAt: true },
      orderBy: [{ scheduledAt: "asc" }, { id: "asc" }],
      take: batchSize,
    });
    for (const { scheduledAt, ...target } of waiting) {
      const due = scheduledAt?.toISOString() ?? "";
      const failureMessage = `It was due at ${due}, and nobody approved it within ${config.PUBLISH_GRACE_MINUTES} minutes. Approve it and schedule it again, or let it be.`;
      const reason = { failureCode: "NOT_APPROVED_IN_TIME", failureMessage, failureRetryable: true };
      const moved = await transact(async (tx) => {
        // Whoever approves or moves it at this moment holds the post.
        await tx.$queryRaw`select 1 from post where id = ${target.postId}::uuid for update`;
        const still = { id: target.id, status: target.status, scheduledAt };
        if ((await tx.postTarget.count({ where: still })) === 0) return false;
        return moveTarget(tx, { target, to: "MISSED", data: reason });
      });
      if (moved) missed += 1;
    }
    if (waiting.length < batchSize) return missed;
  }
}
