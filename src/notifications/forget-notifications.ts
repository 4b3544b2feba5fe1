import { addMilliseconds, type Clock } from "../infra/clock.ts";
import type { Db } from "../infra/db.ts";

const day = 24 * 60 * 60 * 1_000;

/** How long notifications are kept after they last grew, in milliseconds. */
const notificationRetention = 90 * day;

/** How long what was told is kept, and what webhooks were sent, in milliseconds. */
const deliveryRetention = 30 * day;

/** Rows of one statement. */
const batch = 5_000;

/** Deletes notifications, notices and webhook deliveries that are past their time. Answers how many rows. */
export async function forgetNotifications({ db, clock }: { db: Db; clock: Clock }): Promise<number> {
  const [told, sent] = [notificationRetention, deliveryRetention].map((age) => addMilliseconds(clock.now(), -age));
  const statements = [
    () =>
      db.$executeRaw`delete from notification where id in (select id from notification where last_at < ${told} limit ${batch})`,
    () =>
      db.$executeRaw`delete from webhook_delivery where id in (select id from webhook_delivery where created_at < ${sent} limit ${batch})`,
    () =>
      db.$executeRaw`delete from notice where id in (select id from notice where at < ${sent} and told_at is not null limit ${batch})`,
  ];
  let forgotten = 0;
  for (const statement of statements) {
    for (;;) {
      const count = await statement();
      forgotten += count;
      if (count < batch) break;
    }
  }
  return forgotten;
}
