import type { z } from "zod";
import type { Config } from "../../config.ts";
import type { Db } from "../../infra/db.ts";
import type { JobContext } from "../../infra/jobs.ts";
import type { Mailer } from "../../infra/mail.ts";
import { layOutMail, type MailContent } from "../../infra/mail-layout.ts";
import type { sendDataNoticeJob } from "./jobs.ts";

type Notice = z.output<typeof sendDataNoticeJob.payload>;

interface Recipient {
  readonly displayName: string;
  readonly erasureDueAt: Date | null;
}

const notMe = "You get this mail because it is about all of your data.";

const newPassword = (publicUrl: string) => ({
  label: "It was not me: choose a new password",
  url: `${publicUrl}/account/reset-password`,
});

/** What each notice says; null when it has become untrue in the meantime. */
const contents: Record<Notice["kind"], (to: Recipient, publicUrl: string) => MailContent | null> = {
  // NOTE The archive's own address is not mailed: whoever reads the mail would have everything.
  DATA_EXPORT_READY: ({ displayName }, publicUrl) => ({
    title: "The archive of your data is ready",
    paragraphs: [
      `Hello ${displayName},`,
      "The archive of your data that you asked for is ready. Sign in and download it: its address stands in `dataExports`, under `downloadUrl`.",
      "It is deleted in seven days.",
    ],
    button: newPassword(publicUrl),
    footer: notMe,
  }),
  ERASURE_REQUESTED: ({ displayName, erasureDueAt }, publicUrl) =>
    erasureDueAt && {
      title: "Your account will be erased",
      paragraphs: [
        `Hello ${displayName},`,
        `Somebody who knows your password asked to erase your account. It happens on ${erasureDueAt.toUTCString()}: your workspaces, pictures and posts are then gone for good.`,
        "To keep it, sign in before that moment and call `keepMyAccount`. You were signed out everywhere.",
      ],
      button: newPassword(publicUrl),
      footer: notMe,
    },
  ERASURE_CANCELLED: ({ displayName, erasureDueAt }, publicUrl) =>
    erasureDueAt === null
      ? {
          title: "Your account stays",
          paragraphs: [`Hello ${displayName},`, "Your account is kept after all. Nothing of yours was erased."],
          button: newPassword(publicUrl),
          footer: notMe,
        }
      : null,
};

/** Tells somebody by mail what becomes of their data. Fails, to be tried again, when it cannot be sent now. */
export async function sendDataNotice(
  { config, db, mailer }: { readonly config: Pick<Config, "PUBLIC_URL">; readonly db: Db; readonly mailer: Mailer },
  { userId, kind }: Notice,
  { log }: Pick<JobContext, "log">,
): Promise<void> {
  const user = await db.user.findUnique({
    where: { id: userId },
    select: { email: true, displayName: true, erasureDueAt: true },
  });
  const content = user && contents[kind](user, config.PUBLIC_URL);
  if (!user || !content) return;
  const outcome = await mailer.send({ to: user.email, subject: content.title, ...layOutMail(content) });
  if (outcome.kind === "unavailable") throw new Error(outcome.detail);
  if (outcome.kind === "refused") log.warn({ kind, detail: outcome.detail }, "a notice about data was refused");
}
