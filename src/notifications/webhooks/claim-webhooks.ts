import { z } from "zod";
import { addMilliseconds, type Clock } from "../../infra/clock.ts";
import type { Db } from "../../infra/db.ts";

/** A webhook that this process sends to for now. */
export interface ClaimedWebhook {
  readonly id: string;
  /** Proves the claim: whoever claims later has a higher one. */
  readonly fence: number;
}

/** How long a claim lasts without a sign of life, in milliseconds: longer than making a body, sending it and writing it down. */
export const claimDuration = 60_000;

const claimed = z.array(z.object({ id: z.string(), fence: z.number() }));

/**
 * Claims webhooks that have something to send and that nobody sends to, those that work before those that fail: endpoints that
 * hang must not take every place. A paused webhook is claimed for tests alone.
 */
export async function claimWebhooks(
  { db, clock }: { readonly db: Db; readonly clock: Clock },
  most: number,
): Promise<readonly ClaimedWebhook[]> {
  if (most < 1) return [];
  const now = clock.now();
  const rows = await db.$queryRaw`
    update webhook set lease_until = ${addMilliseconds(now, claimDuration)}, fence = fence + 1
    where id in (
      select w.id from webhook w
      where w.state <> 'DISABLED' and (w.lease_until is null or w.lease_until <= ${now})
        and exists (
          select 1 from webhook_delivery d
          where d.webhook_id = w.id and d.status = 'PENDING' and d.due_at <= ${now} and (w.state = 'ACTIVE' or d.kind is null))
      order by w.failures, w.id limit ${most} for update skip locked)
    returning id::text, fence`;
  return claimed.parse(rows);
}

/** Gives a claim back. */
export async function releaseWebhook({ db }: { readonly db: Db }, { id, fence }: ClaimedWebhook): Promise<void> {
  await db.webhook.updateMany({ where: { id, fence }, data: { leaseUntil: null } });
}
