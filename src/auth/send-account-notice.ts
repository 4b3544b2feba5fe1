import type { Config } from "../config.ts";
import type { AuditAction } from "../infra/audit.ts";
import type { Db } from "../infra/db.ts";
import type { JobContext } from "../infra/jobs.ts";
import type { Mailer } from "../infra/mail.ts";
import { layOutMail } from "../infra/mail-layout.ts";

const notMe =
  "Was it not you? Choose a new password at once, sign in, and revoke the API tokens that you do not know: they go on without a password.";

/** What is told by mail. */
const notices: Partial<Record<AuditAction, { readonly title: string; readonly paragraphs: readonly string[] }>> = {
  PASSWORD_CHANGED: {
    title: "Your password was changed",
    paragraphs: ["Your password was changed, and you were signed out everywhere else.", notMe],
  },
  PASSWORD_RESET: {
    title: "Your password was reset",
    paragraphs: [
      "Your password was reset by a mailed link. You were signed out everywhere, and your API tokens were revoked.",
      "Was it not you? Then somebody reads your mail: secure your mailbox first, and choose a new password.",
    ],
  },
  API_TOKEN_CREATED: {
    title: "An API token was made for your account",
    paragraphs: [
      "Whoever has it can use your account within its scopes until it ends, also after a change of password. `apiTokens` lists yours, `revokeApiToken` ends one.",
      "Was it not you? Somebody is signed in to your account. Reset your password, which ends every sign-in and every token:",
    ],
  },
  REFRESH_TOKEN_REUSED: {
    title: "We ended one of your sign-ins",
    paragraphs: [
      "An old key of one of your sign-ins was used a second time. Somebody may have copied it, so we ended that sign-in; the others go on.",
      "If this happens again, or if you do not know the place below, choose a new password:",
    ],
  },
};

/** Tells somebody by mail what an audit entry says about their account. Fails, to be tried again, when it cannot be sent now. */
export async function sendAccountNotice(
  services: { config: Pick<Config, "PUBLIC_URL">; db: Db; mailer: Mailer },
  auditEntryId: string,
  { log }: Pick<JobContext, "log">,
): Promise<void> {
  const entry = await services.db.auditEntry.findUnique({
    where: { id: auditEntryId },
    select: { action: true, at: true, address: true, user: { select: { email: true, displayName: true } } },
  });
  if (entry === null || entry.user === null) return;
  const { user, action, at, address } = entry;
  const notice = Object.entries(notices).find(([known]) => known === action)?.[1];
  if (notice === undefined) throw new Error(`There is no notice for ${action}.`);
  const place = address === null ? "" : ` from the address ${address}`;
  const outcome = await services.mailer.send({
    ...{ to: user.email, subject: notice.title },
    ...layOutMail({
      title: notice.title,
      paragraphs: [`Hello ${user.displayName},`, ...notice.paragraphs],
      button: { label: "Choose a new password", url: `${services.config.PUBLIC_URL}/account/reset-password` },
      footer: `It happened on ${at.toUTCString()}${place}.`,
    }),
  });
  if (outcome.kind === "unavailable") throw new Error(outcome.detail);
  if (outcome.kind === "refused") log.warn({ auditEntryId, detail: outcome.detail }, "a notice was refused");
}
