import { z } from "zod";
import type { Clock } from "../../infra/clock.ts";
import type { Db, Transact } from "../../infra/db.ts";
import { enqueue } from "../../infra/jobs.ts";
import { mailNotificationsJob } from "./jobs.ts";

/** People of one round. */
const batch = 500;

const people = z.array(z.object({ userId: z.string() }));

/** Wakes up the mails of everybody for whom something is due, and of whom nobody writes one now. Answers how many. */
export async function dispatchDueMails({
  db,
  transact,
  clock,
}: {
  readonly db: Db;
  readonly transact: Transact;
  readonly clock: Clock;
}): Promise<number> {
  const now = clock.now();
  const due = people.parse(
    await db.$queryRaw`
      select n.user_id::text as "userId" from notification n
      left join notification_settings s on s.user_id = n.user_id
      where n.mail_due_at <= ${now} and (s.mail_lease_until is null or s.mail_lease_until <= ${now})
      group by n.user_id order by min(n.mail_due_at) limit ${batch}`,
  );
  const requests = due.map((payload) => ({ payload, key: `mail-notifications:${payload.userId}` }));
  if (requests.length > 0) await transact((tx) => enqueue(tx, mailNotificationsJob, requests));
  return due.length;
}
