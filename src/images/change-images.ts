/** Changes to many pictures at once, each with its own result: one that cannot be changed does not keep the others back. */
import { z } from "zod";
import type { Prisma } from "../generated/prisma/client.ts";
import type { ImageStatus } from "../generated/prisma/enums.ts";
import type { Permission } from "../graphql/permissions.ts";
import type { Tx } from "../infra/db.ts";
import type { ConflictError } from "../infra/errors.ts";
import { ForbiddenError, NotFoundError } from "../infra/errors.ts";
import { type Actor, requireMember } from "../workspaces/require-member.ts";
import { recordImageUpdates } from "./image-status.ts";

/** The pictures of a bulk change. */
export const bulkImageIds = z
  .array(z.uuid())
  .min(1, "Name at least one picture.")
  .max(100, "Name at most 100 pictures at a time.");

/** Why one picture was not changed. */
export type ImageRefusal = NotFoundError | ForbiddenError | ConflictError;

/** How the change of one picture ended: without an error it is as asked. */
export interface ImageOutcome {
  readonly imageId: string;
  readonly error: ImageRefusal | null;
}

/** A picture that nobody else changes before the transaction ends. */
export interface LockedImage {
  readonly id: string;
  readonly workspaceId: string;
  readonly status: ImageStatus;
  readonly trashedAt: Date | null;
  readonly archivedAt: Date | null;
}

/** What somebody wants to change. */
export interface BulkChange {
  readonly imageIds: readonly string[];
  readonly permission: Permission;
}

/** Pictures that the viewer may change, by workspace, and why the others are not among them. */
export interface ChangeableImages {
  readonly byWorkspace: ReadonlyMap<string, readonly string[]>;
  readonly errors: Map<string, ImageRefusal>;
}

/** Sorts out what the viewer may change; strangers' pictures and missing ones look alike. */
export async function findChangeable(
  tx: Tx,
  viewer: Actor,
  { imageIds, permission }: BulkChange,
): Promise<ChangeableImages> {
  const images = await tx.image.findMany({
    where: { id: { in: [...new Set(imageIds)] } },
    select: { id: true, workspaceId: true },
    orderBy: { workspaceId: "asc" },
  });
  const errors = new Map<string, ImageRefusal>(imageIds.map((id) => [id, new NotFoundError("image")]));
  const byWorkspace = new Map<string, readonly string[]>();
  for (const [workspaceId, members = []] of Map.groupBy(images, (image) => image.workspaceId)) {
    const ids = members.map(({ id }) => id);
    const refusal = await refusalOf(requireMember(tx, viewer, { workspaceId, permission, what: "image" }));
    for (const id of ids) {
      if (refusal === null) errors.delete(id);
      else errors.set(id, refusal);
    }
    if (refusal === null) byWorkspace.set(workspaceId, ids);
  }
  return { byWorkspace, errors };
}

async function refusalOf(attempt: Promise<void>): Promise<ImageRefusal | null> {
  try {
    await attempt;
    return null;
  } catch (error) {
    if (error instanceof NotFoundError || error instanceof ForbiddenError) return error;
    throw error;
  }
}

/** Locks pictures, always in the same order, and reads them. */
export async function lockImages(tx: Tx, imageIds: readonly string[]): Promise<LockedImage[]> {
  return tx.$queryRaw<LockedImage[]>`
    select id, workspace_id as "workspaceId", status, trashed_at as "trashedAt", archived_at as "archivedAt"
    from image where id = any(${imageIds}::uuid[]) order by id for update`;
}

/** The same change to locked pictures: raises their versions and tells subscribers. */
export async function writeImages(
  tx: Tx,
  imageIds: readonly string[],
  data: Prisma.ImageUpdateManyMutationInput,
): Promise<void> {
  if (imageIds.length === 0) return;
  const changed = await tx.image.updateManyAndReturn({
    where: { id: { in: [...imageIds] } },
    data: { ...data, version: { increment: 1 }, statusVersion: { increment: 1 } },
    select: { id: true, workspaceId: true, statusVersion: true },
  });
  await recordImageUpdates(tx, changed);
}

/** The results in the order asked, one for each position. */
export const outcomesOf = (
  imageIds: readonly string[],
  errors: ReadonlyMap<string, ImageRefusal>,
): { outcomes: ImageOutcome[] } => ({
  outcomes: imageIds.map((imageId) => ({ imageId, error: errors.get(imageId) ?? null })),
});
