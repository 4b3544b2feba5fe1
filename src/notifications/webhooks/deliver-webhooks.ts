/**
 * The courier: sends what webhooks are to be told. Rows are the truth: a message is PENDING until an answer settles it, each try is
 * written down before anything is sent, and a claim (lease and fence) lets one process at a time send to a webhook, one message
 * after the other. So messages to one receiver keep their order while they arrive, and one that hangs holds up nobody else.
 */
import type { Clock } from "../../infra/clock.ts";
import type { Db, Transact } from "../../infra/db.ts";
import type { KeyRing } from "../../infra/key-ring.ts";
import type { Logger } from "../../infra/log.ts";
import type { OutboundHttp } from "../../infra/outbound-http.ts";
import { SealError } from "../../infra/sealed.ts";
import { type BegunAttempt, beginAttempt } from "./begin-attempt.ts";
import { type ClaimedWebhook, claimWebhooks, releaseWebhook } from "./claim-webhooks.ts";
import type { ExecuteDocument } from "./document-data.ts";
import { messageBody } from "./message-body.ts";
import { sendMessage } from "./send-message.ts";
import { type AttemptEnd, settleAttempt } from "./settle-attempt.ts";
import { signedHeaders } from "./sign-message.ts";
import { signingKeys } from "./webhook-secret.ts";

/** What the courier touches. */
export interface CourierServices {
  readonly db: Db;
  readonly transact: Transact;
  readonly clock: Clock;
  readonly http: OutboundHttp;
  readonly secretKeys: KeyRing;
  readonly log: Logger;
  readonly executeDocument: ExecuteDocument;
}

/** Webhooks that one process sends to at once. */
const places = 20;

/** Messages to one webhook before others have their turn. */
const atOnce = 25;

/** Sends everything that is due, and resolves when it is sent or `signal` aborts. Answers how many tries were made. */
export async function deliverWebhooks(services: CourierServices, signal: AbortSignal): Promise<number> {
  let tries = 0;
  const running = new Set<Promise<void>>();
  const serve = async (webhook: ClaimedWebhook) => {
    const made = await deliverTo(services, webhook, signal);
    tries += made;
  };
  for (;;) {
    const claimed = signal.aborted ? [] : await claimWebhooks(services, places - running.size);
    for (const webhook of claimed) {
      const job: Promise<void> = serve(webhook)
        .catch((error: unknown) =>
          services.log.error({ err: error, webhookId: webhook.id }, "a webhook was not served"),
        )
        .finally(() => running.delete(job));
      running.add(job);
    }
    if (running.size === 0) return tries;
    // What becomes due meanwhile, at webhooks that answer at once, does not wait for one that hangs.
    await Promise.race([...running, shortly()]);
  }
}

const shortly = () => new Promise<void>((resolve) => setTimeout(resolve, 500).unref());

async function deliverTo(services: CourierServices, webhook: ClaimedWebhook, signal: AbortSignal): Promise<number> {
  let tries = 0;
  try {
    while (tries < atOnce && !signal.aborted) {
      const begun = await beginAttempt(services, webhook);
      if (begun === null) break;
      tries += 1;
      await settleAttempt(services, { begun, random: Math.random() }, await attempt(services, begun, signal));
    }
  } finally {
    await releaseWebhook(services, webhook);
  }
  return tries;
}

async function attempt(services: CourierServices, begun: BegunAttempt, signal: AbortSignal): Promise<AttemptEnd> {
  const { webhook, delivery, startedAt } = begun;
  try {
    const body = delivery.body ?? (await makeBody(services, begun));
    const keys = signingKeys(services.secretKeys, webhook, startedAt);
    const headers = signedHeaders({ id: delivery.messageId, at: startedAt, body }, keys);
    return await sendMessage(services, { url: webhook.url, headers, body }, { now: startedAt, signal });
  } catch (error) {
    if (error instanceof UnmadeError) return { kind: "UNMADE", failure: error.message };
    if (!(error instanceof SealError)) throw error;
    services.log.error({ err: error, webhookId: webhook.id }, "a webhook's secret cannot be opened");
    return {
      kind: "UNMADE",
      failure: "Its secret cannot be opened on this server. Rotate the secret, then activate it.",
    };
  }
}

/** The message cannot be made; `message` says why, to the webhook's owner. */
class UnmadeError extends Error {}

/** The body of a message, kept with it: every try sends the same one. Throws an {@link UnmadeError}. */
async function makeBody({ db, executeDocument }: CourierServices, begun: BegunAttempt): Promise<string> {
  const { webhook, delivery } = begun;
  const { id: webhookId, workspaceId, document } = webhook;
  const { kind, entityId, eventAt } = delivery;
  const event = { kind, entityId, eventAt, workspaceId };
  const answer = document === null ? null : await executeDocument(webhook, document, event);
  if (answer?.ok === false) throw new UnmadeError(answer.fault);
  const body = messageBody({ ...event, webhookId }, answer?.data);
  await db.webhookDelivery.update({ where: { id: delivery.id }, data: { body }, select: { id: true } });
  return body;
}
