import { z } from "zod";
import { actedBy } from "../graphql/acted-by.ts";
import type { Viewer } from "../graphql/context.ts";
import type { ImageProvider } from "../image-providers/provider.ts";
import { recordAudit } from "../infra/audit.ts";
import type { Clock } from "../infra/clock.ts";
import type { Transact, Tx } from "../infra/db.ts";
import { ValidationError, VersionConflictError } from "../infra/errors.ts";
import { parseInput } from "../infra/parse-input.ts";
import { type LockedWorkspace, lockWorkspace } from "./lock-workspace.ts";
import { recordWorkspaceChange } from "./record-workspace-change.ts";
import { requireMember } from "./require-member.ts";
import { requireProviders, sameList } from "./require-providers.ts";
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
  /** A built-in style or one of the workspace; null: none. */
  defaultStyleId: z.uuid().nullish(),
  /** Null: the server's first. */
  defaultProvider: z.string().nullish(),
  /** In the order in which they are asked; null: none. */
  fallbackProviders: z.array(z.string()).max(20, "Name at most 20 fallback providers.").nullish(),
  /** Guards against overwriting what somebody changed meanwhile. */
  expectedVersion: z.number().int().nullish(),
});

type Settings = Omit<LockedWorkspace, "id" | "version" | "personalOf">;

/** What the settings are once a change is made. */
function settingsAfter(before: Settings, asked: Partial<z.output<typeof change>>): Settings {
  return {
    name: asked.name ?? before.name,
    timeZone: asked.timeZone ?? before.timeZone,
    reviewPolicy: asked.reviewPolicy ?? before.reviewPolicy,
    postApprovalPolicy: asked.postApprovalPolicy ?? before.postApprovalPolicy,
    imageRetentionDays: (asked.imageRetentionDays ?? before.imageRetentionDays) || null,
    defaultStyleId: asked.defaultStyleId === undefined ? before.defaultStyleId : asked.defaultStyleId,
    defaultProvider: asked.defaultProvider === undefined ? before.defaultProvider : asked.defaultProvider,
    fallbackProviders:
      asked.fallbackProviders === undefined ? before.fallbackProviders : (asked.fallbackProviders ?? []),
  };
}

/** The names of the settings that differ. */
function changedSettings(before: Settings, after: Settings): string[] {
  const plain = [
    "name",
    "timeZone",
    "reviewPolicy",
    "postApprovalPolicy",
    "imageRetentionDays",
    "defaultStyleId",
    "defaultProvider",
  ] as const;
  const reordered = !sameList(before.fallbackProviders, after.fallbackProviders);
  return [...plain.filter((key) => after[key] !== before[key]), ...(reordered ? ["fallbackProviders"] : [])];
}

/** A style is offered to a workspace when it is built in, or its own. */
async function requireStyle(tx: Tx, workspaceId: string, styleId: string | null): Promise<void> {
  if (styleId === null) return;
  const offered = { id: styleId, deletedAt: null, OR: [{ workspaceId: null }, { workspaceId }] };
  if ((await tx.style.count({ where: offered })) > 0) return;
  const message =
    "There is no such style in this workspace. Pass the `id` of one that `styles` lists, or null for none.";
  throw new ValidationError([{ path: ["defaultStyleId"], code: "NOT_FOUND", message }]);
}

/** What changing settings touches. */
export interface UpdateWorkspaceServices {
  readonly transact: Transact;
  readonly clock: Clock;
  readonly providers: ReadonlyMap<string, ImageProvider>;
}

/**
 * Changes a workspace's settings; what is left out stays. Asking for what is there already changes nothing. Throws a
 * `ValidationError` for settings out of rule, a `NotFoundError` for a workspace of others, a `ForbiddenError` for a role or
 * token that does not manage it, a `VersionConflictError` when it is at another version than expected.
 */
export async function updateWorkspace(
  { transact, clock, providers }: UpdateWorkspaceServices,
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
    const settings = settingsAfter(before, asked);
    const changed = changedSettings(before, settings);
    if (changed.length === 0) return { workspaceId };
    if (changed.includes("defaultStyleId")) await requireStyle(tx, workspaceId, settings.defaultStyleId);
    requireProviders([...providers.keys()], before, settings);
    const version = before.version + 1;
    await tx.workspace.update({
      where: { id: workspaceId },
      data: { ...settings, fallbackProviders: [...settings.fallbackProviders], version },
    });
    await recordWorkspaceChange(tx, { id: workspaceId, version });
    const { reviewPolicy, postApprovalPolicy } = settings;
    const details = { changed, reviewPolicy, postApprovalPolicy };
    const entry = { ...actedBy(viewer), at: clock.now(), userId, workspaceId, details };
    await recordAudit(tx, { ...entry, action: "WORKSPACE_CHANGED" });
    return { workspaceId };
  });
}
