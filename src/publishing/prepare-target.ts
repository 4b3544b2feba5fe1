import { boundedCall } from "../infra/bounded-call.ts";
import { addMilliseconds } from "../infra/clock.ts";
import { leaseEnd, withLease } from "../infra/lease.ts";
import type { Logger } from "../infra/log.ts";
import type { Platform } from "../platforms/platform.ts";
import { renderPictures, type SentPicture } from "../posts/render-target.ts";
import { openSession } from "../social-accounts/sealed-credentials.ts";
import type { Claim, ClaimedAttempt } from "./claim-target.ts";
import { freshAccess } from "./fresh-access.ts";
import type { LedgerOutcome } from "./ledger-outcome.ts";
import { publishRequest } from "./publish-request.ts";
import type { PublishServices } from "./publish-services.ts";
import { ClaimLostError } from "./remote-refs.ts";
import { patience, prepareDeadline } from "./timing.ts";

/** Before asking for what is left of a quota again, in milliseconds, where the platform does not say when. */
const quotaPause = 15 * 60_000;

/** What ends the preparation early, and where it is told. */
interface Watch {
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** How preparing ended. `lost`: somebody else holds the target by now. */
export type Preparation =
  | { readonly kind: "ready"; readonly pictures: readonly SentPicture[] }
  | { readonly kind: "lost" }
  | LedgerOutcome;

/**
 * The reversible steps of a publication, under a lease that is renewed while they run. A stop of the worker, a lost lease and
 * somebody who cancels end them at once: nothing is public yet, and what was made is remembered.
 */
export async function prepareTarget(
  services: PublishServices,
  claim: Extract<Claim, { kind: "prepare" }>,
  { platform, signal, log }: Watch & { readonly platform: Platform },
): Promise<Preparation> {
  const cancelling = new AbortController();
  const renew = () => renewLease(services, claim, () => cancelling.abort(new Error("Somebody cancelled it.")));
  try {
    return await withLease({ signal, renew }, async (leased) => {
      const told = AbortSignal.any([leased, cancelling.signal]);
      const access = await freshAccess(services, claim.target, log);
      if (access.kind !== "fresh") return access.outcome;
      const fresh = { ...claim, target: access.target };
      const outcome =
        (await overQuota(services, fresh, { platform, signal: told, log })) ??
        (await prepare(services, fresh, { platform, signal: told }));
      if (cancelling.signal.aborted) return { kind: "cancelled" };
      return signal.aborted ? { kind: "interrupted" } : outcome;
    });
  } catch (error) {
    if (error instanceof ClaimLostError) return { kind: "lost" };
    if (cancelling.signal.aborted) return { kind: "cancelled" };
    if (signal.aborted) return { kind: "interrupted" };
    log.error({ err: error, targetId: claim.target.id }, "a post could not be prepared");
    return { kind: "unavailable", message: "The post could not be prepared. The log of the worker says why." };
  }
}

async function prepare(
  services: PublishServices,
  { target, attempt }: ClaimedAttempt,
  { platform, signal }: { readonly platform: Platform; readonly signal: AbortSignal },
): Promise<Preparation> {
  // What was not made over ahead is made over now; nothing is, once the send has begun.
  const pictures = await renderPictures(services, target);
  if (platform.prepare === undefined) return { kind: "ready", pictures };
  const request = publishRequest(services, target, { sentAt: attempt.sentAt, pictures });
  const limits = { signal, deadline: prepareDeadline, patience };
  const outcome = await boundedCall(limits, (told) => platform.prepare?.(request, told) ?? unprepared);
  const message = `The platform did not take the post's pictures within ${prepareDeadline / 1_000} seconds.`;
  if (outcome === null) return { kind: "unavailable", message };
  return outcome.kind === "ready" ? { kind: "ready", pictures } : outcome;
}

const unprepared = Promise.resolve({ kind: "ready" } as const);

/** Asks the platform what is left where our own count is near its limit. Null: it may go, as far as the platform says. */
async function overQuota(
  services: PublishServices,
  { target, readQuota }: Extract<Claim, { kind: "prepare" }>,
  { platform, signal, log }: Watch & { readonly platform: Platform },
): Promise<LedgerOutcome | null> {
  if (!readQuota || platform.quota === undefined) return null;
  const session = openSession(services.secretKeys, target.socialAccount);
  const asked = boundedCall(
    { signal, deadline: 15_000, patience },
    async (told) => platform.quota?.(session, told) ?? unknown,
  );
  const quota = await asked.catch((error: unknown) => {
    log.warn({ err: error, targetId: target.id }, "what is left of the quota could not be read");
    return null;
  });
  if (quota === null || quota.kind === "unknown" || quota.used < quota.total) return null;
  const until = quota.resetsAt ?? addMilliseconds(services.clock.now(), quotaPause);
  return { kind: "postponed", until, message: `The account has used ${quota.used} of its ${quota.total} posts.` };
}

const unknown = { kind: "unknown" } as const;

/** Answers whether the target is still ours; learns on the way whether somebody has cancelled it. */
async function renewLease(
  { transact, clock }: PublishServices,
  { target: { id, fence } }: ClaimedAttempt,
  onCancel: () => void,
): Promise<boolean> {
  const leaseUntil = leaseEnd(clock);
  const [renewed] = await transact((tx) =>
    tx.postTarget.updateManyAndReturn({
      // A renewal that is overtaken by the send must not make the send's longer lease shorter.
      where: { id, fence, status: "PUBLISHING", leaseUntil: { lte: leaseUntil } },
      data: { leaseUntil },
      select: { cancelRequested: true },
    }),
  );
  if (renewed?.cancelRequested === true) onCancel();
  return renewed !== undefined;
}
