import { addMilliseconds, type Clock } from "../../infra/clock.ts";
import type { Transact, Tx } from "../../infra/db.ts";
import { recordNotices } from "../../infra/notices.ts";
import { type BegunAttempt, triesOf } from "./begin-attempt.ts";
import { maxFailures, pauseAfter } from "./retry-plan.ts";

/** How a try ended. */
export type AttemptEnd =
  | { readonly kind: "DELIVERED"; readonly httpStatus: number; readonly answer: string }
  | {
      readonly kind: "FAILED";
      readonly httpStatus: number | null;
      readonly answer: string | null;
      /** For the webhook's owner. */
      readonly failure: string;
      /** Milliseconds that the receiver asked for. */
      readonly retryAfter: number | null;
    }
  /** The receiver says that it is gone for good: nothing is sent any more. */
  | { readonly kind: "GONE"; readonly answer: string }
  /** The message cannot be made: a person has to look at the webhook first. */
  | { readonly kind: "UNMADE"; readonly failure: string }
  /** This process stops: somebody else goes on at once. */
  | { readonly kind: "STOPPED" };

/** Writes how a try ended: attempt, message, webhook and what its owners are told, in one transaction. */
export async function settleAttempt(
  { transact, clock }: { readonly transact: Transact; readonly clock: Clock },
  { begun, random }: { readonly begun: BegunAttempt; readonly random: number },
  end: AttemptEnd,
): Promise<void> {
  const { webhook, delivery, attemptId } = begun;
  await transact(async (tx) => {
    const now = clock.now();
    await tx.webhookAttempt.update({ where: { id: attemptId }, data: { finishedAt: now, ...evidence(end) } });
    // Without the claim, what follows from it is for whoever took over; what was heard is kept all the same.
    const [held] = await tx.$queryRaw<{ failures: number }[]>`
      select failures from webhook where id = ${webhook.id}::uuid and fence = ${webhook.fence} for update`;
    if (held === undefined) return;
    const finished = { finishedAt: now };
    const lastTry = delivery.tries >= triesOf(delivery);
    switch (end.kind) {
      case "DELIVERED":
        await tx.webhookDelivery.update({ where: { id: delivery.id }, data: { status: "DELIVERED", ...finished } });
        await tx.webhook.update({ where: { id: webhook.id }, data: { failures: 0, lastSuccessAt: now } });
        return;
      case "STOPPED":
        await tx.webhookDelivery.update({ where: { id: delivery.id }, data: { dueAt: now } });
        return;
      case "GONE":
        await tx.webhookDelivery.update({ where: { id: delivery.id }, data: { status: "FAILED", ...finished } });
        return halt(tx, begun, { state: "DISABLED", stateReason: "The receiver answered 410: it is gone for good." });
      case "UNMADE":
        await tx.webhookDelivery.update({ where: { id: delivery.id }, data: { dueAt: now } });
        return halt(tx, begun, { state: "PAUSED", stateReason: end.failure });
      case "FAILED": {
        const dueAt = addMilliseconds(now, pauseAfter(delivery.tries, end.retryAfter, random));
        const data = lastTry ? ({ status: "FAILED", ...finished } as const) : { dueAt };
        await tx.webhookDelivery.update({ where: { id: delivery.id }, data });
        // A test says nothing about what is really sent.
        if (delivery.kind === null) return;
        const failures = held.failures + 1;
        await tx.webhook.update({ where: { id: webhook.id }, data: { failures } });
        if (!lastTry && failures < maxFailures) return;
        const why = lastTry ? `A message failed ${delivery.tries} times.` : `${failures} tries in a row failed.`;
        return halt(tx, begun, { state: "PAUSED", stateReason: `${why} The last time: ${end.failure}` });
      }
    }
  });
}

function evidence(end: AttemptEnd) {
  switch (end.kind) {
    case "DELIVERED":
      return { httpStatus: end.httpStatus, answer: end.answer };
    case "FAILED":
      return { httpStatus: end.httpStatus, answer: end.answer, failure: end.failure };
    case "GONE":
      return { httpStatus: 410, answer: end.answer, failure: "The receiver is gone for good." };
    case "UNMADE":
      return { failure: end.failure };
    case "STOPPED":
      return { failure: "The server stopped while it was sent; it is sent again." };
  }
}

/** Stops a webhook and tells those who may change that. */
async function halt(
  tx: Tx,
  { webhook: { id, workspaceId } }: BegunAttempt,
  data: { readonly state: "PAUSED" | "DISABLED"; readonly stateReason: string },
): Promise<void> {
  const [halted] = await tx.webhook.updateManyAndReturn({
    where: { id, state: "ACTIVE" },
    data: { ...data, version: { increment: 1 } },
    select: { version: true },
  });
  if (halted === undefined) return;
  const cause = { id, version: halted.version };
  await recordNotices(tx, [{ workspaceId, kind: "WEBHOOK_PAUSED", entityId: id, cause, groupKey: id }]);
}
