import { z } from "zod";
import { actedBy } from "../graphql/acted-by.ts";
import type { Viewer } from "../graphql/context.ts";
import { recordAudit } from "../infra/audit.ts";
import type { Clock } from "../infra/clock.ts";
import type { Transact } from "../infra/db.ts";
import { ForbiddenError } from "../infra/errors.ts";
import { parseInput } from "../infra/parse-input.ts";
import { rateKey, requireTries } from "../infra/rate-limit.ts";
import { optionalSettings, workspaceName } from "./workspace-settings.ts";

const newWorkspace = z.object({ name: workspaceName, ...optionalSettings });

/** Workspaces that one person may make. */
const budget = { burst: 20, period: 24 * 60 * 60_000 };

/**
 * Makes a workspace whose owner is the viewer. Without a time zone it gets that of the owner's profile. Throws a
 * `ValidationError` for settings out of rule, a `ForbiddenError` for an API token that is for one workspace, a
 * `TooManyAttemptsError` for too many.
 */
export async function createWorkspace(
  { transact, clock }: { readonly transact: Transact; readonly clock: Clock },
  viewer: Viewer,
  unchecked: z.input<typeof newWorkspace>,
): Promise<{ workspaceId: string }> {
  const { name, timeZone, reviewPolicy, postApprovalPolicy } = parseInput(newWorkspace, unchecked);
  if (viewer.grant !== null && viewer.grant.workspaceId !== null) {
    throw new ForbiddenError("This API token is for one workspace and cannot make others. Use one for all workspaces.");
  }
  const { userId } = viewer;
  return transact(async (tx) => {
    await requireTries({ db: tx, clock }, [{ key: rateKey("create-workspace", userId), budget }]);
    const owner = await tx.user.findUniqueOrThrow({ where: { id: userId }, select: { timeZone: true } });
    const { id: workspaceId } = await tx.workspace.create({
      data: {
        ...{ name, timeZone: timeZone ?? owner.timeZone, reviewPolicy: reviewPolicy ?? "REQUIRED" },
        postApprovalPolicy: postApprovalPolicy ?? "NONE",
        ...{ createdAt: clock.now(), members: { create: { userId, role: "OWNER", joinedAt: clock.now() } } },
      },
      select: { id: true },
    });
    await recordAudit(tx, { ...actedBy(viewer), action: "WORKSPACE_CREATED", at: clock.now(), userId, workspaceId });
    return { workspaceId };
  });
}
