import type { ErasureServices } from "../../src/auth/erasure/erasure-services.ts";
import type { Services } from "../../src/services.ts";
import { endWorkspaceAccess } from "../../src/social-accounts/end-workspace-access.ts";

/** What the worker gives an erasure, but for its crash point. */
export const erasing = (services: Services): Omit<ErasureServices, "crashPoint"> => ({
  ...services,
  endWorkspaceAccess: (workspaceId, context) => endWorkspaceAccess(services, workspaceId, context),
});
