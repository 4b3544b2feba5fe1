import { z } from "zod";
import type { ImageStatus } from "../generated/prisma/enums.ts";
import type { Transact, Tx } from "../infra/db.ts";
import { NotFoundError } from "../infra/errors.ts";
import { recordEvents } from "../infra/events.ts";
import { parseInput } from "../infra/parse-input.ts";
import { type Actor, requireMember } from "../workspaces/require-member.ts";
import { imageTopic, moveImage } from "./image-status.ts";
import { wakeImages } from "./wake-images.ts";

const cancellation = z.object({
  imageIds: z.array(z.uuid()).min(1, "Name at least one picture.").max(100, "Cancel at most 100 pictures at a time."),
});

/**
 * What became of one picture. CANCELLED: it was waiting, and is cancelled. STOPPING: whoever makes it was told, and will be
 * within about two seconds. CONFLICT: it was over already, and the message says how.
 */
export interface Cancellation {
  readonly imageId: string;
  readonly outcome: "CANCELLED" | "STOPPING" | "CONFLICT";
  readonly message: string | null;
}

/** A picture as it stands under lock. */
interface LockedImage {
  readonly id: string;
  readonly workspaceId: string;
  readonly status: ImageStatus;
  readonly fence: number;
  readonly statusVersion: number;
}

/**
 * Cancels generations, uploads and imports, each by itself; answers what became of each, in the order they were named. Throws a `NotFoundError` for
 * pictures the viewer cannot see, and a `ForbiddenError` for a role that does not generate: then nothing is cancelled.
 */
export async function cancelGeneration(
  { transact }: { transact: Transact },
  viewer: Actor,
  unchecked: z.input<typeof cancellation>,
): Promise<Cancellation[]> {
  const ids = [...new Set(parseInput(cancellation, unchecked).imageIds)];
  return transact(async (tx) => {
    const images = await lockImages(tx, ids);
    if (images.size < ids.length) throw new NotFoundError("image");
    for (const workspaceId of new Set([...images.values()].map((image) => image.workspaceId))) {
      await requireMember(tx, viewer, { workspaceId, permission: "images:create", what: "image" });
    }
    const cancellations: Cancellation[] = [];
    for (const image of images.values()) cancellations.push(await cancelOne(tx, image));
    return cancellations;
  });
}

/** In the order of their ids, so that two who cancel do not wait for each other; answered in the order they were named. */
async function lockImages(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, LockedImage>> {
  const rows = await tx.$queryRaw<LockedImage[]>`
    select id, workspace_id as "workspaceId", status::text as status, fence, status_version as "statusVersion"
    from image where id = any(${[...ids]}::uuid[]) order by id for update`;
  const order = (a: LockedImage, b: LockedImage) => ids.indexOf(a.id) - ids.indexOf(b.id);
  return new Map(rows.toSorted(order).map((row) => [row.id, row]));
}

async function cancelOne(tx: Tx, image: LockedImage): Promise<Cancellation> {
  const { id: imageId, status } = image;
  if (status !== "PENDING" && status !== "GENERATING") {
    const message = `The image is ${status} already. Only a PENDING or GENERATING image can be cancelled.`;
    return { imageId, outcome: "CONFLICT", message };
  }
  // One that a stopping worker gave back may still be made at the API: a worker stops it there.
  const atApi =
    status === "PENDING" && (await tx.generationAttempt.count({ where: { imageId, costState: "RESERVED" } })) > 0;
  if (status === "PENDING" && !atApi) {
    const data = { notBefore: null, failureClass: null, failureMessage: null };
    await moveImage(tx, { image, to: "CANCELLED", data });
    return { imageId, outcome: "CANCELLED", message: null };
  }
  const [asked] = await tx.image.updateManyAndReturn({
    where: { id: imageId },
    data: {
      cancelRequested: true,
      phase: "Stopping",
      statusVersion: { increment: 1 },
      ...(atApi && { notBefore: null }),
    },
    select: { statusVersion: true },
  });
  if (atApi) await wakeImages(tx, [imageId]);
  const version = asked?.statusVersion ?? image.statusVersion;
  await recordEvents(tx, [
    { workspaceId: image.workspaceId, topic: imageTopic, entityId: imageId, kind: "UPDATED", version },
  ]);
  return { imageId, outcome: "STOPPING", message: null };
}
