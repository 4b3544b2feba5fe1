import { z } from "zod";
import type { PlannedGeneration } from "../images/plan-generation.ts";
import type { Transact, Tx } from "../infra/db.ts";
import { idempotencyKey, once } from "../infra/idempotency.ts";
import { parseInput } from "../infra/parse-input.ts";
import { type Actor, requireMember } from "../workspaces/require-member.ts";
import { generatedImage, type PostImageServices, planPostImage, writePostImage } from "./awaited-images/plan-images.ts";
import { insertPost } from "./insert-post.ts";
import { type PostInput, postInput, refuseDoubles } from "./post-input.ts";
import { schedule } from "./schedule-input.ts";
import { type SchedulingServices } from "./schedule-targets.ts";

const postImage = postInput.shape.images.element;

/** A picture that is there, or one to make. */
const newImage = postImage.extend({ imageId: postImage.shape.imageId.optional(), generate: generatedImage.optional() });

const newPost = postInput
  .extend({
    images: z.array(newImage).max(20, "A post takes at most 20 pictures."),
    workspaceId: z.uuid(),
    schedule: schedule.nullish(),
    allowDuplicate: z.boolean().nullish(),
    idempotencyKey: idempotencyKey.nullish(),
  })
  .superRefine(({ images, targets, caption }, context) => {
    for (const [index, { imageId, generate }] of images.entries()) {
      if ((imageId === undefined) !== (generate === undefined)) continue;
      const message = "Give `imageId` for a picture that is there, or `generate` for one to make: exactly one of them.";
      context.addIssue({ code: "custom", path: ["images", index], message });
    }
    // Pictures that are still to be made are never the same.
    const named = images.map(({ imageId, ...image }, index) => ({ ...image, imageId: imageId ?? `${index}` }));
    refuseDoubles({ caption, images: named, targets }, context);
  });

const made = z.object({ postId: z.uuid() });

type NewPost = z.output<typeof newPost>;

/** What writing a post touches. */
interface PostServices extends SchedulingServices, Omit<PostImageServices, "config"> {
  readonly transact: Transact;
  readonly config: SchedulingServices["config"] & PostImageServices["config"];
}

/**
 * Writes a post: a draft, or with `schedule` scheduled in the same transaction. Pictures to `generate` are asked for in it as well; the post holds
 * its time, and is scheduled once they are approved. Throws a `ValidationError` with all faults, a
 * `NotFoundError` for a workspace, picture or account the viewer cannot see, and whatever scheduling throws: then nothing of
 * it is written.
 */
export async function createPost(
  services: PostServices,
  viewer: Actor,
  unchecked: z.input<typeof newPost>,
): Promise<z.output<typeof made>> {
  const { idempotencyKey: key, ...input } = parseInput(newPost, unchecked);
  const { workspaceId, caption } = input;
  const { userId } = viewer;
  const plans = await planImages(services, viewer, input);
  return services.transact(async (tx) => {
    await requireMember(tx, viewer, { workspaceId, permission: "posts:write" });
    return once(tx, { userId, operation: "createPost", key: key ?? null, input }, made, async () => {
      const written = { ...input, images: await writeNewImages(tx, services, viewer, { input, plans }) };
      const content = {
        ...{ workspaceId, caption, targets: input.targets, schedule: input.schedule ?? null },
        ...{ images: written.images, allowDuplicate: input.allowDuplicate === true },
        awaits: input.images.map(waitsFor),
      };
      return { postId: await insertPost(tx, services, viewer, content) };
    });
  });
}

/** Plans by position of what is to be made, before anything is written: providers are asked. */
async function planImages(
  services: PostServices,
  viewer: Actor,
  { workspaceId, images }: NewPost,
): Promise<ReadonlyMap<number, PlannedGeneration>> {
  const plans = new Map<number, PlannedGeneration>();
  if (!images.some(({ generate }) => generate !== undefined)) return plans;
  // Planning tells of a workspace's defaults.
  await requireMember(services.db, viewer, { workspaceId, permission: "images:create" });
  for (const [position, { generate }] of images.entries()) {
    if (generate !== undefined) plans.set(position, await planPostImage(services, workspaceId, generate, position));
  }
  return plans;
}

/** The post's pictures as they are there, once those that are to be made are written down. */
async function writeNewImages(
  tx: Tx,
  services: PostServices,
  viewer: Actor,
  { input, plans }: { readonly input: NewPost; readonly plans: ReadonlyMap<number, PlannedGeneration> },
) {
  const { workspaceId } = input;
  if (plans.size > 0) await requireMember(tx, viewer, { workspaceId, permission: "images:create" });
  const images: PostInput["images"] = [];
  for (const [position, { generate: _generate, imageId: known, ...image }] of input.images.entries()) {
    const plan = plans.get(position);
    const imageId = plan === undefined ? known : await writePostImage(tx, services, plan, viewer.userId);
    if (imageId !== undefined) images.push({ ...image, imageId });
  }
  return images;
}

const waitsFor = (image: NewPost["images"][number] | undefined) =>
  image?.generate === undefined ? {} : { awaited: true, triesLeft: image.generate.regenerate?.maxTries ?? 0 };
