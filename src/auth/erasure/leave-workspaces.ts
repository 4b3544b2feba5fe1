import { recordAudit } from "../../infra/audit.ts";
import type { Clock } from "../../infra/clock.ts";
import type { Db, Transact, Tx } from "../../infra/db.ts";

/** Who takes over from an owner who is gone: the one with the most say, and of those the longest there. */
const succession = ["OWNER", "EDITOR", "REVIEWER", "VIEWER"];

/**
 * Ends somebody's memberships where others work, and hands over what would be left without an owner. Answers the workspaces that
 * are theirs alone; in those they stay, so that they are found again.
 */
export async function leaveWorkspaces(
  services: { readonly db: Db; readonly transact: Transact; readonly clock: Clock },
  userId: string,
): Promise<string[]> {
  const theirs = await services.db.workspace.findMany({
    where: { OR: [{ members: { some: { userId } } }, { personalOf: userId }] },
    select: { id: true },
  });
  const alone: string[] = [];
  for (const { id } of theirs) {
    const left = await services.transact((tx) => leaveUnlessAlone(tx, services, { workspaceId: id, userId }));
    if (!left) alone.push(id);
  }
  return alone;
}

async function leaveUnlessAlone(
  tx: Tx,
  { clock }: { readonly clock: Clock },
  { workspaceId, userId }: { readonly workspaceId: string; readonly userId: string },
): Promise<boolean> {
  // Changes of members come one after the other: nobody leaves while somebody is made the owner.
  await tx.$queryRaw`select 1 from workspace where id = ${workspaceId}::uuid for no key update`;
  const members = await tx.member.findMany({
    where: { workspaceId, userId: { not: userId } },
    select: { userId: true, role: true, user: { select: { disabledAt: true } } },
    orderBy: [{ joinedAt: "asc" }, { userId: "asc" }],
  });
  // Whoever cannot sign in comes last.
  const rank = ({ role, user }: (typeof members)[number]) =>
    succession.indexOf(role) + (user.disabledAt === null ? 0 : succession.length);
  const [heir] = members.toSorted((one, other) => rank(one) - rank(other));
  if (heir === undefined) return false;
  if (heir.role !== "OWNER") {
    const at = { workspaceId_userId: { workspaceId, userId: heir.userId } };
    await tx.member.update({ where: at, data: { role: "OWNER" }, select: { userId: true } });
    await recordAudit(tx, {
      ...{ action: "OWNERSHIP_TRANSFERRED", at: clock.now(), userId: heir.userId, workspaceId },
      ...{ origin: { address: null, device: null }, details: { reason: "the last owner's account was erased" } },
    });
  }
  await tx.member.deleteMany({ where: { workspaceId, userId } });
  // A personal workspace that others came into becomes an ordinary one, without the name of whoever is gone.
  await tx.workspace.updateMany({
    where: { id: workspaceId, personalOf: userId },
    data: { personalOf: null, name: "Shared workspace" },
  });
  return true;
}
