import { z } from "zod";
import type { Transact, Tx } from "../../../infra/db.ts";
import { NotFoundError } from "../../../infra/errors.ts";
import { parseInput } from "../../../infra/parse-input.ts";
import { rateKey, requireTries } from "../../../infra/rate-limit.ts";
import { shortText } from "../../../infra/short-text.ts";
import { type LockedPost, lockPost } from "../../find-post.ts";
import type { SchedulingServices } from "../../schedule-targets.ts";
import { approve, decisionReason } from "../approve-post.ts";
import { comment, commentText } from "../comment-on-post.ts";
import type { Reviewer } from "../record-decision.ts";
import { reject, rejectionReason } from "../reject-post.ts";
import { findReviewLink, reviewSecretHash } from "./review-link.ts";

/** What one link may write in an hour: people decide and talk, they do not flood. */
const budget = { burst: 30, period: 60 * 60_000 };

const guest = { token: z.string().max(200), name: shortText("Your name", 80) };
const decision = z.object({
  ...{ ...guest, decision: z.enum(["APPROVE", "REJECT"]), contentHash: z.string() },
  reason: decisionReason.nullish(),
});
const remark = z.object({ ...guest, text: commentText });

type Services = SchedulingServices & { readonly transact: Transact };

/**
 * Approves or rejects a post in the name of whoever holds its link. Throws a `NotFoundError` for a link that does not count (any more), and
 * what `approvePost` and `rejectPost` throw.
 */
export async function decideByLink(
  services: Services,
  unchecked: z.input<typeof decision>,
): Promise<{ token: string }> {
  const { token, name, ...decided } = parseInput(decision, unchecked);
  return services.transact(async (tx) => {
    const { post, by } = await enter(tx, services, token, name);
    if (decided.decision === "APPROVE") await approve(tx, services, post, { ...decided, by });
    else {
      const { reason } = parseInput(z.object({ reason: rejectionReason }), { reason: decided.reason ?? "" });
      await reject(tx, services, post, { ...decided, reason, by });
    }
    return { token };
  });
}

/** Comments on a post in the name of whoever holds its link. Throws a `NotFoundError` as {@link decideByLink} does. */
export async function commentByLink(services: Services, unchecked: z.input<typeof remark>): Promise<{ token: string }> {
  const { token, name, text } = parseInput(remark, unchecked);
  return services.transact(async (tx) => {
    const { post, by } = await enter(tx, services, token, name);
    await comment(tx, services, post, { text, share: true, by });
    return { token };
  });
}

/** Locks the post of a link, then the link, so that revoking it comes before or after, but never in between. */
async function enter(
  tx: Tx,
  services: Services,
  token: string,
  guestName: string,
): Promise<{ post: LockedPost; by: Reviewer }> {
  const now = services.clock.now();
  const known = await findReviewLink(tx, token, now);
  const post = known === null ? null : await lockPost(tx, known.postId);
  await tx.$queryRaw`select 1 from review_link where secret_hash = ${reviewSecretHash(token)} for update`;
  const link = await findReviewLink(tx, token, now);
  if (post === null || link === null) throw new NotFoundError("review link");
  await requireTries({ db: tx, clock: services.clock }, [{ key: rateKey("review-link", link.id), budget }]);
  await tx.reviewLink.update({ where: { id: link.id }, data: { lastUsedAt: now } });
  return { post, by: { userId: null, reviewLinkId: link.id, guestName } };
}
