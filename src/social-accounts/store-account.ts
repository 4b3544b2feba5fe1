import { v7 as uuid } from "uuid";
import type { Tx } from "../infra/db.ts";
import type { KeyRing } from "../infra/key-ring.ts";
import type { ConnectableAccount } from "../platforms/connection.ts";
import { sealCredentials } from "./sealed-credentials.ts";

/** Writes an account that its platform let in: a new one, or one that was connected before, which is usable again. */
export async function storeAccount(
  tx: Tx,
  { secretKeys }: { readonly secretKeys: KeyRing },
  { workspaceId, platform }: { readonly workspaceId: string; readonly platform: string },
  { account, credentials, expiresAt, scopes }: ConnectableAccount,
): Promise<string> {
  const { remoteId, details, ...profile } = account;
  const where = { workspaceId_platform_remoteId: { workspaceId, platform, remoteId } };
  const fresh = uuid();
  // The row must be there before its credentials are sealed, because the seal names the row.
  await tx.socialAccount.createMany({
    data: [{ id: fresh, workspaceId, platform, remoteId, details: { ...details }, ...profile }],
    skipDuplicates: true,
  });
  const { id } = await tx.socialAccount.findUniqueOrThrow({ where, select: { id: true } });
  await tx.socialAccount.update({
    where: { id },
    data: {
      ...{ ...profile, details: { ...details }, scopes: [...scopes], expiresAt, state: "ACTIVE" },
      ...{ credentials: sealCredentials(secretKeys, id, credentials), credentialsFence: { increment: 1 } },
      ...{ lastError: null, lastErrorAt: null, limitedUntil: null, refreshLeaseUntil: null },
    },
  });
  return id;
}
