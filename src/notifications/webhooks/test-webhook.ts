import { v7 as uuid } from "uuid";
import type { Viewer } from "../../graphql/context.ts";
import { ConflictError } from "../../infra/errors.ts";
import type { WebhookServices } from "./create-webhook.ts";
import { findWebhook } from "./find-webhook.ts";
import { messageIdOf } from "./order-deliveries.ts";

/**
 * Orders a test message, which a worker sends within moments, once, also to a paused webhook. Throws a `NotFoundError` for webhooks
 * of others, a `ForbiddenError` for a role or token that does not manage, a `ConflictError` for a disabled one and while a test waits.
 */
export async function testWebhook(
  { transact, clock }: Pick<WebhookServices, "transact" | "clock">,
  viewer: Viewer,
  webhookId: string,
): Promise<{ deliveryId: string }> {
  return transact(async (tx) => {
    const { state } = await findWebhook(tx, viewer, webhookId);
    if (state === "DISABLED") {
      throw new ConflictError("The webhook is DISABLED: its receiver said that it is gone. Activate it, then test it.");
    }
    if ((await tx.webhookDelivery.count({ where: { webhookId, kind: null, status: "PENDING" } })) > 0) {
      throw new ConflictError("A test of this webhook is on its way. Look at how it ends first.");
    }
    const [id, now] = [uuid(), clock.now()];
    await tx.webhookDelivery.create({
      data: { id, webhookId, messageId: messageIdOf(id), eventAt: now, dueAt: now, createdAt: now },
    });
    return { deliveryId: id };
  });
}
