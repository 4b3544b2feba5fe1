import { createHash } from "node:crypto";
import type { Viewer } from "../graphql/context.ts";
import { type Scope, scopes } from "../graphql/permissions.ts";
import type { RequestOrigin } from "../infra/audit.ts";
import { addMilliseconds, type Clock } from "../infra/clock.ts";
import type { Db } from "../infra/db.ts";

/** Whom an API token stands for. */
export type ApiTokenHolder = Pick<Viewer, "userId" | "grant" | "personalWorkspaceId" | "isOperator"> & {
  readonly expiresAt: Date;
};

/** The last use is written down this often at most, in milliseconds: a busy script must not write with each request. */
const useInterval = 60_000;

/** The form in which a token is kept. It is random enough that a plain hash cannot be guessed back. */
export const apiTokenHash = (token: string): string => createHash("sha256").update(token).digest("base64url");

/** Whether a stored text is a scope that this code knows; one of a newer or older version may not be. */
export const isScope = (text: string): text is Scope => Object.hasOwn(scopes, text);

/** Whom a token stands for; "unknown" for one that never was, was revoked, or whose user is disabled. */
export async function readApiToken(
  { db, clock }: { readonly db: Db; readonly clock: Clock },
  token: string,
  origin: RequestOrigin,
): Promise<ApiTokenHolder | "unknown" | "expired"> {
  const found = await db.apiToken.findUnique({
    where: { hash: apiTokenHash(token) },
    include: { user: { select: { disabledAt: true, isOperator: true, personalWorkspace: { select: { id: true } } } } },
  });
  if (found === null || found.revokedAt !== null || found.user.disabledAt !== null) return "unknown";
  const personal = found.user.personalWorkspace;
  if (personal === null) return "unknown";
  const now = clock.now();
  if (found.expiresAt <= now) return "expired";
  if (found.lastUsedAt === null || found.lastUsedAt < addMilliseconds(now, -useInterval)) {
    await db.apiToken.updateMany({
      where: { id: found.id },
      data: { lastUsedAt: now, lastUsedAddress: origin.address },
    });
  }
  const grant = { apiTokenId: found.id, scopes: found.scopes.filter(isScope), workspaceId: found.workspaceId };
  return {
    ...{ userId: found.userId, grant, personalWorkspaceId: personal.id },
    ...{ isOperator: false, expiresAt: found.expiresAt },
  };
}
