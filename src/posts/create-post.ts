import { z } from "zod";
import type { Clock } from "../infra/clock.ts";
import type { Transact, Tx } from "../infra/db.ts";
import { NotFoundError } from "../infra/errors.ts";
import { recordEvents } from "../infra/events.ts";
import { idempotencyKey, once } from "../infra/idempotency.ts";
import { parseInput } from "../infra/parse-input.ts";
import { type Actor, requireMember } from "../workspaces/require-member.ts";
import { findPostToWrite } from "./find-post.ts";
import { schedule, scheduleTargets } from "./schedule-targets.ts";
import { postTopic } from "./target-status.ts";

const caption = z.string().max(50_000, "The caption is longer than 50,000 characters.");
const altText = z.string().trim().max(5_000, "The alt text is longer than 5,000 characters.");

const newPost = z
  .object({
    workspaceId: z.uuid(),
    caption,
    images: z
      .array(z.object({ imageId: z.uuid(), altText: altText.nullish() }))
      .max(20, "A post takes at most 20 pictures."),
    targets: z
      .array(z.object({ socialAccountId: z.uuid(), caption: caption.nullish() }))
      .min(1, "The post has no target. Name at least one social account.")
      .max(50, "A post takes at most 50 targets."),
    schedule: schedule.nullish(),
    idempotencyKey: idempotencyKey.nullish(),
  })
  .superRefine(({ images, targets }, context) => {
    const doubles = (ids: readonly string[]) => ids.flatMap((id, index) => (ids.indexOf(id) < index ? [index] : []));
    for (const index of doubles(images.map((image) => image.imageId))) {
      context.addIssue({
        code: "custom",
        path: ["images", index],
        message: "The same picture is named twice.",
        params: { code: "DUPLICATE" },
      });
    }
    for (const index of doubles(targets.map((target) => target.socialAccountId))) {
      context.addIssue({
        code: "custom",
        path: ["targets", index],
        message: "The same account is named twice.",
        params: { code: "DUPLICATE" },
      });
    }
  });

const made = z.object({ postId: z.uuid() });

/**
 * Writes a post: a draft, or with `schedule` scheduled in the same transaction. Throws a `ValidationError` with all faults, a
 * `NotFoundError` for a workspace, picture or account the viewer cannot see, and whatever scheduling throws: then nothing of
 * it is written.
 */
export async function createPost(
  services: { transact: Transact; clock: Clock },
  viewer: Actor,
  unchecked: z.input<typeof newPost>,
): Promise<z.output<typeof made>> {
  const { idempotencyKey: key, ...input } = parseInput(newPost, unchecked);
  const { userId } = viewer;
  return services.transact(async (tx) => {
    await requireMember(tx, viewer, { workspaceId: input.workspaceId, permission: "posts:write" });
    return once(tx, { userId, operation: "createPost", key: key ?? null, input }, made, async () => {
      await requireOwn(tx, input);
      const post = await tx.post.create({
        data: {
          ...{ workspaceId: input.workspaceId, authorId: userId, caption: input.caption },
          images: {
            create: input.images.map((image, position) => ({
              position,
              imageId: image.imageId,
              altText: image.altText ?? null,
            })),
          },
          targets: {
            create: input.targets.map((target, position) => ({
              ...{
                position,
                workspaceId: input.workspaceId,
                socialAccountId: target.socialAccountId,
                caption: target.caption ?? null,
              },
            })),
          },
        },
        select: { id: true, workspaceId: true },
      });
      await recordEvents(tx, [
        { workspaceId: post.workspaceId, topic: postTopic, entityId: post.id, kind: "CREATED", version: 0 },
      ]);
      if (input.schedule)
        await scheduleTargets(
          tx,
          services,
          await findPostToWrite(tx, viewer, post.id, "posts:publish"),
          input.schedule,
        );
      return { postId: post.id };
    });
  });
}

/** Pictures and accounts belong to the post's workspace; strangers' and missing ones look alike. */
async function requireOwn(
  tx: Tx,
  { workspaceId, images, targets }: Pick<z.output<typeof newPost>, "workspaceId" | "images" | "targets">,
) {
  const imageIds = images.map((image) => image.imageId);
  const accountIds = targets.map((target) => target.socialAccountId);
  if ((await tx.image.count({ where: { workspaceId, trashedAt: null, id: { in: imageIds } } })) < imageIds.length)
    throw new NotFoundError("image");
  if ((await tx.socialAccount.count({ where: { workspaceId, id: { in: accountIds } } })) < accountIds.length)
    throw new NotFoundError("social account");
}
