import { boundedCall } from "../infra/bounded-call.ts";
import type { CrashPoint } from "../infra/crash-point.ts";
import type { Logger } from "../infra/log.ts";
import type { PublishOutcome, ReconcileOutcome } from "../platforms/publication.ts";
import { type Claim, type ClaimServices, claimTarget, sendDeadline } from "./claim-target.ts";
import { publishRequest, type RequestServices } from "./publish-request.ts";
import { settleAttempt } from "./settle-attempt.ts";

/** What publishing touches. */
export interface PublishServices extends ClaimServices, RequestServices {
  readonly config: ClaimServices["config"] & RequestServices["config"];
  readonly crashPoint: CrashPoint;
}

/** An adapter that does not heed its signal is left behind after this, in milliseconds; the lease lasts longer. */
const patience = 1_000;

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
  if (settled) return;
  const facts = { targetId, fence: claim.target.fence, outcome: outcome.kind };
  log.warn(facts, "the claim on the target was lost; its answer is kept as evidence");
}

async function askPlatform(
  services: PublishServices,
  { kind, target, attempt }: Exclude<Claim, { kind: "nothing" }>,
  log: Logger,
): Promise<PublishOutcome | ReconcileOutcome> {
  const name = target.socialAccount.platform;
  const platform = services.platforms.get(name);
  if (platform === undefined) {
    // A send is refused before it is claimed; what was sent earlier can no longer be looked up.
    const message = `The platform "${name}" is no longer part of this server. Look there whether the post is out.`;
    return { kind: "unknown", message };
  }
  try {
    const request = publishRequest(services, target, attempt);
    const outcome = await boundedCall<PublishOutcome | ReconcileOutcome>(
      { deadline: sendDeadline, patience },
      (signal) => (kind === "send" ? platform.publish(request, signal) : platform.reconcile(request, signal)),
    );
    const message = `The platform did not answer within ${sendDeadline / 1_000} seconds.`;
    return outcome ?? { kind: "ambiguous", message };
  } catch (error) {
    // whatever is not a listed refusal may have gone out. A look-up that fails says nothing and is repeated later.
    log.error({ err: error, targetId: target.id }, "the platform adapter threw");
    return { kind: "ambiguous", message: "The platform's answer could not be read." };
  }
}
