import type { Db } from "../../infra/db.ts";

/** Rows of one statement. */
const batch = 500;

/**
 * Takes somebody's name off everything that outlives their account, and removes what only they have: one bounded statement after
 * the other, each until it finds nothing more. A new table that names a user gets its line here.
 */
export async function eraseTraces({ db }: { readonly db: Db }, userId: string, signal: AbortSignal): Promise<void> {
  const user = await db.user.findUnique({ where: { id: userId }, select: { emailKey: true } });
  if (user === null) return;
  for (const statement of statements(db, userId, user.emailKey)) {
    do signal.throwIfAborted();
    while ((await statement()) > 0);
  }
}

const statements = (db: Db, id: string, emailKey: string): readonly (() => Promise<number>)[] => [
  // What stays in workspaces of others.
  () => db.$executeRaw`update image set created_by_id = null
    where id in (select id from image where created_by_id = ${id}::uuid limit ${batch})`,
  () => db.$executeRaw`update image set reviewed_by_id = null
    where id in (select id from image where reviewed_by_id = ${id}::uuid limit ${batch})`,
  () => db.$executeRaw`update review_decision set user_id = null
    where id in (select id from review_decision where user_id = ${id}::uuid limit ${batch})`,
  () => db.$executeRaw`update image_comment set user_id = null
    where id in (select id from image_comment where user_id = ${id}::uuid limit ${batch})`,
  () => db.$executeRaw`update style set created_by_id = null
    where id in (select id from style where created_by_id = ${id}::uuid limit ${batch})`,
  () => db.$executeRaw`update style_version set created_by_id = null
    where id in (select id from style_version where created_by_id = ${id}::uuid limit ${batch})`,
  () => db.$executeRaw`update post set author_id = null
    where id in (select id from post where author_id = ${id}::uuid limit ${batch})`,
  () => db.$executeRaw`update post_decision set user_id = null
    where id in (select id from post_decision where user_id = ${id}::uuid limit ${batch})`,
  () => db.$executeRaw`update post_comment set user_id = null
    where id in (select id from post_comment where user_id = ${id}::uuid limit ${batch})`,
  // Nobody answers for them any more, so they open nothing.
  () => db.$executeRaw`update review_link set created_by_id = null
    where id in (select id from review_link where created_by_id = ${id}::uuid limit ${batch})`,
  // Nothing more is made in their name: whoever takes the schedule over is asked.
  () => db.$executeRaw`update posting_schedule set owner_id = null
    where id in (select id from posting_schedule where owner_id = ${id}::uuid limit ${batch})`,
  () => db.$executeRaw`update publish_attempt set resolved_by_id = null
    where id in (select id from publish_attempt where resolved_by_id = ${id}::uuid limit ${batch})`,
  () => db.$executeRaw`update clean_up_run set user_id = null
    where id in (select id from clean_up_run where user_id = ${id}::uuid limit ${batch})`,
  () => db.$executeRaw`update notice set actor_id = null
    where id in (select id from notice where actor_id = ${id}::uuid limit ${batch})`,
  () => db.$executeRaw`update metric_export set requested_by_id = null
    where id in (select id from metric_export where requested_by_id = ${id}::uuid limit ${batch})`,
  () => db.$executeRaw`delete from notification
    where id in (select id from notification where user_id = ${id}::uuid limit ${batch})`,
  // It goes on sending, but nothing is executed in their name.
  () => db.$executeRaw`update webhook set created_by_id = null
    where id in (select id from webhook where created_by_id = ${id}::uuid limit ${batch})`,
  // That something was done remains on record, without who, from where and with what.
  () => db.$executeRaw`update audit_entry
    set user_id = nullif(user_id, ${id}::uuid), actor_id = null, session_id = null, api_token_id = null, address = null, device = null, details = '{}'
    where id in (select id from audit_entry where user_id = ${id}::uuid or actor_id = ${id}::uuid limit ${batch})`,
  // Invitations by them, and of them: the latter hold their address.
  () => db.$executeRaw`delete from invitation
    where id in (select id from invitation where invited_by_id = ${id}::uuid or email_key = ${emailKey} limit ${batch})`,
  () => db.$executeRaw`delete from idempotency_key
    where (user_id, operation, key) in (
      select user_id, operation, key from idempotency_key where user_id = ${id}::uuid limit ${batch})`,
  () => db.$executeRaw`delete from connection_attempt
    where id in (select id from connection_attempt where user_id = ${id}::uuid limit ${batch})`,
  () => db.$executeRaw`delete from mail_link
    where id in (select id from mail_link where user_id = ${id}::uuid limit ${batch})`,
  () => db.$executeRaw`delete from session
    where id in (select id from session where user_id = ${id}::uuid limit ${batch})`,
];
