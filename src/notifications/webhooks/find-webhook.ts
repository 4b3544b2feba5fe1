import type { Webhook } from "../../generated/prisma/client.ts";
import type { Tx } from "../../infra/db.ts";
import { NotFoundError } from "../../infra/errors.ts";
import { type Actor, requireMember } from "../../workspaces/require-member.ts";

/**
 * A webhook that the viewer may manage, locked for the rest of the transaction. Throws a `NotFoundError` for those of others, a
 * `ForbiddenError` for a role or token that does not manage.
 */
export async function findWebhook(tx: Tx, viewer: Actor, webhookId: string): Promise<Webhook> {
  await tx.$queryRaw`select 1 from webhook where id = ${webhookId}::uuid for update`;
  const webhook = await tx.webhook.findUnique({ where: { id: webhookId } });
  if (webhook === null) throw new NotFoundError("webhook");
  const { workspaceId } = webhook;
  await requireMember(tx, viewer, { workspaceId, permission: "workspace:admin", what: "webhook" });
  return webhook;
}
