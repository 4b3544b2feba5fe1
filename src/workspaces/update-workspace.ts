import { z } from "zod";
import { actedBy } from "../graphql/acted-by.ts";
import type { Viewer } from "../graphql/context.ts";
import { recordAudit } from "../infra/audit.ts";
import type { Clock } from "../infra/clock.ts";
import type { Transact } from "../infra/db.ts";
import { VersionConflictError } from "../infra/errors.ts";
import { parseInput } from "../infra/parse-input.ts";
import { lockWorkspace } from "./lock-workspace.ts";
import { recordWorkspaceChange } from "./record-workspace-change.ts";
import { requireMember } from "./require-member.ts";
import { optionalSettings, workspaceName } from "./workspace-settings.ts";

const change = z.object({
  workspaceId: z.uuid(),
  name: workspaceName.nullish(),
  ...optionalSettings,
  /** 0: for ever. */
  imageRetentionDays: z
    .number()
    .int()
    .min(0, "Pictures are kept for 1 to 3,650 days, or, with 0, for ever.")
    .max(3_650, "Pictures are kept for 1 to 3,650 days, or, with 0, for ever.")
    .nullish(),
  /** Guards against overwriting what somebody changed meanwhile. */
  expectedVersion: z.number().int().nullish(),
});

/**
 * Changes a workspace's settings; what is left out stays. Asking for what is there already changes nothing. Throws a
 * `ValidationError` for settings out of rule, a `NotFoundError` for a workspace of others, a `ForbiddenError` for a role or
 * token that does not manage it, a `VersionConflictError` when it is at another version than expected.
 */
export async function updateWorkspace(
  { transact, clock }: { readonly transact: Transact; readonly clock: Clock },
  viewer: Viewer,
  unchecked: z.input<typeof change>,
): Promise<{ workspaceId: string }> {
  const { workspaceId, expectedVersion, ...asked } = parseInput(change, unchecked);
  const { userId } = viewer;
  return transact(async (tx) => {
    const before = await lockWorkspace(tx, workspaceId);
    await requireMember(tx, viewer, { workspaceId, permission: "workspace:admin" });
    if (typeof expectedVersion === "number" && expectedVersion !== before.version) {
      throw new VersionConflictError("workspace", expectedVersion, before.version);
    }
    const settings = {
      name: asked.name ?? before.name,
      timeZone: asked.timeZone ?? before.timeZone,
      reviewPolicy: asked.reviewPolicy ?? before.reviewPolicy,
      imageRetentionDays: (asked.imageRetentionDays ?? before.imageRetentionDays) || null,
    };
    const changed = (["name", "timeZone", "reviewPolicy", "imageRetentionDays"] as const).filter(
      (key) => settings[key] !== before[key],
    );
    if (changed.length === 0) return { workspaceId };
    const version = before.version + 1;
    await tx.workspace.update({ where: { id: workspaceId }, data: { ...settings, version } });
    await recordWorkspaceChange(tx, { id: workspaceId, version });
    const details = { changed, reviewPolicy: settings.reviewPolicy };
    const entry = { ...actedBy(viewer), at: clock.now(), userId, workspaceId, details };
    await recordAudit(tx, { ...entry, action: "WORKSPACE_CHANGED" });
    return { workspaceId };
  });
}
