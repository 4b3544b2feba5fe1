import type { Config } from "../config.ts";
import type { MailLinkPurpose } from "../generated/prisma/enums.ts";
import type { Clock } from "../infra/clock.ts";
import type { Db } from "../infra/db.ts";
import type { JobContext } from "../infra/jobs.ts";
import type { Mailer } from "../infra/mail.ts";
import { layOutMail, type MailContent } from "../infra/mail-layout.ts";
import { linkSecretHash, newLinkSecret } from "./use-mail-link.ts";

interface Letter {
  readonly page: string;
  readonly button: string;
  readonly content: (displayName: string) => Omit<MailContent, "button">;
}

const letters: Readonly<Record<MailLinkPurpose, Letter>> = {
  RESET_PASSWORD: {
    page: "/account/reset-password",
    button: "Choose a new password",
    content: (displayName) => ({
      title: "Choose a new password",
      paragraphs: [
        `Hello ${displayName},`,
        "with this link you choose a new password. It works once, for one hour. Afterwards you are signed out everywhere and sign in with the new password.",
      ],
      footer: "Did you not ask for this? Then ignore this mail: without the link nobody can change your password.",
    }),
  },
  VERIFY_EMAIL: {
    page: "/account/verify-email",
    button: "Confirm this address",
    content: (displayName) => ({
      title: "Confirm your e-mail address",
      paragraphs: [
        `Hello ${displayName},`,
        "please confirm that this address is yours. The link works for three days.",
      ],
      footer: "Do you not have an account here? Then somebody mistyped their address: ignore this mail.",
    }),
  },
};

/**
 * Makes the secret of a link and mails it. The secret exists in this function and in the mail: the row keeps its hash. When the
 * mail server cannot take it the job fails and is tried again, with a fresh secret. A link that is unknown, used, void or
 * expired is not sent.
 */
export async function sendMailLink(
  services: { config: Pick<Config, "PUBLIC_URL">; db: Db; clock: Clock; mailer: Mailer },
  mailLinkId: string,
  { log }: Pick<JobContext, "log">,
): Promise<void> {
  const { config, db, clock, mailer } = services;
  const secret = newLinkSecret();
  const [link] = await db.mailLink.updateManyAndReturn({
    where: { id: mailLinkId, usedAt: null, expiresAt: { gt: clock.now() } },
    data: { secretHash: linkSecretHash(secret) },
    select: { email: true, purpose: true, user: { select: { displayName: true } } },
  });
  if (link === undefined) return;
  const { page, button, content } = letters[link.purpose];
  const letter = content(link.user.displayName);
  // A fragment stays in the browser: the secret reaches no log and no referrer.
  const url = `${config.PUBLIC_URL}${page}#token=${secret}`;
  const outcome = await mailer.send({
    ...{ to: link.email, subject: letter.title },
    ...layOutMail({ ...letter, button: { label: button, url } }),
  });
  if (outcome.kind === "unavailable") throw new Error(outcome.detail);
  if (outcome.kind === "refused") log.warn({ mailLinkId, detail: outcome.detail }, "a mailed link was refused");
}
