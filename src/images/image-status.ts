/**
 * The life of a picture. Every move goes through `moveImage`.
 *
 *   PENDING ──claim──▶ GENERATING ──▶ GENERATED
 *      ▲                  │  │ └────▶ FAILED
 *      └── given back ────┘  └──────▶ CANCELLED      PENDING ──▶ FAILED | CANCELLED as well
 *
 * Given back: the worker stops, or the provider failed in a way that is worth another try, with it or with another one.
 * GENERATING → GENERATING is a new claim after the lease of a dead worker ran out.
 */
import type { Prisma } from "../generated/prisma/client.ts";
import type { ImageStatus, NotificationKind } from "../generated/prisma/enums.ts";
import type { Tx } from "../infra/db.ts";
import { recordEvents } from "../infra/events.ts";
import { recordNotices } from "../infra/notices.ts";

/** The event topic of pictures. */
export const imageTopic = "image";

const movesFrom = {
  PENDING: ["GENERATING", "FAILED", "CANCELLED"],
  GENERATING: ["GENERATING", "PENDING", "GENERATED", "FAILED", "CANCELLED"],
  GENERATED: [],
  FAILED: [],
  CANCELLED: [],
} as const satisfies Record<ImageStatus, readonly ImageStatus[]>;

/** Whether the life of a picture has this step. */
export const imageMayMove = (from: ImageStatus, to: ImageStatus): boolean =>
  movesFrom[from].some((status) => status === to);

/** A move: the row as it was read, where it goes, and what changes with it. */
export interface ImageMove {
  readonly image: {
    readonly id: string;
    readonly workspaceId: string;
    readonly status: ImageStatus;
    readonly fence: number;
  };
  readonly to: ImageStatus;
  readonly data?: Prisma.ImageUpdateManyMutationInput;
}

/** Tells subscribers of changes to pictures that are no moves; their `statusVersion` was raised with the change. */
export async function recordImageUpdates(
  tx: Tx,
  images: readonly { readonly id: string; readonly workspaceId: string; readonly statusVersion: number }[],
): Promise<void> {
  await recordEvents(
    tx,
    images.map(({ id, workspaceId, statusVersion }) => ({
      ...{ workspaceId, topic: imageTopic, entityId: id, kind: "UPDATED" as const, version: statusVersion },
    })),
  );
}

/**
 * Moves a picture and records the event and what people are to be told, in the caller's transaction. Answers false, and changes nothing, when the row is no
 * longer as it was read (another fence or status): then somebody else owns it. A step that the life does not have is a bug.
 */
export async function moveImage(tx: Tx, { image, to, data = {} }: ImageMove): Promise<boolean> {
  if (!imageMayMove(image.status, to)) throw new Error(`An image cannot move from ${image.status} to ${to}.`);
  const [moved] = await tx.image.updateManyAndReturn({
    where: { id: image.id, status: image.status, fence: image.fence },
    data: { ...data, status: to, statusVersion: { increment: 1 } },
    select: { statusVersion: true, batchId: true },
  });
  if (moved === undefined) return false;
  const { id: entityId, workspaceId } = image;
  await recordEvents(tx, [{ workspaceId, topic: imageTopic, entityId, kind: "UPDATED", version: moved.statusVersion }]);
  const cause = { id: entityId, version: moved.statusVersion };
  const kinds = noticesOf[to] ?? [];
  await recordNotices(
    tx,
    kinds.map((kind) => ({ workspaceId, kind, entityId, cause, groupKey: moved.batchId })),
  );
  return true;
}

/** Whether a finished picture needs somebody's review is asked when it is told. */
const noticesOf: Partial<Record<ImageStatus, readonly NotificationKind[]>> = {
  GENERATED: ["IMAGE_READY", "IMAGE_AWAITING_REVIEW"],
  FAILED: ["IMAGE_FAILED"],
};
