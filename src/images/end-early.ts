/** How a generation ends that is not let go to its end, and what is said of its cost. */
import type { GenerationCost, ImageProvider } from "../image-providers/provider.ts";
import { boundedCall } from "../infra/bounded-call.ts";
import type { OutboundHttp } from "../infra/outbound-http.ts";
import type { ClaimedImage } from "./claim-image.ts";
import { isFree } from "./generation-cost.ts";
import type { GenerationEnd } from "./settle-image.ts";

/** How long an API may take to stop a job, in milliseconds; two more until it is left behind. */
const stopping = { deadline: 5_000, patience: 2_000 };

/** What had happened by the time it was ended. */
interface Unfinished {
  /** The remote job, where there is one. */
  readonly remoteId: string | null;
  /** As the provider said when it was told to stop. */
  readonly cost: GenerationCost;
}

/** The end of a picture that somebody cancelled. A remote job is stopped at the API; the message says what is known of the cost. */
export async function endCancelled(
  { providers, http }: { providers: ReadonlyMap<string, ImageProvider>; http: OutboundHttp },
  image: ClaimedImage,
  { remoteId, cost }: Unfinished,
): Promise<GenerationEnd> {
  const provider = providers.get(image.provider);
  const label = provider?.label ?? image.provider;
  if (remoteId === null && (cost.kind === "NONE" || isFree(image.reserved))) {
    return { kind: "CANCELLED", message: "It was cancelled. Nothing was charged.", cost: { kind: "NONE" } };
  }
  const stopped =
    remoteId === null ? provider?.capabilities.cancel === true : await stopJob(provider, remoteId, { http });
  const message = stopped
    ? `It was cancelled, and ${label} stopped. What it did until then may be charged.`
    : `It was cancelled here, but ${label} could not be stopped: the picture may still be made, and charged.`;
  return { kind: "CANCELLED", message, cost: cost.kind === "REPORTED" ? cost : { kind: "UNKNOWN" } };
}

async function stopJob(
  provider: ImageProvider | undefined,
  remoteId: string,
  { http }: { http: OutboundHttp },
): Promise<boolean> {
  if (provider?.cancel === undefined) return false;
  const { cancel } = provider;
  try {
    const answer = await boundedCall(stopping, async (signal) => ({
      stopped: await cancel(remoteId, { http, signal }),
    }));
    return answer?.stopped ?? false;
  } catch {
    // Whatever went wrong: it is not known to have stopped, and that is what is told.
    return false;
  }
}

/**
 * The end of a picture whose worker stops. It goes back to be made by somebody else, unless that might be charged twice: a
 * remote job is gone on with, and what certainly costs nothing is asked for again.
 */
export function endInterrupted(image: ClaimedImage, { remoteId, cost }: Unfinished): GenerationEnd {
  if (remoteId !== null) return { kind: "INTERRUPTED", cost: null };
  if (cost.kind === "NONE" || isFree(image.reserved)) return { kind: "INTERRUPTED", cost: { kind: "NONE" } };
  const message =
    "This server was restarted while the provider worked. The picture may have been made, and charged, all the same.";
  return { kind: "FAILED", failure: "timeout", message, cost };
}
