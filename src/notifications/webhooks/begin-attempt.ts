import type { Webhook, WebhookDelivery } from "../../generated/prisma/client.ts";
import { addMilliseconds, type Clock } from "../../infra/clock.ts";
import type { Transact } from "../../infra/db.ts";
import { type ClaimedWebhook, claimDuration } from "./claim-webhooks.ts";
import { maxTries, pauseAfter } from "./retry-plan.ts";

/** A try that stands written down and may be made. */
export interface BegunAttempt {
  readonly webhook: Webhook;
  readonly delivery: WebhookDelivery;
  readonly attemptId: string;
  readonly startedAt: Date;
}

/** A test is tried once: whoever asked for it looks at how it ends. */
export const triesOf = ({ kind }: Pick<WebhookDelivery, "kind">): number => (kind === null ? 1 : maxTries);

/**
 * Writes down a try of the webhook's oldest due message, before anything is sent; the next one is planned with it, in case that
 * this process dies. Null when nothing is due, or when the claim was lost. A message whose last try was cut off is given up.
 */
export async function beginAttempt(
  { transact, clock }: { readonly transact: Transact; readonly clock: Clock },
  { id, fence }: ClaimedWebhook,
): Promise<BegunAttempt | null> {
  return transact(async (tx) => {
    const now = clock.now();
    const [webhook] = await tx.webhook.updateManyAndReturn({
      where: { id, fence, state: { not: "DISABLED" } },
      data: { leaseUntil: addMilliseconds(now, claimDuration) },
    });
    if (webhook === undefined) return null;
    for (;;) {
      const delivery = await tx.webhookDelivery.findFirst({
        where: {
          ...{ webhookId: id, status: "PENDING", dueAt: { lte: now } },
          ...(webhook.state === "PAUSED" && { kind: null }),
        },
        orderBy: [{ createdAt: "asc" }, { id: "asc" }],
      });
      if (delivery === null) return null;
      const { id: deliveryId, tries } = delivery;
      await tx.webhookAttempt.updateMany({
        where: { deliveryId, finishedAt: null },
        data: { finishedAt: now, failure: "The process that sent it died before the answer was written down." },
      });
      if (tries >= triesOf(delivery)) {
        await tx.webhookDelivery.update({ where: { id: deliveryId }, data: { status: "FAILED", finishedAt: now } });
        continue;
      }
      const dueAt = addMilliseconds(now, pauseAfter(tries + 1, null, 0.5));
      await tx.webhookDelivery.update({ where: { id: deliveryId }, data: { tries: tries + 1, dueAt } });
      const attempt = await tx.webhookAttempt.create({
        ...{ data: { deliveryId, number: tries + 1, startedAt: now }, select: { id: true } },
      });
      return { webhook, delivery: { ...delivery, tries: tries + 1 }, attemptId: attempt.id, startedAt: now };
    }
  });
}
