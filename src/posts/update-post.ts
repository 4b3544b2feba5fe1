import { z } from "zod";
import type { PostTargetStatus } from "../generated/prisma/enums.ts";
import type { Transact, Tx } from "../infra/db.ts";
import { ConflictError, VersionConflictError } from "../infra/errors.ts";
import { recordEvents } from "../infra/events.ts";
import { parseInput } from "../infra/parse-input.ts";
import { type Actor, requireMember } from "../workspaces/require-member.ts";
import { enqueueRendering } from "./enqueue-rendering.ts";
import { findPostToWrite, type LockedPost } from "./find-post.ts";
import { findPostParts } from "./find-post-parts.ts";
import { imageRows, type PostInput, postInput, refuseDoubles, targetRows } from "./post-input.ts";
import { recheckScheduled, type SchedulingServices } from "./schedule-targets.ts";
import { postTopic } from "./target-status.ts";

const changes = z.object({
  postId: z.uuid(),
  expectedVersion: z.number().int(),
  caption: postInput.shape.caption.optional(),
  images: postInput.shape.images.optional(),
  targets: postInput.shape.targets.optional(),
  allowDuplicate: z.boolean().nullish(),
});

/** Nobody knows yet what of these is out. */
const underWay: readonly PostTargetStatus[] = ["PUBLISHING", "SUBMITTED", "UNKNOWN"];

/**
 * Changes a post. What is absent stays. While a target is on its way nothing can change; once one is published, text and pictures are fixed
 * and the other targets may still change. What is scheduled stays scheduled, if its platforms take it as it is now.
 *
 * Throws a `ValidationError` with all faults, a `NotFoundError` for what the viewer cannot see, a `ForbiddenError` for a role or token that
 * may not, a `VersionConflictError` when somebody else edited it, a `ConflictError` for what can no longer change, a
 * `DuplicatePostError` where a scheduled post would look like another, and an `ImageNotApprovedError` where a scheduled post would get a picture that is not approved.
 */
export async function updatePost(
  services: SchedulingServices & { readonly transact: Transact },
  viewer: Actor,
  unchecked: z.input<typeof changes>,
): Promise<{ postId: string }> {
  const { postId, expectedVersion, allowDuplicate, ...change } = parseInput(changes, unchecked);
  return services.transact(async (tx) => {
    const post = await findPostToWrite(tx, viewer, postId, "posts:write");
    const { workspaceId } = post;
    if (post.targets.some(({ status }) => status === "SCHEDULED" || status === "AWAITING_IMAGES")) {
      // A scheduled post goes out as it is now written: that takes more than writing.
      await requireMember(tx, viewer, { workspaceId, permission: "posts:publish", what: "post" });
    }
    if (expectedVersion !== post.version) throw new VersionConflictError("post", expectedVersion, post.version);
    const now = await readNow(tx, postId);
    const next = parseInput(postInput.superRefine(refuseDoubles), { ...now, ...defined(change) });
    refuseFrozen(post, now, next);
    await findPostParts(tx, workspaceId, next);
    await tx.post.update({ where: { id: postId }, data: { caption: next.caption, version: { increment: 1 } } });
    await replaceImages(tx, postId, next);
    const retimed = await changeTargets(tx, post, next);
    await recordEvents(tx, [
      { workspaceId, topic: postTopic, entityId: postId, kind: "UPDATED", version: post.version + 1 },
    ]);
    const changed = await findPostToWrite(tx, viewer, postId, "posts:write");
    await recheckScheduled(tx, services, changed, {
      by: { userId: viewer.userId },
      newContent: allowDuplicate !== true,
      retimed,
    });
    await enqueueRendering(tx, changed.targets);
    return { postId };
  });
}

const defined = (values: object): object =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

/** A post as its author would write it anew. */
export async function readNow(tx: Tx, postId: string): Promise<z.input<typeof postInput>> {
  const post = await tx.post.findUniqueOrThrow({
    where: { id: postId },
    select: {
      caption: true,
      images: { orderBy: { position: "asc" } },
      targets: { orderBy: { position: "asc" }, include: { socialAccount: { select: { platform: true } } } },
    },
  });
  return {
    caption: post.caption,
    images: post.images.map(({ imageId, altText, focusX, focusY }) => ({
      ...{ imageId, altText, focus: focusX === null || focusY === null ? null : { x: focusX, y: focusY } },
    })),
    targets: post.targets.map(({ socialAccountId, socialAccount, caption, options, fit, plannedAt }) => ({
      ...{ socialAccountId, caption, fit, at: plannedAt },
      options: readOptions(socialAccount.platform, options),
    })),
  };
}

const optionValues = postInput.shape.targets.element.shape.options.unwrap().unwrap().shape.values;

function readOptions(platform: string, options: unknown) {
  const values = optionValues.parse(options);
  return Object.keys(values).length === 0 ? null : { platform, values };
}

function refuseFrozen(post: LockedPost, now: z.input<typeof postInput>, next: PostInput): void {
  const moving = post.targets.filter(({ status }) => underWay.includes(status));
  if (moving.length > 0) {
    const states = [...new Set(moving.map(({ status }) => status))].join(", ");
    throw new ConflictError(`The post is on its way (${states}); wait until that is settled, then change it.`);
  }
  const out = post.targets.filter(({ status }) => status === "PUBLISHED");
  if (out.length === 0) return;
  const before = parseInput(postInput, now);
  const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
  if (!same([before.caption, imageRows(before)], [next.caption, imageRows(next)])) {
    throw new ConflictError(
      "The post is out: its text and pictures can no longer change. Give the other targets captions of their own, or duplicate the post.",
    );
  }
  for (const { socialAccountId, socialAccount } of out) {
    const written = (input: PostInput) =>
      targetRows(input).flatMap(({ position: _position, plannedAt: _plannedAt, ...row }) =>
        row.socialAccountId === socialAccountId ? [row] : [],
      );
    if (!same(written(before), written(next))) {
      throw new ConflictError(`The post is out on ${socialAccount.handle}; that target can neither change nor go.`);
    }
  }
}

async function replaceImages(tx: Tx, postId: string, next: PostInput): Promise<void> {
  const awaited = await tx.postImage.findMany({ where: { postId, awaited: true } });
  const waitsFor = new Map(awaited.map(({ imageId, triesLeft }) => [imageId, { awaited: true, triesLeft }]));
  await tx.postImage.deleteMany({ where: { postId } });
  await tx.postImage.createMany({
    data: imageRows(next).map((row) => ({ ...row, ...waitsFor.get(row.imageId), postId })),
  });
}

/** Writes the targets down. Answers the ids of those whose own time is another now. */
async function changeTargets(tx: Tx, post: LockedPost, next: PostInput): Promise<string[]> {
  const rows = targetRows(next);
  const gone = post.targets.filter((target) => !rows.some((row) => row.socialAccountId === target.socialAccountId));
  const ids = gone.map(({ id }) => id);
  const tried = await tx.publishAttempt.findFirst({ where: { targetId: { in: ids } }, select: { targetId: true } });
  if (tried !== null) {
    const target = gone.find(({ id }) => id === tried.targetId);
    throw new ConflictError(
      `The target ${target?.socialAccount.handle ?? ""} has been tried, and what was tried stays on record. Leave it in the post; it can be cancelled.`,
    );
  }
  await tx.postTarget.deleteMany({ where: { id: { in: ids } } });
  const retimed: string[] = [];
  for (const row of rows) {
    const known = post.targets.find(({ socialAccountId }) => socialAccountId === row.socialAccountId);
    if (known !== undefined) await tx.postTarget.update({ where: { id: known.id }, data: row });
    else await tx.postTarget.create({ data: { ...row, postId: post.id, workspaceId: post.workspaceId } });
    if (known !== undefined && known.plannedAt?.getTime() !== row.plannedAt?.getTime()) retimed.push(known.id);
  }
  return retimed;
}
