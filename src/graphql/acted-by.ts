import type { Viewer } from "./context.ts";

/** What an entry of the audit log says about who acts, beside their account. */
export const actedBy = ({ sessionId, grant, origin }: Pick<Viewer, "sessionId" | "grant" | "origin">) => ({
  ...{ sessionId, apiTokenId: grant?.apiTokenId ?? null, origin },
});
