import { z } from "zod";
import { addMilliseconds } from "../../infra/clock.ts";
import type { Db } from "../../infra/db.ts";
import { ConflictError } from "../../infra/errors.ts";
import { parseInput } from "../../infra/parse-input.ts";
import { type Actor, requireMember } from "../../workspaces/require-member.ts";
import { type CleanUpScope, type CleanUpSummary, summariseCleanUp } from "./plan-clean-up.ts";
import { type CleanUpServices, runCleanUp } from "./run-clean-up.ts";

const day = 24 * 60 * 60 * 1_000;

const request = z.object({
  workspaceId: z.uuid(),
  dryRun: z.boolean(),
  olderThanDays: z
    .number()
    .int()
    .min(1, "A clean-up spares at least the last day.")
    .max(3_650, "Name at most 3,650 days.")
    .nullish(),
});

/** What a clean-up did, or, without a receipt, what it would do. */
export interface CleanUp {
  readonly scope: CleanUpScope;
  readonly summary: CleanUpSummary;
  /** The receipt; null after a dry run. */
  readonly runId: string | null;
}

/**
 * Cleans up a workspace's pictures, or says what that would do. Throws a `ValidationError`, a `NotFoundError` for a foreign
 * workspace, a `ForbiddenError` for everybody but its owners, and a `ConflictError` where neither the request nor the workspace
 * says how old pictures must be.
 */
export async function cleanUpImages(
  services: CleanUpServices & { readonly db: Db },
  viewer: Actor,
  unchecked: z.input<typeof request>,
): Promise<CleanUp> {
  const { workspaceId, dryRun, olderThanDays } = parseInput(request, unchecked);
  const { db, clock } = services;
  await requireMember(db, viewer, { workspaceId, permission: "workspace:admin" });
  const days = olderThanDays ?? (await retentionOf(db, workspaceId));
  const scope = { workspaceId, before: addMilliseconds(clock.now(), -days * day) };
  const summary = await summariseCleanUp(db, scope);
  return { scope, summary, runId: dryRun ? null : (await runCleanUp(services, scope, viewer.userId)).runId };
}

async function retentionOf(db: Db, id: string): Promise<number> {
  const workspace = await db.workspace.findUnique({ where: { id }, select: { imageRetentionDays: true } });
  const days = workspace?.imageRetentionDays ?? null;
  if (days !== null) return days;
  throw new ConflictError(
    "The workspace keeps its pictures for ever. Pass `olderThanDays`, or set `imageRetentionDays` with `updateWorkspace`.",
  );
}
