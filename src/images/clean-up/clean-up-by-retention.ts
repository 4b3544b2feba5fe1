import { addMilliseconds } from "../../infra/clock.ts";
import type { Db } from "../../infra/db.ts";
import type { Logger } from "../../infra/log.ts";
import { type CleanUpServices, runCleanUp } from "./run-clean-up.ts";

const day = 24 * 60 * 60 * 1_000;

/**
 * Cleans up every workspace that says how long it keeps its pictures. One that fails is logged, and keeps none of the others
 * back. Answers how many pictures went.
 */
export async function cleanUpByRetention(
  services: CleanUpServices & { readonly db: Db; readonly log: Logger },
): Promise<number> {
  const { db, clock, log } = services;
  const workspaces = await db.workspace.findMany({
    where: { imageRetentionDays: { not: null } },
    select: { id: true, imageRetentionDays: true },
    orderBy: { id: "asc" },
  });
  let removed = 0;
  for (const { id: workspaceId, imageRetentionDays: days } of workspaces) {
    if (days === null) continue;
    try {
      const scope = { workspaceId, before: addMilliseconds(clock.now(), -days * day) };
      removed += (await runCleanUp(services, scope, null)).removed;
    } catch (error) {
      log.error({ err: error, workspaceId }, "the pictures of a workspace were not cleaned up; tomorrow tries again");
    }
  }
  return removed;
}
