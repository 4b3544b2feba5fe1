/**
 * A picture whose original is gone keeps its row, its status and its hash: posts point at it, and a backup may bring the file
 * back. It is marked by a failure, which a picture that was made has for no other reason.
 */
import type { Prisma } from "../generated/prisma/client.ts";
import type { ImageStatus } from "../generated/prisma/enums.ts";
import type { Clock } from "../infra/clock.ts";
import type { Transact, Tx } from "../infra/db.ts";
import { recordEvents } from "../infra/events.ts";
import { imageTopic } from "./image-status.ts";

const lost = "storage_error";
/** SQL's `<>` is not true for null. */
const unmarked = { OR: [{ failureClass: null }, { failureClass: { not: lost } }] };

/** Whether a picture is marked as lost. */
export const isLost = ({ status, failureClass }: { status: ImageStatus; failureClass: string | null }): boolean =>
  status === "GENERATED" && failureClass === lost;

/** Marks pictures whose file has this hash, and tells who watches. Answers how many were not marked before. */
export async function markLostImages(
  { transact, clock }: { readonly transact: Transact; readonly clock: Clock },
  { ids, sha256 }: { readonly ids: readonly string[]; readonly sha256: string },
): Promise<number> {
  const day = clock.now().toISOString().slice(0, 10);
  const failureMessage = `The picture's file is gone from the storage; this was found on ${day}. Ask the operator for a backup, or generate the picture again.`;
  return transact((tx) =>
    remark(tx, { id: { in: [...ids] }, sha256, ...unmarked }, { failureClass: lost, failureMessage }),
  );
}

/** Takes the mark away, once the file is there again. Answers from how many. */
export async function unmarkLostImages(
  { transact }: { readonly transact: Transact },
  { ids, sha256 }: { readonly ids: readonly string[]; readonly sha256: string },
): Promise<number> {
  return transact((tx) =>
    remark(tx, { id: { in: [...ids] }, sha256, failureClass: lost }, { failureClass: null, failureMessage: null }),
  );
}

async function remark(
  tx: Tx,
  where: Prisma.ImageWhereInput,
  data: { failureClass: string | null; failureMessage: string | null },
): Promise<number> {
  const changed = await tx.image.updateManyAndReturn({
    where: { ...where, status: "GENERATED" },
    data: { ...data, statusVersion: { increment: 1 } },
    select: { id: true, workspaceId: true, statusVersion: true },
  });
  await recordEvents(
    tx,
    changed.map(({ id: entityId, workspaceId, statusVersion: version }) => ({
      ...{ workspaceId, topic: imageTopic, entityId, kind: "UPDATED" as const, version },
    })),
  );
  return changed.length;
}
