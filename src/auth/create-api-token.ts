import { randomBytes } from "node:crypto";
import { z } from "zod";
import { actedBy } from "../graphql/acted-by.ts";
import type { SignedInViewer } from "../graphql/context.ts";
import { allScopes } from "../graphql/permissions.ts";
import { recordAudit } from "../infra/audit.ts";
import { addMilliseconds, type Clock } from "../infra/clock.ts";
import type { Transact, Tx } from "../infra/db.ts";
import { ConflictError, NotFoundError } from "../infra/errors.ts";
import { enqueue } from "../infra/jobs.ts";
import { parseInput } from "../infra/parse-input.ts";
import { shortText } from "../infra/short-text.ts";
import { sendAccountNoticeJob } from "./jobs.ts";
import { apiTokenHash } from "./read-api-token.ts";

const day = 24 * 60 * 60_000;
const lifetime = "A token lives 1 to 365 days.";
/** Live tokens of one user. */
const most = 50;
/** Characters of a token that are kept to recognise it by: its prefix and 24 bits of 256. */
const hintLength = 8;

const newToken = z.object({
  name: shortText("The name of the token", 80),
  scopes: z
    .array(z.enum(allScopes))
    .min(1, "The token has no scope, so it could do nothing. Name at least one.")
    .transform((named) => allScopes.filter((scope) => named.includes(scope))),
  /** Null: all workspaces of its user. */
  workspaceId: z.uuid().nullish(),
  expiresInDays: z.number().int(lifetime).min(1, lifetime).max(365, lifetime).nullish(),
});

/** A fresh token. The token itself is shown this once and is kept nowhere. */
export interface CreatedApiToken {
  readonly apiTokenId: string;
  readonly token: string;
}

/**
 * Makes an API token: `atl_` and 256 random bits. Throws a `ValidationError` for input out of rule, a `NotFoundError` for a
 * workspace that the viewer is no member of, a `ConflictError` for more than 50 live ones.
 */
export async function createApiToken(
  { transact, clock }: { readonly transact: Transact; readonly clock: Clock },
  viewer: SignedInViewer,
  unchecked: z.input<typeof newToken>,
): Promise<CreatedApiToken> {
  const { expiresInDays, workspaceId = null, ...input } = parseInput(newToken, unchecked);
  const { userId } = viewer;
  const token = `atl_${randomBytes(32).toString("base64url")}`;
  return transact(async (tx) => {
    const now = clock.now();
    await requireRoom(tx, userId, now);
    if (workspaceId !== null) {
      // Locked, so that who is removed at this moment loses this token with the others.
      const membership = await tx.$queryRaw<unknown[]>`
        select 1 from member where workspace_id = ${workspaceId}::uuid and user_id = ${userId}::uuid for share`;
      if (membership.length === 0) throw new NotFoundError("workspace");
    }
    const { id: apiTokenId } = await tx.apiToken.create({
      data: {
        ...{ ...input, userId, workspaceId, hash: apiTokenHash(token), hint: token.slice(0, hintLength) },
        ...{ createdAt: now, expiresAt: addMilliseconds(now, (expiresInDays ?? 90) * day) },
      },
      select: { id: true },
    });
    const details = { tokenId: apiTokenId, name: input.name, scopes: input.scopes };
    const entry = { ...actedBy(viewer), at: now, userId, workspaceId, details };
    const auditEntryId = await recordAudit(tx, { ...entry, action: "API_TOKEN_CREATED" });
    await enqueue(tx, sendAccountNoticeJob, [{ payload: { auditEntryId } }]);
    return { apiTokenId, token };
  });
}

/** The lock makes parallel requests count one after the other. */
async function requireRoom(tx: Tx, userId: string, now: Date): Promise<void> {
  await tx.$queryRaw`select 1 from "user" where id = ${userId}::uuid for no key update`;
  const live = await tx.apiToken.count({ where: { userId, revokedAt: null, expiresAt: { gt: now } } });
  if (live >= most) {
    throw new ConflictError(`You have ${live} live API tokens; at most ${most} are allowed. Revoke one first.`);
  }
}
