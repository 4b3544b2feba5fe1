import type { Config } from "../../config.ts";
import type { Notification } from "../../generated/prisma/client.ts";
import { addMilliseconds, type Clock } from "../../infra/clock.ts";
import type { Db } from "../../infra/db.ts";
import type { JobContext } from "../../infra/jobs.ts";
import type { KeyRing } from "../../infra/key-ring.ts";
import type { Mailer } from "../../infra/mail.ts";
import { layOutMail } from "../../infra/mail-layout.ts";
import { sentenceOf } from "../sentence.ts";
import { afterQuietHours } from "./mail-due.ts";
import { unsubscribeUrl } from "./unsubscribe-url.ts";

/** How long a process owns what is due to one person, in milliseconds: longer than a mail server may take. */
const leaseDuration = 2 * 60_000;

/** Until what a mail server did not take is tried again, in milliseconds. */
const pause = 5 * 60_000;

/** Notifications that one mail tells in full. */
const mostTold = 30;

interface MailServices {
  readonly config: Pick<Config, "PUBLIC_URL">;
  readonly db: Db;
  readonly clock: Clock;
  readonly mailer: Mailer;
  readonly mediaKeys: KeyRing;
}

/**
 * Mails a person everything that is due, as one mail. One process at a time writes to one person; what was read meanwhile, or is of a
 * workspace that they left, is not mailed, and in quiet hours all of it waits. A process that dies after the mail server took the
 * mail leaves it due: it can arrive twice, but is never lost.
 */
export async function mailNotifications(
  services: MailServices,
  userId: string,
  { log }: Pick<JobContext, "log">,
): Promise<void> {
  const { db, clock } = services;
  const now = clock.now();
  const lease = addMilliseconds(now, leaseDuration);
  const claimed = await db.$executeRaw`
    insert into notification_settings as s (user_id, mail_lease_until) values (${userId}::uuid, ${lease})
    on conflict (user_id) do update set mail_lease_until = ${lease}
    where s.mail_lease_until is null or s.mail_lease_until <= ${now}`;
  if (claimed === 0) return;
  const outcome = await mailWhatIsDue(services, userId, now);
  // The lease of a mail that was not taken runs on: nobody tries before it ends.
  const leaseUntil = outcome.kind === "unavailable" ? addMilliseconds(now, pause) : null;
  await db.notificationSettings.update({ where: { userId }, data: { mailLeaseUntil: leaseUntil } });
  if ("detail" in outcome) log.warn({ userId, detail: outcome.detail }, "notifications were not mailed");
}

async function mailWhatIsDue(services: MailServices, userId: string, now: Date): ReturnType<Mailer["send"]> {
  const { db, mailer } = services;
  const user = await db.user.findUniqueOrThrow({
    where: { id: userId },
    include: { notificationSettings: true, memberships: { select: { workspaceId: true } } },
  });
  const { notificationSettings: settings, timeZone, email } = user;
  const until = settings === null ? now : afterQuietHours(now, { timeZone, settings });
  if (until > now) {
    await db.notification.updateMany({ where: { userId, mailDueAt: { lte: now } }, data: { mailDueAt: until } });
    return { kind: "sent" };
  }
  const due = await db.notification.findMany({
    where: { userId, mailDueAt: { lte: now } },
    ...{ orderBy: [{ lastAt: "desc" }, { id: "desc" }], take: 500 },
  });
  const joined = new Set(user.memberships.map(({ workspaceId }) => workspaceId));
  const mailable = user.emailVerifiedAt !== null && user.disabledAt === null && settings?.mailsOff !== true;
  const told = due.filter(
    ({ readAt, kind, workspaceId }) =>
      mailable && readAt === null && (kind === "INVITATION" || joined.has(workspaceId)),
  );
  const outcome =
    told.length === 0
      ? ({ kind: "sent" } as const)
      : await mailer.send(compose(services, { userId, email, told, now }));
  if (outcome.kind === "unavailable") return outcome;
  await markMailed(db, due, { told, now });
  return outcome;
}

function compose(
  services: MailServices,
  { userId, email, told, now }: { userId: string; email: string; told: readonly Notification[]; now: Date },
) {
  const sentences = told.map(sentenceOf);
  const [only] = sentences;
  const title =
    only !== undefined && told.length === 1 ? only.title : `${told.length} things you should know from Atelier`;
  const paragraphs = sentences
    .slice(0, mostTold)
    .map((sentence) => (told.length === 1 ? sentence.body : `${sentence.title}: ${sentence.body}`));
  const rest = told.length - paragraphs.length;
  const unsubscribe = unsubscribeUrl(services, userId, now);
  return {
    ...{ to: email, subject: title, unsubscribeUrl: unsubscribe },
    ...layOutMail({
      ...{ title, paragraphs: rest > 0 ? [...paragraphs, `And ${rest} more.`] : paragraphs },
      button: { label: "Open Atelier", url: services.config.PUBLIC_URL },
      footer: `You get this because of your notification settings. To get no such mail any more: ${unsubscribe}`,
    }),
  };
}

/** What grew while the mail was written stays due. */
async function markMailed(
  db: Db,
  due: readonly Notification[],
  { told, now }: { told: readonly Notification[]; now: Date },
): Promise<void> {
  const ids = due.map(({ id }) => id);
  const versions = due.map(({ version }) => version);
  const mailed = told.map(({ id }) => id);
  await db.$executeRaw`
    update notification n
    set mail_due_at = null, mailed_at = case when n.id = any(${mailed}::uuid[]) then ${now} else n.mailed_at end
    from unnest(${ids}::uuid[], ${versions}::int[]) as d(id, version)
    where n.id = d.id and n.version = d.version`;
}
