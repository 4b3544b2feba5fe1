import type { SignedInViewer } from "../../graphql/context.ts";
import { recordAudit } from "../../infra/audit.ts";
import { addMilliseconds, type Clock } from "../../infra/clock.ts";
import type { Transact } from "../../infra/db.ts";
import { ConflictError } from "../../infra/errors.ts";
import { wakeDataExports } from "./wake-data-exports.ts";

const day = 24 * 60 * 60_000;
/** Most archives that one person may ask for in a day. */
const mostPerDay = 3;

/**
 * Asks for an archive of everything that is somebody's; a job makes it. Throws a `ConflictError` while one is being made, and
 * after three within a day. Answers the archive's id.
 */
export async function requestDataExport(
  { transact, clock }: { readonly transact: Transact; readonly clock: Clock },
  { userId, sessionId, origin }: SignedInViewer,
): Promise<string> {
  const now = clock.now();
  return transact(async (tx) => {
    // The table lets one be pending for each person: of two requests at once the second waits here, and makes nothing.
    const [made] = await tx.dataExport.createManyAndReturn({
      data: [{ userId, createdAt: now }],
      skipDuplicates: true,
      select: { id: true },
    });
    if (made === undefined) {
      throw new ConflictError("An archive of your data is being made. You will get a mail when it is ready.");
    }
    const recent = await tx.dataExport.findMany({
      where: { userId, createdAt: { gt: addMilliseconds(now, -day) }, id: { not: made.id } },
      select: { createdAt: true },
      orderBy: { createdAt: "desc" },
      take: mostPerDay,
    });
    const oldest = recent[mostPerDay - 1];
    if (oldest !== undefined) {
      const again = addMilliseconds(oldest.createdAt, day).toISOString();
      throw new ConflictError(
        `You asked for ${mostPerDay} archives within a day, which is the most. Ask again after ${again}.`,
      );
    }
    await recordAudit(tx, { action: "DATA_EXPORT_REQUESTED", at: now, userId, sessionId, origin });
    await wakeDataExports(tx, [made.id]);
    return made.id;
  });
}
