import type { Notice } from "../generated/prisma/client.ts";
import type { Clock } from "../infra/clock.ts";
import type { Transact, Tx } from "../infra/db.ts";
import { growNotifications, type Telling } from "./grow-notifications.ts";
import { ruleOf } from "./kinds.ts";
import { mailDueAt } from "./mail/mail-due.ts";
import { readNoticeFacts } from "./notice-facts.ts";
import { isToldBy, type Recipient, readRecipients } from "./recipients.ts";
import { orderDeliveries } from "./webhooks/order-deliveries.ts";

/** Notices of one transaction. */
const batch = 200;

/**
 * Turns what happened into notifications and webhook deliveries, the oldest first. A notice is marked as told in the transaction
 * that tells it: each person and each webhook is told once, however many workers do this and whenever one dies. What
 * several notices have in common reaches a person as one. Answers how many notices were told.
 */
export async function tellNotices(services: { readonly transact: Transact; readonly clock: Clock }): Promise<number> {
  let told = 0;
  for (;;) {
    const count = await services.transact((tx) => tellSome(tx, services.clock.now()));
    told += count;
    if (count < batch) return told;
  }
}

async function tellSome(tx: Tx, now: Date): Promise<number> {
  const locked = await tx.$queryRaw<{ id: string }[]>`
    select id from notice where told_at is null order by id limit ${batch} for update skip locked`;
  if (locked.length === 0) return 0;
  const ids = locked.map(({ id }) => id);
  const notices = await tx.notice.findMany({ where: { id: { in: ids } }, orderBy: { id: "asc" } });
  const facts = await readNoticeFacts(tx, notices);
  const worthTelling = notices.filter(({ id }) => facts.has(id));
  const recipientsOf = await readRecipients(tx, worthTelling, facts);
  const tellings = new Map<string, Telling>();
  for (const notice of worthTelling) {
    const fact = facts.get(notice.id);
    if (fact === undefined) continue;
    for (const recipient of recipientsOf(notice, fact)) {
      const key = `${recipient.userId} ${notice.kind} ${notice.groupKey}`;
      const { subject, workspaceName: workspace, outcome } = fact;
      const entityIds = [notice.entityId, ...(tellings.get(key)?.entityIds ?? [])];
      tellings.set(key, {
        ...{ ...channelsOf(notice, recipient, now), userId: recipient.userId, workspaceId: notice.workspaceId },
        ...{ kind: notice.kind, groupKey: notice.groupKey, entityIds, details: { subject, workspace, outcome } },
      });
    }
  }
  await growNotifications(tx, [...tellings.values()], now);
  await orderDeliveries(tx, worthTelling, now);
  await tx.notice.updateMany({ where: { id: { in: ids } }, data: { toldAt: now } });
  return ids.length;
}

function channelsOf({ kind }: Notice, recipient: Recipient, now: Date) {
  const { mailable, settings } = recipient;
  const mailed = mailable && !settings.mailsOff && isToldBy(recipient, kind, "EMAIL");
  return {
    inApp: isToldBy(recipient, kind, "IN_APP"),
    mailDueAt: mailed ? mailDueAt(now, recipient, ruleOf(kind).critical) : null,
  };
}
