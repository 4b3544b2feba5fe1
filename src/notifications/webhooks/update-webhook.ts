import { z } from "zod";
import type { Webhook } from "../../generated/prisma/client.ts";
import { actedBy } from "../../graphql/acted-by.ts";
import type { Viewer } from "../../graphql/context.ts";
import { recordAudit } from "../../infra/audit.ts";
import { VersionConflictError } from "../../infra/errors.ts";
import { parseInput } from "../../infra/parse-input.ts";
import type { WebhookServices } from "./create-webhook.ts";
import { findWebhook } from "./find-webhook.ts";
import { type RuleServices, webhookRules } from "./webhook-settings.ts";

const rules = (services: RuleServices) => {
  const { name, url, kinds, document } = webhookRules(services);
  return z.object({
    webhookId: z.uuid(),
    ...{ name: name.nullish(), url: url.nullish(), kinds: kinds.nullish() },
    /** Null: the plain body. */
    document: document.nullish(),
    active: z.boolean().nullish(),
    expectedVersion: z.number().int().nullish(),
  });
};

/**
 * Changes a webhook; what is left out stays. Made active again, it gets what waited for it, and its failures are forgotten; whoever
 * gives it a document is in whose name that is executed. Throws a `ValidationError`, a `NotFoundError` for those of others, a
 * `ForbiddenError` for a role or token that does not manage, a `VersionConflictError` when somebody else was faster.
 */
export async function updateWebhook(
  services: Pick<WebhookServices, "transact" | "clock"> & RuleServices,
  viewer: Viewer,
  unchecked: z.input<ReturnType<typeof rules>>,
): Promise<{ webhookId: string }> {
  const { webhookId, active, expectedVersion, ...asked } = parseInput(rules(services), unchecked);
  const { transact, clock } = services;
  const { userId } = viewer;
  await transact(async (tx) => {
    const before = await findWebhook(tx, viewer, webhookId);
    if (typeof expectedVersion === "number" && expectedVersion !== before.version) {
      throw new VersionConflictError("webhook", expectedVersion, before.version);
    }
    const at = clock.now();
    const settings = {
      ...{ name: asked.name ?? before.name, url: asked.url ?? before.url, kinds: asked.kinds ?? before.kinds },
      document: asked.document === undefined ? before.document : asked.document,
      ...stateAfter(before, active ?? null),
    };
    if (typeof asked.document === "string") Object.assign(settings, { createdById: userId });
    await tx.webhook.update({ where: { id: webhookId }, data: { ...settings, version: { increment: 1 } } });
    if (before.state !== "ACTIVE" && settings.state === "ACTIVE") {
      await tx.webhookDelivery.updateMany({ where: { webhookId, status: "PENDING" }, data: { dueAt: at } });
    }
    const { workspaceId } = before;
    const changed = (["name", "url", "kinds", "document", "state"] as const).filter(
      (name) => JSON.stringify(settings[name]) !== JSON.stringify(before[name]),
    );
    const entry = { ...actedBy(viewer), at, userId, workspaceId, details: { webhookId, changed } };
    await recordAudit(tx, { ...entry, action: "WEBHOOK_CHANGED" });
  });
  return { webhookId };
}

function stateAfter({ state, stateReason, failures }: Webhook, active: boolean | null) {
  if (active === true) return { state: "ACTIVE" as const, stateReason: null, failures: 0 };
  if (active === false && state === "ACTIVE") {
    return { state: "PAUSED" as const, stateReason: "Somebody paused it.", failures };
  }
  return { state, stateReason, failures };
}
