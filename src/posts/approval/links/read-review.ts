import type { PostDecisionKind } from "../../../generated/prisma/enums.ts";
import type { Clock } from "../../../infra/clock.ts";
import type { Db } from "../../../infra/db.ts";
import { platformNamed } from "../../../platforms/registry.ts";
import { effectiveCaption, effectiveImages, targetContent } from "../../post-content.ts";
import { type PostStatus, postStatus } from "../../post-status.ts";
import { postContentHash } from "../approval.ts";
import { findReviewLink } from "./review-link.ts";

/** What was said or decided, as a guest sees it. */
export interface ReviewEntry {
  readonly at: Date;
  /** Who, by the name they gave; null once their account is gone. */
  readonly by: string | null;
  /** Null for a comment. */
  readonly decision: PostDecisionKind | null;
  readonly text: string;
}

/** A post as whoever holds a review link sees it. */
export interface PostReview {
  readonly workspaceName: string;
  readonly label: string;
  readonly expiresAt: Date;
  readonly status: PostStatus;
  readonly contentHash: string;
  readonly images: readonly { readonly imageId: string; readonly altText: string }[];
  readonly targets: readonly {
    readonly platform: string;
    readonly handle: string;
    readonly text: string;
    readonly scheduledAt: Date | null;
  }[];
  readonly history: readonly ReviewEntry[];
}

/** The latest of each kind that a guest is shown. */
const shown = 50;

/**
 * Reads a post by the secret of a review link; null where the link does not count (any more). Of what members say among themselves a guest
 * learns nothing: only comments that are shared, and no member's reasons.
 */
export async function readReview(
  { db, clock }: { readonly db: Db; readonly clock: Clock },
  token: string,
): Promise<PostReview | null> {
  const link = await findReviewLink(db, token, clock.now());
  if (link === null) return null;
  const newest = {
    orderBy: { id: "desc" },
    take: shown,
    include: { user: { select: { displayName: true } } },
  } as const;
  const post = await db.post.findUnique({
    where: { id: link.postId },
    select: {
      workspace: { select: { name: true } },
      targets: { include: targetContent, orderBy: { position: "asc" } },
      decisions: newest,
      comments: { ...newest, where: { isShared: true } },
    },
  });
  if (post === null) return null;
  const { targets, decisions, comments, workspace } = post;
  const nameOf = ({ guestName, user }: { guestName: string | null; user: { displayName: string } | null }) =>
    guestName ?? user?.displayName ?? null;
  const history = [
    ...decisions.toReversed().map((entry) => ({
      ...entry,
      decision: entry.kind,
      // Members give their reasons to one another.
      text: entry.guestName === null ? "" : (entry.reason ?? ""),
    })),
    ...comments.toReversed().map((entry) => ({ ...entry, decision: null, at: entry.createdAt })),
  ];
  return {
    ...{ workspaceName: workspace.name, label: link.label, expiresAt: link.expiresAt },
    status: postStatus(targets.map(({ status }) => status)),
    contentHash: postContentHash(targets),
    images: targets
      .slice(0, 1)
      .flatMap(effectiveImages)
      .map(({ imageId, alt }) => ({ imageId, altText: alt })),
    targets: targets.map((target) => ({
      platform: platformNamed(target.socialAccount.platform).label,
      handle: target.socialAccount.handle,
      text: effectiveCaption(target),
      scheduledAt: target.scheduledAt,
    })),
    history: history
      .map((entry) => ({ at: entry.at, by: nameOf(entry), decision: entry.decision, text: entry.text }))
      .toSorted((one, other) => one.at.getTime() - other.at.getTime()),
  };
}
