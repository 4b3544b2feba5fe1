import { boundedCall } from "../infra/bounded-call.ts";
import type { Logger } from "../infra/log.ts";
import { pause } from "../infra/pause.ts";
import type { Platform } from "../platforms/platform.ts";
import type { PublishOutcome, ReconcileOutcome } from "../platforms/publication.ts";
import type { SentPicture } from "../posts/render-target.ts";
import { remoteAccount } from "../social-accounts/remote-account.ts";
import { beginSending } from "./begin-sending.ts";
import { type Claim, type ClaimedAttempt, claimTarget } from "./claim-target.ts";
import { freshAccess } from "./fresh-access.ts";
import type { LedgerOutcome } from "./ledger-outcome.ts";
import { prepareTarget } from "./prepare-target.ts";
import { originals, publishRequest } from "./publish-request.ts";
import type { PublishServices } from "./publish-services.ts";
import { settleAttempt } from "./settle-attempt.ts";
import { patience, sendDeadline, sendWithin } from "./timing.ts";

/** What a job gives it. */
interface PublishContext {
  readonly log: Logger;
  /** Aborts when the worker stops. */
  readonly signal: AbortSignal;
}

/**
 * Does what is due of one target: prepares and sends it, looks up an unclear send, or nothing. Safe to run twice, late or never
 * the claim on the row decides. A stop of the worker ends the preparation, and nothing after it: between a send and its
 * record nothing is cut.
 */
export async function publishTarget(
  services: PublishServices,
  targetId: string,
  context: PublishContext,
): Promise<void> {
  const { crashPoint, platforms } = services;
  const claim = await claimTarget(services, targetId);
  if (claim.kind === "nothing") return;
  await crashPoint(`publish:claimed-to-${claim.kind}`);
  const platform = platforms.get(claim.target.socialAccount.platform);
  if (claim.kind === "reconcile") return lookUp(services, claim, { ...context, platform });
  if (platform === undefined) throw new Error(`Target ${targetId} was claimed for a platform that is not there.`);
  const prepared = await prepareTarget(services, claim, { ...context, platform });
  await crashPoint("publish:prepared");
  if (prepared.kind === "lost") return tellLost(claim, context.log);
  if (prepared.kind !== "ready") return settle(services, claim, { outcome: prepared, log: context.log });
  const begun = moment();
  const sending = await beginSending(services, claim, platform.settleWindow);
  if (sending === null) return;
  await crashPoint("publish:sending");
  const outcome =
    begun.elapsed() > sendWithin
      ? heldUp
      : await send(services, sending, { ...context, platform, pictures: prepared.pictures });
  await crashPoint("publish:answered");
  await settle(services, sending, { outcome, log: context.log });
}

/** Time since now, by the clock that nobody sets and by the one that goes on while the machine sleeps. */
function moment() {
  const monotonic = performance.now();
  const wall = Date.now();
  return { elapsed: () => Math.max(performance.now() - monotonic, Date.now() - wall) };
}

/** Somebody else may have taken the target over by now, so that a send could be a second one. */
const heldUp: PublishOutcome = {
  kind: "unavailable",
  message: "The worker was held up before it could send, so nothing was sent.",
};

async function send(
  services: PublishServices,
  { target, attempt }: ClaimedAttempt,
  {
    platform,
    pictures,
    log,
  }: PublishContext & { readonly platform: Platform; readonly pictures: readonly SentPicture[] },
): Promise<PublishOutcome> {
  try {
    const request = publishRequest(services, target, { sentAt: attempt.sentAt, pictures });
    const outcome = await boundedCall({ deadline: sendDeadline, patience }, (told) => platform.publish(request, told));
    const message = `The platform did not answer within ${sendDeadline / 1_000} seconds.`;
    return outcome ?? { kind: "ambiguous", message };
  } catch (error) {
    // whatever is not a listed refusal may have gone out.
    log.error({ err: error, targetId: target.id }, "the platform adapter threw while it sent a post");
    return { kind: "ambiguous", message: "The platform's answer could not be read." };
  }
}

async function lookUp(
  services: PublishServices,
  claim: Extract<Claim, { kind: "reconcile" }>,
  { platform, log }: PublishContext & { readonly platform: Platform | undefined },
): Promise<void> {
  const outcome = await findOut(services, claim, { platform, log });
  await services.crashPoint("publish:looked-up");
  await settle(services, claim, { outcome, log });
}

async function findOut(
  services: PublishServices,
  { target, attempt }: ClaimedAttempt,
  { platform, log }: Pick<PublishContext, "log"> & { readonly platform: Platform | undefined },
): Promise<ReconcileOutcome> {
  const { platform: name } = target.socialAccount;
  if (platform === undefined) {
    // A send is refused before it is claimed; what was sent earlier can no longer be looked up.
    const message = `The platform "${name}" is no longer part of this server. Look there whether the post is out.`;
    return { kind: "unknown", message };
  }
  if (platform.capabilityOf(remoteAccount(target.socialAccount)) === "none") {
    const sent = attempt.message ?? "It was sent, and how that ended is not known.";
    return { kind: "unknown", message: `${sent} ${cannotBeAsked}` };
  }
  try {
    const access = await freshAccess(services, target, log);
    if (access.kind !== "fresh") return { kind: "unreadable", message: access.outcome.message };
    const request = publishRequest(services, access.target, { sentAt: attempt.sentAt, pictures: originals(target) });
    const outcome = await boundedCall({ deadline: sendDeadline, patience }, (told) =>
      platform.reconcile(request, told),
    );
    return outcome ?? { kind: "unreadable", message: "The platform did not answer." };
  } catch (error) {
    log.error({ err: error, targetId: target.id }, "the platform adapter threw while it looked for a post");
    return { kind: "unreadable", message: "The platform's answer could not be read." };
  }
}

const cannotBeAsked = "This platform cannot be asked whether the post is out. Look there, then decide.";

async function settle(
  services: PublishServices,
  claimed: ClaimedAttempt,
  { outcome, log }: { readonly outcome: LedgerOutcome; readonly log: Logger },
): Promise<void> {
  const settled = await insistently(log, () => settleAttempt(services, claimed, outcome));
  await services.crashPoint("publish:settled");
  if (!settled) tellLost(claimed, log, outcome.kind);
}

/** Milliseconds between the tries to write down an answer: less than a lease in all. */
const settlePauses = [250, 500, 1_000, 2_000, 4_000, 8_000];

/**
 * An answer in hand may be the only one there will ever be: a database that is away for a moment must not lose it. Writing it
 * twice is harmless, by the fence.
 */
async function insistently<T>(log: Logger, write: () => Promise<T>): Promise<T> {
  for (const milliseconds of settlePauses) {
    try {
      return await write();
    } catch (error) {
      log.warn({ err: error, milliseconds }, "an answer could not be written down; it is tried again");
      await pause(milliseconds, new AbortController().signal);
    }
  }
  return write();
}

function tellLost({ target }: ClaimedAttempt, log: Logger, outcome?: string): void {
  const facts = { targetId: target.id, fence: target.fence, outcome };
  log.warn(facts, "the claim on the target was lost; what was heard is kept as evidence");
}
