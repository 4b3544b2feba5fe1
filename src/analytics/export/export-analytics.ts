import { z } from "zod";
import type { Clock } from "../../infra/clock.ts";
import type { Transact } from "../../infra/db.ts";
import { ConflictError } from "../../infra/errors.ts";
import { parseInput } from "../../infra/parse-input.ts";
import { type Actor, requireMember } from "../../workspaces/require-member.ts";
import { figuresRange } from "../figures/range.ts";
import { wakeExports } from "./wake-exports.ts";

/** Most files that are being made for a workspace at once. */
const mostPending = 3;

const exportRequest = z.object({
  workspaceId: z.uuid(),
  format: z.enum(["CSV", "JSON"]),
  range: figuresRange,
});

/** What somebody wants to have. */
export type ExportRequest = z.input<typeof exportRequest>;

/**
 * Asks for a file of all readings of a workspace's numbers within a range; a job writes it. Throws a `ConflictError` while three are being
 * made, a `ValidationError` for a range out of rule, a `NotFoundError` for a foreign workspace. Answers the export's id.
 */
export async function exportAnalytics(
  { transact, clock }: { readonly transact: Transact; readonly clock: Clock },
  viewer: Actor,
  unchecked: ExportRequest,
): Promise<string> {
  const { workspaceId, format, range } = parseInput(exportRequest, unchecked);
  return transact(async (tx) => {
    await requireMember(tx, viewer, { workspaceId, permission: "analytics:read" });
    // Of two requests at once the second counts the first.
    await tx.$queryRaw`select 1 from workspace where id = ${workspaceId}::uuid for no key update`;
    const pending = await tx.metricExport.count({ where: { workspaceId, status: "PENDING" } });
    if (pending >= mostPending) {
      throw new ConflictError(
        `${mostPending} files are being made for this workspace, which is the most. Wait for one.`,
      );
    }
    const { id } = await tx.metricExport.create({
      data: { workspaceId, requestedById: viewer.userId, format, ...range, createdAt: clock.now() },
    });
    await wakeExports(tx, [id]);
    return id;
  });
}
