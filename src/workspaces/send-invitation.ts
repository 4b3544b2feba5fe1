import type { Config } from "../config.ts";
import type { Clock } from "../infra/clock.ts";
import type { Db } from "../infra/db.ts";
import type { JobContext } from "../infra/jobs.ts";
import type { Mailer } from "../infra/mail.ts";
import { layOutMail } from "../infra/mail-layout.ts";
import { invitationTokenHash, newInvitationToken, openInvitation } from "./invitation-token.ts";

/** What the roles are, in a mail to somebody who has never seen this server. */
const roles = {
  OWNER: "an owner: you decide about everything in it",
  EDITOR: "an editor: you make pictures and posts, and schedule them",
  REVIEWER: "a reviewer: you approve and reject pictures",
  VIEWER: "a viewer: you see what is made and published",
} as const;

/**
 * Makes the secret of an invitation's link and mails it. The secret exists in this function and in the mail: the row keeps its
 * hash, and an earlier link counts no more. When the mail server cannot take it the job fails and is tried again, with a fresh
 * secret. An invitation that was accepted, taken back or has run out is not sent.
 */
export async function sendInvitation(
  services: { config: Pick<Config, "PUBLIC_URL">; db: Db; clock: Clock; mailer: Mailer },
  invitationId: string,
  { log }: Pick<JobContext, "log">,
): Promise<void> {
  const { config, db, clock, mailer } = services;
  const token = newInvitationToken();
  const [invitation] = await db.invitation.updateManyAndReturn({
    where: { id: invitationId, ...openInvitation(clock.now()) },
    data: { secretHash: invitationTokenHash(token) },
    select: {
      ...{ email: true, role: true, expiresAt: true },
      ...{ workspace: { select: { name: true } }, invitedBy: { select: { displayName: true } } },
    },
  });
  if (invitation === undefined) return;
  const { email, role, expiresAt, workspace, invitedBy } = invitation;
  const inviter = invitedBy?.displayName ?? "Somebody";
  const title = `${inviter} invites you to ${workspace.name}`;
  const outcome = await mailer.send({
    ...{ to: email, subject: title },
    ...layOutMail({
      title,
      paragraphs: [
        `${inviter} would like you to join the workspace \u201c${workspace.name}\u201d on Atelier, as ${roles[role]}.`,
        `The link works once, until ${expiresAt.toISOString().slice(0, 10)}. You sign in with this address, or make an account for it.`,
      ],
      // A fragment stays in the browser: the secret reaches no log and no referrer.
      button: {
        label: "Look at the invitation",
        url: `${config.PUBLIC_URL}/account/accept-invitation#token=${token}`,
      },
      footer: "Do you not know who invites you? Then ignore this mail: nothing happens without you.",
    }),
  });
  if (outcome.kind === "unavailable") throw new Error(outcome.detail);
  if (outcome.kind === "refused") log.warn({ invitationId, detail: outcome.detail }, "an invitation was refused");
}
