import { z } from "zod";
import type { Transact, Tx } from "../../infra/db.ts";
import { ConflictError, NotFoundError } from "../../infra/errors.ts";
import { parseInput } from "../../infra/parse-input.ts";
import { type Actor, requireMember } from "../../workspaces/require-member.ts";
import { promptMark } from "./apply-style.ts";

/** Most own styles of one workspace. */
export const mostStyles = 200;

const wording = z.object({
  description: z.string().trim().max(500, "The description is longer than 500 characters.").nullish(),
  template: z
    .string()
    .trim()
    .max(2_000, "The template is longer than 2,000 characters.")
    .refine((template) => template.split(promptMark).length === 2, {
      error: `The template holds \`${promptMark}\` exactly once: where the prompt stands.`,
      params: { code: "PROMPT_MARK" },
    }),
  negativePrompt: z.string().trim().max(1_000, "The negative prompt is longer than 1,000 characters.").nullish(),
  previewImageId: z.uuid().nullish(),
});

const saving = wording.extend({
  workspaceId: z.uuid(),
  /** Null for a new one. */
  styleId: z.uuid().nullable(),
  name: z.string().trim().min(1, "The style has no name.").max(80, "The style's name is longer than 80 characters."),
});

/**
 * Makes a style, or gives one of the workspace's own another name and, where its wording changed, another version; pictures keep the
 * version they were made with. Throws a `ValidationError`, a `NotFoundError` for a style or preview image that is not the
 * workspace's, a `ForbiddenError` for a role that does not edit, a `ConflictError` for a built-in style, a name that is taken, and too many.
 */
export async function saveStyle(
  { transact }: { transact: Transact },
  viewer: Actor,
  unchecked: z.input<typeof saving>,
): Promise<{ styleId: string }> {
  const { workspaceId, styleId, name, ...asked } = parseInput(saving, unchecked);
  const content = {
    ...{ template: asked.template, description: asked.description ?? "", negativePrompt: asked.negativePrompt ?? "" },
    previewImageId: asked.previewImageId ?? null,
  };
  return transact(async (tx) => {
    await requireMember(tx, viewer, { workspaceId, permission: "images:edit" });
    // One at a time in a workspace: names are compared, styles and versions counted.
    await tx.$queryRaw`select 1 from workspace where id = ${workspaceId}::uuid for no key update`;
    await requireOwnImage(tx, workspaceId, content.previewImageId);
    await requireFreeName(tx, { workspaceId, styleId, name });
    const createdById = viewer.userId;
    if (styleId !== null) {
      await changeStyle(tx, { workspaceId, styleId, name, createdById, content });
      return { styleId };
    }
    const made = await tx.style.create({
      data: {
        ...{ workspaceId, name, nameKey: name.toLowerCase(), createdById },
        versions: { create: { number: 1, createdById, ...content } },
      },
    });
    return { styleId: made.id };
  });
}

async function changeStyle(
  tx: Tx,
  change: { workspaceId: string; styleId: string; name: string; createdById: string; content: WrittenContent },
): Promise<void> {
  const { workspaceId, styleId, name, createdById, content } = change;
  const style = await tx.style.findFirst({
    where: { id: styleId, deletedAt: null, OR: [{ workspaceId }, { workspaceId: null }] },
    include: { versions: { orderBy: { number: "desc" }, take: 1 } },
  });
  if (style === null) throw new NotFoundError("style");
  if (style.workspaceId === null) {
    throw new ConflictError("The style is built in and does not change. Save your own without `styleId`.");
  }
  if (style.name !== name) {
    await tx.style.update({ where: { id: styleId }, data: { name, nameKey: name.toLowerCase() } });
  }
  const [last] = style.versions;
  const same =
    last !== undefined &&
    last.template === content.template &&
    last.description === content.description &&
    last.negativePrompt === content.negativePrompt &&
    last.previewImageId === content.previewImageId;
  if (same) return;
  await tx.styleVersion.create({ data: { styleId, number: (last?.number ?? 0) + 1, createdById, ...content } });
}

interface WrittenContent {
  readonly template: string;
  readonly description: string;
  readonly negativePrompt: string;
  readonly previewImageId: string | null;
}

async function requireOwnImage(tx: Tx, workspaceId: string, imageId: string | null): Promise<void> {
  if (imageId === null) return;
  const found = await tx.image.count({ where: { id: imageId, workspaceId, status: "GENERATED", trashedAt: null } });
  if (found === 0) throw new NotFoundError("image");
}

async function requireFreeName(
  tx: Tx,
  { workspaceId, styleId, name }: { workspaceId: string; styleId: string | null; name: string },
): Promise<void> {
  const own = { workspaceId, deletedAt: null };
  const other = await tx.style.findFirst({
    where: { ...own, nameKey: name.toLowerCase(), ...(styleId !== null && { id: { not: styleId } }) },
  });
  if (other !== null) throw new ConflictError(`The style "${other.name}" is there already. Choose another name.`);
  if (styleId === null && (await tx.style.count({ where: own })) >= mostStyles) {
    throw new ConflictError(`The workspace has ${mostStyles} styles, which are the most. Delete some first.`);
  }
}
