import type { CrashPoint } from "../infra/crash-point.ts";
import type { Logger } from "../infra/log.ts";
import type { Platform, PublishOutcome, ReconcileOutcome } from "../platforms/platform.ts";
import { type Claim, type ClaimServices, claimTarget, sendDeadline } from "./claim-target.ts";
import { publishRequest } from "./publish-request.ts";
import { settleAttempt } from "./settle-attempt.ts";

/** What publishing touches. */
export interface PublishServices extends ClaimServices {
  readonly platforms: ReadonlyMap<string, Platform>;
  readonly crashPoint: CrashPoint;
}

/**
 * Does what is due of one target: sends it, looks up an unclear send, or nothing. Safe to run twice, late or never: the
 * claim on the row decides. Deliberately deaf to the worker's stop signal: nothing between a send and its record is cut.
 */
export async function publishTarget(
  services: PublishServices,
  targetId: string,
  { log }: { readonly log: Logger },
): Promise<void> {
  const claim = await claimTarget(services, targetId);
  if (claim.kind === "nothing") return;
  await services.crashPoint("publish:claimed");
  const outcome = await askPlatform(services, claim, log);
  await services.crashPoint("publish:answered");
  const settled = await settleAttempt(services, claim, outcome);
  if (!settled)
    log.warn(
      { targetId, fence: claim.target.fence, outcome: outcome.kind },
      "the claim on the target was lost; its answer is kept as evidence",
    );
}

async function askPlatform(
  { platforms }: PublishServices,
  { kind, target }: Exclude<Claim, { kind: "nothing" }>,
  log: Logger,
): Promise<PublishOutcome | ReconcileOutcome> {
  const platform = platforms.get(target.socialAccount.platform);
  if (platform === undefined) throw new Error(`No platform "${target.socialAccount.platform}" is open.`);
  const request = publishRequest(target);
  try {
    return kind === "send"
      ? await platform.publish(request, AbortSignal.timeout(sendDeadline))
      : await platform.reconcile(request);
  } catch (error) {
    // whatever is not a listed refusal may have gone out. A look-up that fails says nothing and is repeated later.
    log.error({ err: error, targetId: target.id }, "the platform adapter threw");
    const message = "The platform's answer could not be read.";
    return { kind: "ambiguous", message };
  }
}
