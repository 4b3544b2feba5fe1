import { z } from "zod";
import type { Occurrence } from "../generated/prisma/client.ts";
import type { Tx } from "../infra/db.ts";
import { NotFoundError } from "../infra/errors.ts";
import { parseInput } from "../infra/parse-input.ts";
import { type LockedPost, lockPost } from "../posts/find-post.ts";
import { updatePost } from "../posts/update-post.ts";
import type { Actor } from "../workspaces/require-member.ts";
import { changeOccurrence, findOccurrenceToWrite, type LockedOccurrence, requireOpen } from "./change-occurrence.ts";
import { requireWriter } from "./find-schedule.ts";
import { writePost } from "./post-text.ts";
import type { ScheduleServices } from "./replan.ts";
import { workBegins } from "./resolve-occurrence.ts";
import { refuse } from "./schedule-input.ts";
import { templateIssues } from "./template.ts";

const overriding = z.object({
  occurrenceId: z.uuid(),
  expectedVersion: z.number().int().nullish(),
  /** Null: the schedule's. */
  captionTemplate: z.string().max(10_000, "The template is longer than 10,000 characters.").nullable().optional(),
  /** Null: the schedule's source. */
  imageIds: z
    .array(z.uuid())
    .min(1, "Name at least one picture, or null for those of the schedule.")
    .max(20, "A post takes at most 20 pictures.")
    .refine((ids) => new Set(ids).size === ids.length, {
      error: "The same picture is named twice.",
      params: { code: "DUPLICATE" },
    })
    .nullable()
    .optional(),
});

/**
 * Gives one occurrence a text or pictures of its own; what is absent stays, null is the schedule's again. It is the answer as well where a person was
 * asked. A post that was made already is changed. Throws a `ValidationError`, a `NotFoundError` for what is foreign or missing, a `ForbiddenError` for a role
 * or token that may not, a `VersionConflictError`, a `ConflictError` for one that is over, and what changing a post throws.
 */
export async function overrideOccurrence(
  services: ScheduleServices,
  viewer: Actor,
  unchecked: z.input<typeof overriding>,
): Promise<{ occurrenceId: string }> {
  const { captionTemplate, imageIds, ...which } = parseInput(overriding, unchecked);
  return services.transact(async (tx) => {
    const locked = await findOccurrenceToWrite(tx, viewer, which);
    const { occurrence, schedule } = locked;
    await requireWriter(tx, viewer, schedule, "occurrence");
    requireOpen(occurrence);
    const { locale } = schedule;
    refuse(templateIssues(captionTemplate ?? "", { path: ["captionTemplate"], use: "caption", locale }));
    if (imageIds) await requireImages(tx, schedule.workspaceId, imageIds);
    const own = {
      ...(captionTemplate !== undefined && { captionTemplate }),
      ...(imageIds !== undefined && { ownImageIds: imageIds ?? [] }),
    };
    // Where a person was asked, or pictures are there now, work goes on at once.
    const goesOn = occurrence.state === "NEEDS_DECISION" || (occurrence.state === "AWAITING_PICTURE" && imageIds);
    const again = goesOn ? { state: "PLANNED" as const, reason: null, actAt: workBegins(occurrence.at, schedule) } : {};
    // Posts are locked before occurrences.
    const post = occurrence.state === "POSTED" ? await lockPostOf(tx, occurrence) : null;
    const changed = await changeOccurrence(tx, occurrence, { ...own, ...again });
    if (post !== null) await changePost(tx, services, viewer, { schedule, occurrence: changed, post });
    return { occurrenceId: occurrence.id };
  });
}

async function requireImages(tx: Tx, workspaceId: string, imageIds: readonly string[]): Promise<void> {
  const where = { id: { in: [...imageIds] }, workspaceId, trashedAt: null };
  const found = new Set((await tx.image.findMany({ where, select: { id: true } })).map(({ id }) => id));
  const missing = imageIds.findIndex((id) => !found.has(id));
  if (missing !== -1) throw new NotFoundError("image in this workspace", ["imageIds", String(missing)]);
}

async function lockPostOf(tx: Tx, { postId }: Occurrence): Promise<LockedPost> {
  const post = postId === null ? null : await lockPost(tx, postId);
  if (post === null) throw new NotFoundError("post of this occurrence");
  return post;
}

async function changePost(
  tx: Tx,
  services: ScheduleServices,
  viewer: Actor,
  { occurrence, schedule, post }: LockedOccurrence & { readonly post: LockedPost },
): Promise<void> {
  const { ownImageIds, imageId } = occurrence;
  const shown = post.targets[0]?.post.images.map((image) => image.imageId) ?? [];
  const wanted = ownImageIds.length > 0 ? ownImageIds : imageId === null ? shown : [imageId];
  const title = await tx.image.findUnique({ where: { id: wanted[0] ?? "" }, select: { title: true } });
  const { caption } = writePost(schedule, occurrence, { counter: occurrence.number ?? 0, title: title?.title ?? "" });
  const joined = { ...services, transact: <T>(work: (inner: Tx) => Promise<T>) => work(tx) };
  await updatePost(joined, viewer, {
    ...{ postId: post.id, expectedVersion: post.version, caption },
    images: wanted.map((id) => ({ imageId: id })),
  });
}
