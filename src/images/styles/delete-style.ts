import { z } from "zod";
import type { Clock } from "../../infra/clock.ts";
import type { Transact } from "../../infra/db.ts";
import { ConflictError, NotFoundError } from "../../infra/errors.ts";
import { parseInput } from "../../infra/parse-input.ts";
import { type Actor, requireMember } from "../../workspaces/require-member.ts";

const deletion = z.object({ styleId: z.uuid() });

/**
 * Takes a style out of what is offered, and out of the workspace's default; pictures made with it keep naming it. Throws a `NotFoundError`
 * for one the viewer cannot see, a `ForbiddenError` for a role that does not edit, a `ConflictError` for a built-in one.
 */
export async function deleteStyle(
  { transact, clock }: { transact: Transact; clock: Clock },
  viewer: Actor,
  unchecked: z.input<typeof deletion>,
): Promise<{ styleId: string }> {
  const { styleId } = parseInput(deletion, unchecked);
  return transact(async (tx) => {
    const style = await tx.style.findFirst({ where: { id: styleId, deletedAt: null }, select: { workspaceId: true } });
    if (style === null) throw new NotFoundError("style");
    if (style.workspaceId === null) throw new ConflictError("The style is built in: it is there for everybody.");
    const { workspaceId } = style;
    await requireMember(tx, viewer, { workspaceId, permission: "images:edit", what: "style" });
    await tx.style.update({ where: { id: styleId }, data: { deletedAt: clock.now() } });
    await tx.workspace.updateMany({ where: { defaultStyleId: styleId }, data: { defaultStyleId: null } });
    return { styleId };
  });
}
