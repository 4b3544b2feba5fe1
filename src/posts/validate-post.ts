import { z } from "zod";
import type { Clock } from "../infra/clock.ts";
import type { Db } from "../infra/db.ts";
import { NotFoundError, type ValidationIssue } from "../infra/errors.ts";
import { parseInput } from "../infra/parse-input.ts";
import { type Actor, requireMember } from "../workspaces/require-member.ts";
import { type ContentServices, contentIssues } from "./check-content.ts";
import { findPostParts, type PostParts } from "./find-post-parts.ts";
import { findTwins, twinMessage } from "./find-twins.ts";
import { type TargetContent, targetContent } from "./post-content.ts";
import { imageRows, type PostInput, postInput, refuseDoubles, targetRows } from "./post-input.ts";
import { uniqueIssues } from "./refuse-issues.ts";
import { heldBackImages } from "./review-gate.ts";

const unsaved = postInput.extend({ workspaceId: z.uuid() }).superRefine(refuseDoubles);

/** A post to look over: a saved one, or one that is being written. */
export type PostToValidate = { readonly postId: string } | { readonly content: z.input<typeof unsaved> };

/** What is wrong with a post, and what people may want to know before they go on. */
export interface PostCheck {
  readonly issues: readonly ValidationIssue[];
  readonly warnings: readonly ValidationIssue[];
}

/**
 * Everything that would keep a post from being scheduled now, each fault at its path; empty when nothing would. Writes nothing. Throws a
 * `NotFoundError` or `ForbiddenError` as reading would, and a `ValidationError` for what cannot even be written down.
 */
export async function validatePost(
  services: ContentServices & { readonly db: Db; readonly clock: Clock },
  viewer: Actor,
  post: PostToValidate,
): Promise<PostCheck> {
  const checked =
    "postId" in post
      ? await saved(services.db, viewer, post.postId)
      : await composed(services.db, viewer, post.content);
  const targets = checked.map(({ content }) => content);
  return {
    issues: uniqueIssues([...reviewIssues(targets), ...targets.flatMap((target) => contentIssues(services, target))]),
    warnings: await twinWarnings(services, checked),
  };
}

/** A target, saved or not, and when it is to go out, where that is planned. */
interface Checked {
  readonly id: string | null;
  readonly content: TargetContent;
  readonly at: Date | null;
}

/** What would be refused without `allowDuplicate`. */
async function twinWarnings(
  { db, clock }: { readonly db: Db; readonly clock: Clock },
  targets: readonly Checked[],
): Promise<readonly ValidationIssue[]> {
  const twins = await findTwins(
    db,
    targets.map((target) => ({ ...target, at: target.at ?? clock.now() })),
  );
  return targets.flatMap(({ content: { position, socialAccount } }, index): ValidationIssue[] => {
    const twin = twins[index] ?? null;
    if (twin === null) return [];
    const message = twinMessage(socialAccount.handle, twin);
    return [{ path: ["targets", String(position)], code: "DUPLICATE_POST", message }];
  });
}

async function saved(db: Db, viewer: Actor, postId: string): Promise<readonly Checked[]> {
  const post = await db.post.findUnique({
    where: { id: postId },
    select: { workspaceId: true, targets: { include: targetContent, orderBy: { position: "asc" } } },
  });
  if (post === null) throw new NotFoundError("post");
  await requireMember(db, viewer, { workspaceId: post.workspaceId, permission: "posts:read", what: "post" });
  return post.targets.map((content) => ({
    ...{ id: content.id, content },
    at: content.scheduledAt ?? content.plannedAt,
  }));
}

async function composed(db: Db, viewer: Actor, unchecked: z.input<typeof unsaved>): Promise<readonly Checked[]> {
  const { workspaceId, ...input } = parseInput(unsaved, unchecked);
  await requireMember(db, viewer, { workspaceId, permission: "posts:read" });
  const workspace = await db.workspace.findUniqueOrThrow({
    where: { id: workspaceId },
    select: { reviewPolicy: true, postApprovalPolicy: true },
  });
  return assemble(input, await findPostParts(db, workspaceId, input), workspace);
}

/** What the rows of an unsaved post would be. */
function assemble(
  input: PostInput,
  { images, accounts }: PostParts,
  workspace: TargetContent["post"]["workspace"],
): readonly Checked[] {
  const pictures = imageRows(input).flatMap((row) => {
    const image = images.get(row.imageId);
    return image === undefined ? [] : [{ ...row, image }];
  });
  const post = { caption: input.caption, images: pictures, workspace };
  return targetRows(input).flatMap((row) => {
    const socialAccount = accounts.get(row.socialAccountId);
    if (socialAccount === undefined) return [];
    return [{ id: null, content: { ...row, socialAccount, post }, at: row.plannedAt }];
  });
}

function reviewIssues([target]: readonly TargetContent[]): ValidationIssue[] {
  if (target === undefined) return [];
  const heldBack = heldBackImages(target.post);
  return target.post.images.flatMap(({ imageId }, index) => {
    if (!heldBack.includes(imageId)) return [];
    const message = "The picture is not approved. Approve it with `reviewImages`, or take it out.";
    return [{ path: ["images", String(index)], code: "IMAGE_NOT_APPROVED", message }];
  });
}
