import { actedBy } from "../graphql/acted-by.ts";
import type { SignedInViewer } from "../graphql/context.ts";
import { recordAudit } from "../infra/audit.ts";
import type { Clock } from "../infra/clock.ts";
import type { Transact } from "../infra/db.ts";
import { NotFoundError } from "../infra/errors.ts";
import type { Revocations } from "../infra/revocations.ts";
import { endApiTokens } from "./end-api-tokens.ts";

/**
 * Revokes an API token: new requests are refused at once, live sockets close within a second or two in every process. Revoking
 * it again changes nothing. Throws a `NotFoundError` for a token that is not the viewer's.
 */
export async function revokeApiToken(
  services: { readonly transact: Transact; readonly clock: Clock; readonly revocations: Revocations },
  viewer: SignedInViewer,
  { apiTokenId }: { readonly apiTokenId: string },
): Promise<{ apiTokenId: string }> {
  const { transact, clock, revocations } = services;
  const { userId } = viewer;
  await transact(async (tx) => {
    const token = await tx.apiToken.findFirst({
      where: { id: apiTokenId, userId },
      select: { name: true, workspaceId: true },
    });
    if (token === null) throw new NotFoundError("API token");
    const now = clock.now();
    const [ended] = await endApiTokens(tx, { userId, id: apiTokenId }, now);
    if (ended === undefined) return;
    const details = { tokenId: apiTokenId, name: token.name };
    const entry = { ...actedBy(viewer), at: now, userId, workspaceId: token.workspaceId, details };
    await recordAudit(tx, { ...entry, action: "API_TOKEN_REVOKED" });
  });
  await revocations.refresh();
  return { apiTokenId };
}
