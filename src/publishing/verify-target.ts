import { boundedCall } from "../infra/bounded-call.ts";
import { addMilliseconds, type Clock } from "../infra/clock.ts";
import type { CrashPoint } from "../infra/crash-point.ts";
import type { Db, Transact } from "../infra/db.ts";
import { enqueue } from "../infra/jobs.ts";
import type { KeyRing } from "../infra/key-ring.ts";
import type { Logger } from "../infra/log.ts";
import type { Platform } from "../platforms/platform.ts";
import type { VerifyOutcome } from "../platforms/publication.ts";
import { noteOnTarget } from "../posts/target-status.ts";
import { openSession } from "../social-accounts/sealed-credentials.ts";
import { verifyTargetJob } from "./jobs.ts";
import { earliness, lookUpPause, patience, sendDeadline, slowToShow, verifyPatience } from "./timing.ts";

/** What reading back touches. */
export interface VerifyServices {
  readonly db: Db;
  readonly transact: Transact;
  readonly clock: Clock;
  readonly secretKeys: KeyRing;
  readonly platforms: ReadonlyMap<string, Platform>;
  readonly crashPoint: CrashPoint;
}

/**
 * Reads a published post back from its platform: it was seen, and has the platform's own address; or it is not to be
 * seen, which its target tells. Reading only, so that running it twice, late or never harms nothing.
 */
export async function verifyTarget(
  services: VerifyServices,
  targetId: string,
  { log }: { readonly log: Logger },
): Promise<void> {
  const { db, clock, platforms, crashPoint } = services;
  const target = await db.postTarget.findUnique({ where: { id: targetId }, include: { socialAccount: true } });
  if (target?.status !== "PUBLISHED" || target.verifyAt === null || target.publishedAt === null) return;
  if (target.verifyAt > addMilliseconds(clock.now(), earliness)) return;
  const platform = platforms.get(target.socialAccount.platform);
  const { externalId } = target;
  const outcome: VerifyOutcome | null =
    platform?.verify === undefined || externalId === null
      ? null
      : await readBack(log, targetId, (signal) => {
          const session = openSession(services.secretKeys, target.socialAccount);
          return platform.verify?.(session, externalId, signal) ?? notAsked;
        });
  await crashPoint("verify:read");
  const found = interpretVerification(outcome, { now: clock.now(), publishedAt: target.publishedAt });
  await services.transact(async (tx) => {
    const { permalink = target.permalink, failure = null, verifyAt, verifiedAt = target.verifiedAt } = found;
    const told = failure !== null && { failureCode: "GONE", failureMessage: failure, failureRetryable: false };
    // Only what is still as it was read: a target that was published anew meanwhile has another post.
    const where = { id: targetId, status: "PUBLISHED", externalId, verifyAt: target.verifyAt } as const;
    const noted = await noteOnTarget(tx, { target, where, data: { permalink, verifyAt, verifiedAt, ...told } });
    if (noted && verifyAt !== null) await enqueue(tx, verifyTargetJob, [{ payload: { targetId }, runAt: verifyAt }]);
  });
}

const notAsked = Promise.resolve({ kind: "unavailable", message: "The platform cannot be asked." } as const);

async function readBack(
  log: Logger,
  targetId: string,
  read: (signal: AbortSignal) => Promise<VerifyOutcome>,
): Promise<VerifyOutcome> {
  try {
    const outcome = await boundedCall({ deadline: sendDeadline, patience }, read);
    return outcome ?? { kind: "unavailable", message: "The platform did not answer." };
  } catch (error) {
    log.error({ err: error, targetId }, "the platform adapter threw while it read a post back");
    return { kind: "unavailable", message: "The platform's answer could not be read." };
  }
}

interface Verification {
  /** When to read again; null: not any more. */
  readonly verifyAt: Date | null;
  readonly verifiedAt?: Date;
  readonly permalink?: string;
  readonly failure?: string;
}

/** What follows from reading back. `null`: there is nobody to ask. */
function interpretVerification(
  outcome: VerifyOutcome | null,
  { now, publishedAt }: { readonly now: Date; readonly publishedAt: Date },
): Verification {
  const age = now.getTime() - publishedAt.getTime();
  switch (outcome?.kind) {
    case "there":
      return { verifyAt: null, verifiedAt: now, ...(outcome.permalink !== null && { permalink: outcome.permalink }) };
    case "gone":
      // Lists and copies of a platform lag behind: a fresh post is looked for once more before anybody is alarmed.
      if (age < slowToShow) return { verifyAt: addMilliseconds(publishedAt, slowToShow) };
      return { verifyAt: null, failure: `The platform published it, and no longer shows it. ${outcome.message}` };
    case "unavailable":
      return { verifyAt: age > verifyPatience ? null : addMilliseconds(now, Math.max(age, lookUpPause)) };
    case undefined:
      return { verifyAt: null };
  }
}
