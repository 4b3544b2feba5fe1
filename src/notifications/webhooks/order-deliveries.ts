import type { Notice } from "../../generated/prisma/client.ts";
import type { Tx } from "../../infra/db.ts";
import { webhookKinds } from "../kinds.ts";

/** What a receiver knows a message by; a receiver that has seen it need not act again. */
export const messageIdOf = (rowId: string): string => `msg_${rowId.replaceAll("-", "")}`;

/**
 * Orders the deliveries of notices to the webhooks that asked for their kinds, in the transaction that tells them: each webhook
 * gets each notice once. A paused webhook's wait until it is active again; a disabled one's are not written.
 */
export async function orderDeliveries(tx: Tx, notices: readonly Notice[], now: Date): Promise<void> {
  const sendable = notices.filter(({ kind }) => webhookKinds.includes(kind));
  if (sendable.length === 0) return;
  const webhooks = await tx.webhook.findMany({
    where: {
      workspaceId: { in: [...new Set(sendable.map(({ workspaceId }) => workspaceId))] },
      state: { not: "DISABLED" },
    },
    select: { id: true, workspaceId: true, kinds: true },
  });
  const deliveries = webhooks.flatMap((webhook) =>
    sendable
      .filter(({ workspaceId, kind }) => workspaceId === webhook.workspaceId && webhook.kinds.includes(kind))
      .map(({ id, kind, entityId, at }) => ({
        ...{ webhookId: webhook.id, noticeId: id, messageId: messageIdOf(id), kind, entityId },
        ...{ eventAt: at, dueAt: now, createdAt: now },
      })),
  );
  if (deliveries.length > 0) await tx.webhookDelivery.createMany({ data: deliveries, skipDuplicates: true });
}
