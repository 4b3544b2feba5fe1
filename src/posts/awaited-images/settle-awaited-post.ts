import type { Tx } from "../../infra/db.ts";
import { NotFoundError } from "../../infra/errors.ts";
import { lockPost } from "../find-post.ts";
import { type SchedulingServices, scheduleAwaited } from "../schedule-targets.ts";
import { moveTarget } from "../target-status.ts";
import { giveUp } from "./give-up.ts";

/** What to do with a post whose pictures are not there in time. FALLBACK: send another picture in their place. */
export type AwaitedPolicy =
  | { readonly kind: "FALLBACK"; readonly imageId: string }
  | { readonly kind: "SKIP"; readonly reason: string }
  | { readonly kind: "ASK"; readonly reason: string };

/**
 * Settles a post that waits for pictures, in the caller's transaction: for whoever has a policy for its deadline. FALLBACK schedules it with another
 * approved picture in place of those it waits for, SKIP cancels it with the reason, ASK tells people and leaves it waiting. A post that waits for
 * nothing is left alone. Throws a `NotFoundError` for a fallback that is not in the post's workspace, an `ImageNotApprovedError` for one
 * that must not go out.
 */
export async function settleAwaitedPost(
  tx: Tx,
  services: SchedulingServices,
  postId: string,
  policy: AwaitedPolicy,
): Promise<void> {
  const post = await lockPost(tx, postId);
  const waiting = post?.targets.filter(({ status }) => status === "AWAITING_IMAGES") ?? [];
  if (post === null || waiting.length === 0) return;
  if (policy.kind === "ASK") return giveUp(tx, waiting, policy.reason);
  if (policy.kind === "SKIP") {
    const failure = { failureCode: "SKIPPED", failureMessage: policy.reason, failureRetryable: true };
    for (const target of waiting) await moveTarget(tx, { target, to: "CANCELLED", data: { ...failure, dueAt: null } });
    return;
  }
  const { workspaceId } = post;
  const image = await tx.image.findFirst({ where: { id: policy.imageId, workspaceId }, select: { id: true } });
  if (image === null) throw new NotFoundError("image");
  await useInstead(tx, postId, policy.imageId);
  const changed = await lockPost(tx, postId);
  if (changed === null) throw new Error(`The post ${postId} is gone although it was locked.`);
  const renewed = changed.targets.filter(({ status }) => status === "AWAITING_IMAGES");
  const refused = await scheduleAwaited(tx, services, changed, renewed);
  for (const { target, message } of refused) await giveUp(tx, [target], message);
}

/** One picture in place of all that are awaited: a post shows the same picture once. */
async function useInstead(tx: Tx, postId: string, imageId: string): Promise<void> {
  const images = await tx.postImage.findMany({ where: { postId }, orderBy: { position: "asc" } });
  const [first, ...others] = images.filter(({ awaited }) => awaited);
  if (first === undefined) return;
  const shown = images.some((image) => !image.awaited && image.imageId === imageId);
  const gone = shown ? [first, ...others] : others;
  await tx.postImage.deleteMany({ where: { postId, position: { in: gone.map(({ position }) => position) } } });
  if (shown) return;
  const where = { postId_position: { postId, position: first.position } };
  await tx.postImage.update({ where, data: { imageId, awaited: false, triesLeft: 0 } });
}
