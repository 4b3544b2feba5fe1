import type { KeyRing } from "../infra/key-ring.ts";
import type { Logger } from "../infra/log.ts";
import { type RevokeServices, revokeAccess } from "./revoke-access.ts";
import { openSession } from "./sealed-credentials.ts";

/** What ending access touches. */
export interface EndAccessServices extends RevokeServices {
  readonly secretKeys: KeyRing;
}

/**
 * Ends a disconnected account's access at its platform, as far as that can be done, and erases what opened it either way: a
 * platform that cannot be reached must not make us keep it. An account that was connected again meanwhile is left alone.
 */
export async function endAccess(
  services: EndAccessServices,
  socialAccountId: string,
  { log }: { readonly log: Logger },
): Promise<void> {
  const { db, secretKeys } = services;
  const account = await db.socialAccount.findUnique({ where: { id: socialAccountId } });
  if (account === null || account.state !== "DISCONNECTED" || account.credentials === null) return;
  const { platform, remoteId } = account;
  await revokeAccess(
    services,
    { platform, remoteId, heldBy: socialAccountId, open: () => openSession(secretKeys, account) },
    log,
  );
  // What a new connection stored is another text.
  await db.socialAccount.updateMany({
    where: { id: socialAccountId, state: "DISCONNECTED", credentials: account.credentials },
    data: { credentials: null },
  });
}
