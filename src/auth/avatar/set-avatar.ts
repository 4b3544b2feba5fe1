import type { SignedInViewer } from "../../graphql/context.ts";
import { recordAudit } from "../../infra/audit.ts";
import type { Clock } from "../../infra/clock.ts";
import type { Tx } from "../../infra/db.ts";
import { enqueue } from "../../infra/jobs.ts";
import { forgetAvatarJob } from "./jobs.ts";

/** Gives somebody another avatar, or none, in the caller's transaction; the files of the old one are removed after it. */
export async function setAvatar(
  tx: Tx,
  { clock }: { readonly clock: Clock },
  { userId, sessionId, origin }: SignedInViewer,
  avatarId: string | null,
): Promise<void> {
  // Two uploads at once may both read the same old one; the loser's files are removed by the job that each upload begins with.
  const { avatarId: old } = await tx.user.findUniqueOrThrow({ where: { id: userId }, select: { avatarId: true } });
  if (old === avatarId) return;
  await tx.user.update({ where: { id: userId }, data: { avatarId }, select: { id: true } });
  if (old !== null) await enqueue(tx, forgetAvatarJob, [{ payload: { avatarId: old } }]);
  const details = { fields: ["avatar"] };
  await recordAudit(tx, { action: "PROFILE_CHANGED", at: clock.now(), userId, sessionId, origin, details });
}
