import { boundedCall } from "../infra/bounded-call.ts";
import type { Clock } from "../infra/clock.ts";
import type { Db } from "../infra/db.ts";
import type { Logger } from "../infra/log.ts";
import type { AccountSession, RevokeOutcome } from "../platforms/connection.ts";
import type { Platform } from "../platforms/platform.ts";

/** Revoking is given up after this, in milliseconds. */
const limits = { deadline: 10_000, patience: 1_000 };

/** What revoking touches. */
export interface RevokeServices {
  readonly db: Db;
  readonly clock: Clock;
  readonly platforms: ReadonlyMap<string, Platform>;
}

/** Access that nobody needs any more. */
export interface UnneededAccess {
  readonly platform: string;
  readonly remoteId: string;
  /** The row that holds it: a social account's, or an attempt's to connect one. */
  readonly heldBy: string;
  /** Opens it. May throw: that is trouble like any other. */
  open(): AccountSession;
}

/**
 * Ends access at its platform, as far as that can be done; trouble is told in the log and to nobody else. Makes an outside call, so
 * never call it inside a transaction. Access to an account that is connected here all the same, or is about to be, is left alone:
 * Mastodon hands the same token out at every sign-in, so that ending one of them would end the others.
 */
export async function revokeAccess(
  services: RevokeServices,
  { platform: name, remoteId, heldBy, open }: UnneededAccess,
  log: Logger,
): Promise<void> {
  const platform = services.platforms.get(name);
  if (platform?.revoke === undefined) return;
  const revoke = platform.revoke.bind(platform);
  if (await isNeededElsewhere(services, { platform: name, remoteId, heldBy })) return;
  try {
    const session = open();
    const outcome = await boundedCall<RevokeOutcome>(limits, (signal) => revoke(session, signal));
    if (outcome?.kind === "ended") return;
    log.warn({ platform: name, heldBy, found: outcome?.message ?? "It did not answer in time." }, notEnded);
  } catch (error) {
    log.warn({ err: error, platform: name, heldBy }, notEnded);
  }
}

const notEnded = "access could not be ended at the platform; it is forgotten here all the same";

async function isNeededElsewhere(
  { db, clock }: RevokeServices,
  { platform, remoteId, heldBy }: Omit<UnneededAccess, "open">,
): Promise<boolean> {
  const others = { platform, id: { not: heldBy } };
  const account = await db.socialAccount.findFirst({
    where: { ...others, remoteId, state: { not: "DISCONNECTED" }, credentials: { not: null } },
    select: { id: true },
  });
  if (account !== null) return true;
  const attempt = await db.connectionAttempt.findFirst({
    where: {
      ...{ ...others, accounts: { not: null }, expiresAt: { gt: clock.now() } },
      choices: { array_contains: [{ remoteId }] },
    },
    select: { id: true },
  });
  return attempt !== null;
}
