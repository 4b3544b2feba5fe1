import type { Db } from "../../infra/db.ts";

/** Ends a person's mails, those that are due included. Ending twice is no fault, and a person who is gone none either. */
export async function endMails({ db }: { readonly db: Db }, userId: string): Promise<void> {
  await db.$executeRaw`
    insert into notification_settings (user_id, mails_off) select id, true from "user" where id = ${userId}::uuid
    on conflict (user_id) do update set mails_off = true`;
  await db.notification.updateMany({ where: { userId, mailDueAt: { not: null } }, data: { mailDueAt: null } });
}
