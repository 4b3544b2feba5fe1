import { addMilliseconds } from "../infra/clock.ts";
import { chooseFallback, type FallbackServices } from "./choose-fallback.ts";
import type { ClaimedImage } from "./claim-image.ts";
import { isFree } from "./generation-cost.ts";
import type { GenerationEnd, GenerationFailed } from "./settle-image.ts";

/** A failed attempt, with what the provider said of trying again. */
export interface FailedAttempt extends GenerationFailed {
  /** Seconds. */
  readonly retryAfter?: number;
}

/** A provider that asks to wait longer than this, in seconds, is not waited for. */
const longestWait = 300;

/** Backoff in seconds: at most 1, 2, 4 … up to this. */
const longestBackoff = 60;

/**
 * What follows from a failed attempt: the same provider once more, another one, or the end. Content refusals are never shopped
 * around, and nothing that may have been charged without an answer is made again by itself.
 */
export async function judgeFailure(
  services: FallbackServices,
  image: ClaimedImage,
  failed: FailedAttempt,
): Promise<GenerationEnd> {
  const { tries, failover } = remedy(image, failed);
  const { retryAfter, ...end } = failed;
  const again = failed.retryable !== false && (retryAfter ?? 0) <= longestWait;
  const tried = again && tries > 1 ? await triesSoFar(services, image) : tries;
  if (tried < tries) {
    const notBefore = addMilliseconds(services.clock.now(), waitingTime(tried, retryAfter));
    return { ...end, kind: "RETRY", notBefore, next: null };
  }
  const next = failover ? await chooseFallback(services, image) : null;
  if (next !== null) return { ...end, kind: "RETRY", notBefore: null, next };
  if (retryAfter === undefined || retryAfter <= longestWait) return end;
  return { ...end, message: `${end.message} It asks to wait ${Math.ceil(retryAfter / 60)} minutes.` };
}

/** How often one provider is asked altogether, and whether another one may be. */
function remedy(image: ClaimedImage, { failure, cost }: FailedAttempt): { tries: number; failover: boolean } {
  switch (failure) {
    case "rate_limited":
    case "provider_unavailable":
      return { tries: 3, failover: true };
    case "provider_error":
    case "bad_output":
      return { tries: 2, failover: true };
    case "auth":
    case "billing":
    case "model_not_found":
      return { tries: 1, failover: true };
    case "timeout":
      // Another provider would make, and charge, perhaps a second picture: somebody has to want that.
      return { tries: 1, failover: cost.kind === "NONE" || isFree(image.reserved) };
    case "content_policy":
    case "invalid_request":
    case "cancelled":
    case "storage_error":
      return { tries: 1, failover: false };
  }
}

/** Attempts of this provider at this picture that failed, this one included. */
async function triesSoFar({ db }: FallbackServices, { id: imageId, provider }: ClaimedImage): Promise<number> {
  return 1 + (await db.generationAttempt.count({ where: { imageId, provider, outcome: "FAILED" } }));
}

/** Milliseconds: as long as the provider asks and a little more, else a random part of a growing bound ("full jitter"). */
function waitingTime(tried: number, retryAfter: number | undefined): number {
  if (retryAfter !== undefined) return retryAfter * 1000 * (1 + 0.2 * Math.random());
  return Math.min(longestBackoff, 2 ** (tried - 1)) * 1000 * Math.random();
}
