/** What a schedule names, found in its workspace, and its columns. */
import { Prisma } from "../generated/prisma/client.ts";
import { tagKey } from "../images/tags/tag-name.ts";
import type { Tx } from "../infra/db.ts";
import { NotFoundError, ValidationError } from "../infra/errors.ts";
import { findPostParts } from "../posts/find-post-parts.ts";
import type { RecurrenceColumns } from "./recurrence-input.ts";
import type { ScheduleContent } from "./schedule-input.ts";

/** The columns that follow from what somebody wrote, its recurrence excepted. */
export type ContentColumns = Awaited<ReturnType<typeof contentColumns>>;

/**
 * Finds what a schedule names. Throws a `NotFoundError` for an account, picture or style that is foreign or missing, which look alike, and
 * a `ValidationError` for a tag that there is not, a fallback picture that may not go out, and options of another platform.
 */
export async function contentColumns(tx: Tx, workspaceId: string, content: Omit<ScheduleContent, "recurrence">) {
  const { name, timeZone, locale, captionTemplate, policy, pictures } = content;
  const { leadTimeMinutes: leadTime, deadlineMinutes: deadline } = content;
  const targets = content.targets.map(({ socialAccountId, options }) => ({ socialAccountId, options }));
  await findPostParts(tx, workspaceId, { caption: "", images: [], targets });
  const fallbackImageId = content.fallbackImageId ?? null;
  await requireFallback(tx, workspaceId, fallbackImageId);
  return {
    ...{ name, timeZone, locale, captionTemplate, leadTime, deadline, policy, fallbackImageId },
    ...(await pictureColumns(tx, workspaceId, pictures)),
  };
}

/** The columns of when it happens. */
export const recurrenceColumns = ({ rule, slots, anchor }: RecurrenceColumns) => ({
  ...{ rule, anchor, slots: slots ?? Prisma.DbNull },
});

/** The rows of where it goes. */
export const scheduleTargetRows = ({ targets }: Pick<ScheduleContent, "targets">) =>
  targets.map(({ socialAccountId, captionTemplate, options, fit }, position) => ({
    ...{ position, socialAccountId, captionTemplate: captionTemplate ?? null, fit: fit ?? null },
    options: { ...options?.values },
  }));

type Pictures = ScheduleContent["pictures"];
type Queue = NonNullable<Pictures["queue"]>;
type Generate = NonNullable<Pictures["generate"]>;

function pictureColumns(tx: Tx, workspaceId: string, { queue, generate }: Pictures) {
  if (queue) return queueColumns(tx, workspaceId, queue);
  if (generate) return generateColumns(tx, workspaceId, generate);
  throw new Error("A schedule has no source of pictures.");
}

async function queueColumns(tx: Tx, workspaceId: string, { tag, repeatAfterDays }: Queue) {
  const found = await tx.tag.findUnique({ where: { workspaceId_nameKey: { workspaceId, nameKey: tagKey(tag) } } });
  if (found === null) {
    const message = `The workspace has no tag "${tag.slice(0, 50)}". Name one that its pictures have.`;
    throw new ValidationError([{ path: ["pictures", "queue", "tag"], code: "UNKNOWN_TAG", message }]);
  }
  const none = { styleId: null, promptTemplate: null, generation: {}, mostPictures: 2 };
  return { pictureSource: "QUEUE" as const, tagId: found.id, repeatAfterDays, ...none };
}

async function generateColumns(tx: Tx, workspaceId: string, generate: Generate) {
  const { promptTemplate, mostPictures, provider, model, aspectRatio } = generate;
  const styleId = generate.styleId ?? null;
  if (styleId !== null) {
    const style = await tx.style.findFirst({
      where: { id: styleId, deletedAt: null, OR: [{ workspaceId: null }, { workspaceId }] },
      select: { id: true },
    });
    if (style === null) throw new NotFoundError("style in this workspace", ["pictures", "generate", "styleId"]);
  }
  const generation = {
    ...(provider && { provider }),
    ...(model && { model }),
    ...(aspectRatio && { aspectRatio }),
  };
  const none = { tagId: null, repeatAfterDays: 90 };
  return { pictureSource: "GENERATE" as const, styleId, promptTemplate, generation, mostPictures, ...none };
}

async function requireFallback(tx: Tx, workspaceId: string, id: string | null): Promise<void> {
  if (id === null) return;
  const image = await tx.image.findFirst({
    where: { id, workspaceId, trashedAt: null },
    select: { reviewState: true },
  });
  if (image === null) throw new NotFoundError("image in this workspace", ["fallbackImageId"]);
  if (image.reviewState === "APPROVED") return;
  const message = "The fallback picture is not approved: it could not go out when it is needed. Approve it first.";
  throw new ValidationError([{ path: ["fallbackImageId"], code: "IMAGE_NOT_APPROVED", message }]);
}
