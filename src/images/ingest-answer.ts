import { type GenerationSuccess, type ImageProvider, maxPictureBytes } from "../image-providers/provider.ts";
import type { Logger } from "../infra/log.ts";
import { ingestImage } from "../infra/pictures/ingest-image.ts";
import type { ObjectStorage } from "../infra/storage.ts";
import type { ClaimedImage } from "./claim-image.ts";
import type { GenerationEnd } from "./settle-image.ts";

/** Turns the provider's picture into the end of the generation; stores the file before any row points at it. */
export async function ingestAnswer(
  { storage, providers }: { storage: ObjectStorage; providers: ReadonlyMap<string, ImageProvider> },
  image: ClaimedImage,
  { bytes, seed, cost }: GenerationSuccess,
  log: Logger,
): Promise<Extract<GenerationEnd, { kind: "GENERATED" | "FAILED" }>> {
  const provenance = providers.get(image.provider)?.digitalSourceType ?? "trainedAlgorithmicMedia";
  const ingest = { bytes, maxBytes: maxPictureBytes, provenance };
  const ingested = await ingestImage({ storage }, ingest).catch((error: unknown) => {
    log.error({ err: error, imageId: image.id }, "a generated image could not be stored");
    return null;
  });
  if (ingested === null) {
    return { kind: "FAILED", failure: "storage_error", message: "The picture was made but could not be stored.", cost };
  }
  if (!ingested.ok) {
    const message = `The provider's answer is no usable picture. ${ingested.message}`;
    return { kind: "FAILED", failure: "bad_output", message, cost };
  }
  return { kind: "GENERATED", file: ingested.image, provenance, seed, cost };
}
