import { actedBy } from "../../graphql/acted-by.ts";
import type { Viewer } from "../../graphql/context.ts";
import { recordAudit } from "../../infra/audit.ts";
import { addMilliseconds } from "../../infra/clock.ts";
import type { Secret } from "../../infra/secret.ts";
import type { WebhookServices } from "./create-webhook.ts";
import { findWebhook } from "./find-webhook.ts";
import { newWebhookSecret, sealWebhookSecret } from "./webhook-secret.ts";

/** How long the secret before signs as well, in milliseconds: time to tell every receiver the new one. */
const rotationOverlap = 24 * 60 * 60 * 1_000;

/**
 * Gives a webhook a fresh secret, which is answered here and never again. Messages are signed with the one before as well, for a
 * day, so that no receiver has to change at the same moment; rotated again within it, the oldest no longer signs. Throws a
 * `NotFoundError` for webhooks of others, a `ForbiddenError` for a role or token that does not manage.
 */
export async function rotateWebhookSecret(
  { transact, clock, secretKeys }: WebhookServices,
  viewer: Viewer,
  webhookId: string,
): Promise<{ webhookId: string; secret: Secret }> {
  const { userId } = viewer;
  const secret = newWebhookSecret();
  await transact(async (tx) => {
    const { workspaceId, secret: previousSecret } = await findWebhook(tx, viewer, webhookId);
    const at = clock.now();
    await tx.webhook.update({
      where: { id: webhookId },
      data: {
        ...{ secret: sealWebhookSecret(secretKeys, webhookId, secret), version: { increment: 1 } },
        ...{ previousSecret, previousSecretUntil: addMilliseconds(at, rotationOverlap) },
      },
    });
    const details = { webhookId };
    await recordAudit(tx, { ...actedBy(viewer), action: "WEBHOOK_SECRET_ROTATED", at, userId, workspaceId, details });
  });
  return { webhookId, secret };
}
