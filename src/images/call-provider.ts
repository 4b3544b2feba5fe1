import type { GenerationContext, GenerationOutcome, ImageProvider, InputImage } from "../image-providers/provider.ts";
import { boundedCall } from "../infra/bounded-call.ts";
import type { Logger } from "../infra/log.ts";
import type { ClaimedImage } from "./claim-image.ts";
import { storedOptions } from "./model-options.ts";

/** No picture takes longer than this, in milliseconds: ten minutes. */
const generationDeadline = 10 * 60_000;

/** A provider that does not heed its signal is left behind after this, in milliseconds. */
const patience = 2_000;

/** How a provider is called. */
export interface ProviderCall {
  readonly context: GenerationContext;
  readonly log: Logger;
  /** What it starts from; null for words alone. */
  readonly inputImage?: InputImage | null;
  /** Milliseconds; shorter in tests. */
  readonly deadline?: number;
}

/**
 * Asks the provider for one picture, or waits for the remote job that it goes on with, and always answers an outcome: a
 * provider that throws, is gone, or does not come back has failed, in words for the person who asked.
 */
export async function callProvider(
  provider: ImageProvider | undefined,
  image: ClaimedImage,
  { context, log, inputImage = null, deadline = generationDeadline }: ProviderCall,
): Promise<GenerationOutcome> {
  if (provider === undefined) {
    const message = `The image provider "${image.provider}" is no longer configured on this server. Choose another one.`;
    return { ok: false, failure: "provider_unavailable", message, retryable: false, cost: { kind: "NONE" } };
  }
  const { promptSent: prompt, negativePromptSent: negativePrompt, model } = image;
  const { requestedWidth: width, requestedHeight: height, requestedSeed: seed } = image;
  const start = inputImage === null ? {} : { inputImage };
  const options = storedOptions(image.options);
  const request = { prompt, negativePrompt, model, width, height, seed, options, ...start };
  const { resumes } = image;
  try {
    const outcome = await boundedCall({ signal: context.signal, deadline, patience }, (signal) =>
      // NOTE A job that is known is waited for, never submitted again.
      resumes !== null && provider.resume !== undefined
        ? provider.resume(resumes, request, { ...context, signal })
        : provider.generate(request, { ...context, signal }),
    );
    if (outcome !== null) return outcome;
    const message = `${provider.label} did not answer in time. The picture may have been made, and charged, all the same.`;
    return { ok: false, failure: "timeout", message };
  } catch (error) {
    // A provider that throws is a bug of ours: logged whole, told without its text.
    log.error({ err: error, imageId: image.id, provider: image.provider }, "the image provider threw");
    const message = `${provider.label} failed unexpectedly; the operator finds the reason in the log.`;
    return { ok: false, failure: "provider_error", message };
  }
}
