import { v7 as uuid } from "uuid";
import { z } from "zod";
import { actedBy } from "../../graphql/acted-by.ts";
import type { Viewer } from "../../graphql/context.ts";
import { recordAudit } from "../../infra/audit.ts";
import type { Clock } from "../../infra/clock.ts";
import type { Transact } from "../../infra/db.ts";
import { ConflictError } from "../../infra/errors.ts";
import type { KeyRing } from "../../infra/key-ring.ts";
import { parseInput } from "../../infra/parse-input.ts";
import type { Secret } from "../../infra/secret.ts";
import { lockWorkspace } from "../../workspaces/lock-workspace.ts";
import { requireMember } from "../../workspaces/require-member.ts";
import { newWebhookSecret, sealWebhookSecret } from "./webhook-secret.ts";
import { type RuleServices, webhookRules } from "./webhook-settings.ts";

/** Webhooks of one workspace. */
const maxWebhooks = 20;

/** What verbs that change webhooks touch. */
export interface WebhookServices {
  readonly transact: Transact;
  readonly clock: Clock;
  readonly secretKeys: KeyRing;
}

const rules = (services: RuleServices) => {
  const { document, ...others } = webhookRules(services);
  return z.object({ workspaceId: z.uuid(), ...others, document: document.nullish() });
};

/**
 * Makes a webhook. The secret that signs its messages is answered here and never again. Throws a `ValidationError`, a `NotFoundError`
 * for a workspace of others, a `ForbiddenError` for a role or token that does not manage, a `ConflictError` for too many.
 */
export async function createWebhook(
  services: WebhookServices & RuleServices,
  viewer: Viewer,
  unchecked: z.input<ReturnType<typeof rules>>,
): Promise<{ webhookId: string; secret: Secret }> {
  const { workspaceId, document = null, ...settings } = parseInput(rules(services), unchecked);
  const { transact, clock, secretKeys } = services;
  const { userId } = viewer;
  const [id, secret] = [uuid(), newWebhookSecret()];
  const sealed = sealWebhookSecret(secretKeys, id, secret);
  await transact(async (tx) => {
    await lockWorkspace(tx, workspaceId);
    await requireMember(tx, viewer, { workspaceId, permission: "workspace:admin" });
    if ((await tx.webhook.count({ where: { workspaceId } })) >= maxWebhooks) {
      throw new ConflictError(`The workspace has ${maxWebhooks} webhooks, which is the most. Delete one first.`);
    }
    const at = clock.now();
    await tx.webhook.create({
      data: { id, workspaceId, ...settings, document, secret: sealed, createdById: userId, createdAt: at },
    });
    const details = { webhookId: id };
    await recordAudit(tx, { ...actedBy(viewer), action: "WEBHOOK_CREATED", at, userId, workspaceId, details });
  });
  return { webhookId: id, secret };
}
