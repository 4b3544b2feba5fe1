/** What is decided and said about posts, where the matrix asks for it: see places.ts. */
import { randomUUID } from "node:crypto";
import { encodeGlobalId } from "../../../src/graphql/ids.ts";
import { addMilliseconds } from "../../../src/infra/clock.ts";
import { newReviewSecret, reviewSecretHash } from "../../../src/posts/approval/links/review-link.ts";
import type { Services } from "../../../src/services.ts";

/** Things of a place, by their public ids. */
export interface ReviewedThings {
  postDecision(): Promise<string>;
  postComment(): Promise<string>;
  reviewLink(): Promise<string>;
  /** The secret of a review link. */
  reviewToken(): Promise<string>;
}

/** Makes them in a workspace. */
export function reviewedThings(
  { db, clock }: Services,
  { workspaceId, authorId, postId }: { workspaceId: string; authorId: string; postId: () => Promise<string> },
): ReviewedThings {
  const reviewLink = async () => {
    const secret = newReviewSecret();
    const expiresAt = addMilliseconds(clock.now(), 1_000_000);
    const names = { label: "A client", createdById: authorId, secretHash: reviewSecretHash(secret) };
    const data = { ...names, workspaceId, postId: await postId(), createdAt: clock.now(), expiresAt };
    return { id: (await db.reviewLink.create({ data })).id, secret };
  };
  return {
    postDecision: async () => {
      const decision = { kind: "HELD", contentHash: randomUUID(), userId: authorId, at: clock.now() } as const;
      const { id } = await db.postDecision.create({ data: { postId: await postId(), ...decision } });
      return encodeGlobalId("PostDecision", id);
    },
    postComment: async () => {
      const said = { text: "Higher!", userId: authorId, createdAt: clock.now() };
      const { id } = await db.postComment.create({ data: { postId: await postId(), ...said } });
      return encodeGlobalId("PostComment", id);
    },
    reviewLink: async () => encodeGlobalId("ReviewLink", (await reviewLink()).id),
    reviewToken: async () => (await reviewLink()).secret,
  };
}

/** The same of a workspace that is about to be deleted. */
export async function goneReviewed(was: ReviewedThings): Promise<ReviewedThings> {
  const [decision, comment, link] = [await was.postDecision(), await was.postComment(), await was.reviewLink()];
  const gone = (id: string) => () => Promise.resolve(id);
  return {
    ...{ postDecision: gone(decision), postComment: gone(comment), reviewLink: gone(link) },
    reviewToken: gone(await was.reviewToken()),
  };
}
