import { actedBy } from "../../graphql/acted-by.ts";
import type { Viewer } from "../../graphql/context.ts";
import { recordAudit } from "../../infra/audit.ts";
import type { WebhookServices } from "./create-webhook.ts";
import { findWebhook } from "./find-webhook.ts";

/**
 * Deletes a webhook with everything that was sent to it. Throws a `NotFoundError` for those of others, a `ForbiddenError` for a role
 * or token that does not manage.
 */
export async function deleteWebhook(
  { transact, clock }: Pick<WebhookServices, "transact" | "clock">,
  viewer: Viewer,
  webhookId: string,
): Promise<{ webhookId: string }> {
  const { userId } = viewer;
  await transact(async (tx) => {
    const { workspaceId } = await findWebhook(tx, viewer, webhookId);
    await tx.webhook.delete({ where: { id: webhookId } });
    const details = { webhookId };
    const at = clock.now();
    await recordAudit(tx, { ...actedBy(viewer), action: "WEBHOOK_DELETED", at, userId, workspaceId, details });
  });
  return { webhookId };
}
