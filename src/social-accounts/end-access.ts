import type { SocialAccount } from "../generated/prisma/client.ts";
import { boundedCall } from "../infra/bounded-call.ts";
import type { Db } from "../infra/db.ts";
import type { KeyRing } from "../infra/key-ring.ts";
import type { Logger } from "../infra/log.ts";
import type { Platform } from "../platforms/platform.ts";
import { openSession } from "./sealed-credentials.ts";

/** Revoking is given up after this, in milliseconds. */
const limits = { deadline: 10_000, patience: 1_000 };

/** What ending access touches. */
export interface EndAccessServices {
  readonly db: Db;
  readonly secretKeys: KeyRing;
  readonly platforms: ReadonlyMap<string, Platform>;
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
  const { db } = services;
  const account = await db.socialAccount.findUnique({ where: { id: socialAccountId } });
  if (account === null || account.state !== "DISCONNECTED" || account.credentials === null) return;
  await revoke(services, account, log);
  // What a new connection stored is another text.
  await db.socialAccount.updateMany({
    where: { id: socialAccountId, state: "DISCONNECTED", credentials: account.credentials },
    data: { credentials: null },
  });
}

async function revoke(
  { secretKeys, platforms }: EndAccessServices,
  account: SocialAccount,
  log: Logger,
): Promise<void> {
  const platform = platforms.get(account.platform);
  if (platform?.revoke === undefined) return;
  const revokeAt = platform.revoke.bind(platform);
  try {
    const session = openSession(secretKeys, account);
    await boundedCall(limits, async (signal) => {
      await revokeAt(session, signal);
      return {};
    });
  } catch (error) {
    log.warn(
      { err: error, socialAccountId: account.id },
      "access could not be ended at the platform; it is forgotten here",
    );
  }
}
