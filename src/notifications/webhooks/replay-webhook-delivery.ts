import type { Viewer } from "../../graphql/context.ts";
import { ConflictError, NotFoundError } from "../../infra/errors.ts";
import type { WebhookServices } from "./create-webhook.ts";
import { findWebhook } from "./find-webhook.ts";

/**
 * Sends a message once more, as it was, under the same `webhook-id`: a receiver that has it already can tell. Throws a
 * `NotFoundError` for messages of others, a `ForbiddenError` for a role or token that does not manage, a `ConflictError` for one that
 * is still on its way and for a webhook that is not active.
 */
export async function replayWebhookDelivery(
  { transact, clock }: Pick<WebhookServices, "transact" | "clock">,
  viewer: Viewer,
  deliveryId: string,
): Promise<{ deliveryId: string }> {
  return transact(async (tx) => {
    const delivery = await tx.webhookDelivery.findUnique({ where: { id: deliveryId } });
    if (delivery === null) throw new NotFoundError("webhook delivery");
    const { webhookId, status, messageId, kind, entityId, noticeId, eventAt, body } = delivery;
    const { state } = await findWebhook(tx, viewer, webhookId).catch((error: unknown) => {
      throw error instanceof NotFoundError ? new NotFoundError("webhook delivery") : error;
    });
    if (status === "PENDING") throw new ConflictError("The message is PENDING: it is still on its way.");
    if (state !== "ACTIVE")
      throw new ConflictError(`The webhook is ${state}. Activate it with \`updateWebhook\` first.`);
    const now = clock.now();
    const { id } = await tx.webhookDelivery.create({
      data: {
        ...{ webhookId, replayOfId: deliveryId, messageId, kind, entityId, noticeId, eventAt, body },
        ...{ dueAt: now, createdAt: now },
      },
      select: { id: true },
    });
    return { deliveryId: id };
  });
}
