/** What people see of a picture while it is made: a phase in words, how far it is, and the unfinished picture. */
import type { GenerationProgress, ImageProvider } from "../image-providers/provider.ts";
import type { Transact } from "../infra/db.ts";
import { recordEvents } from "../infra/events.ts";
import type { Logger } from "../infra/log.ts";
import type { ObjectStorage } from "../infra/storage.ts";
import type { ClaimedImage } from "./claim-image.ts";
import { estimatedFraction, expectedDuration } from "./estimated-progress.ts";
import { imageTopic } from "./image-status.ts";
import { createPreviewKeeper } from "./preview-keeper.ts";
import { createProgressReporter, type ProgressReporter, type WrittenProgress } from "./progress-reporter.ts";

/** What it touches. */
export interface LiveProgressServices {
  readonly transact: Transact;
  readonly storage: ObjectStorage;
}

/** The progress of one call. Nothing here ever fails the picture. */
export interface LiveProgress {
  /** Takes what the provider says. */
  readonly report: (progress: GenerationProgress) => void;
  /** Writes the last value and waits; what is reported after that is not heard. Call it before the picture is settled. */
  flush(): Promise<void>;
  /** Removes the unfinished pictures. Call it after the picture is settled. */
  close(): Promise<void>;
}

/** Opens it for one call: with estimates where the provider does not measure. `flush` ends its timer, so call it in any case. */
export async function openLiveProgress(
  services: LiveProgressServices,
  image: ClaimedImage,
  { provider, log }: { readonly provider: ImageProvider | undefined; readonly log: Logger },
): Promise<LiveProgress> {
  const { id: imageId, fence } = image;
  const warn = (what: string) => (error: unknown) => log.warn({ err: error, imageId }, what);
  const reporter = createProgressReporter(
    (value) => writeProgress(services, image, value),
    warn("the progress of an image was not written"),
  );
  const previews = createPreviewKeeper({
    ...{ storage: services.storage, imageId, fence, show: reporter.showPreview },
    provenance: provider?.digitalSourceType ?? "trainedAlgorithmicMedia",
    onError: warn("a preview of an image was not stored"),
  });
  const estimates =
    provider?.capabilities.progress === "ESTIMATED" ? await startEstimates(services, image, { reporter, log }) : null;
  return {
    report: (progress) => {
      const { preview, ...rest } = progress;
      if (preview !== undefined && provider?.capabilities.preview === true) previews.take(preview);
      if (estimates === null) reporter.report(rest);
      else estimates.say(rest.phase);
    },
    flush: async () => {
      estimates?.stop();
      await previews.end();
      await reporter.flush();
    },
    close: async () => {
      const newest = previews.newest();
      if (newest === null) return;
      await forgetPreview(services, imageId, newest)
        .then(() => previews.remove())
        .catch(warn("the previews of an image were not removed; they are forgotten within the hour"));
    },
  };
}

/** Reports a guess again and again, with the provider's last words. */
async function startEstimates(
  services: LiveProgressServices,
  image: ClaimedImage,
  { reporter, log }: { readonly reporter: ProgressReporter; readonly log: Logger },
) {
  const begun = performance.now();
  const expected = await expectedDuration(services, image).catch((error: unknown) => {
    log.warn({ err: error, imageId: image.id }, "nobody knows how long an image takes");
    return null;
  });
  let phase = "Starting";
  const report = () => {
    const fraction = expected === null ? null : estimatedFraction(performance.now() - begun, expected);
    reporter.report({ fraction, phase });
  };
  // Some twenty steps on the way; a short one need not write more often than anybody sees.
  const timer = setInterval(report, Math.min(1_000, Math.max(250, (expected ?? 0) / 20)));
  return {
    say: (words: string) => {
      phase = words;
      report();
    },
    stop: () => clearInterval(timer),
  };
}

async function writeProgress(
  { transact }: LiveProgressServices,
  image: ClaimedImage,
  { fraction, phase, previewNumber }: WrittenProgress,
) {
  const { id, workspaceId, fence } = image;
  await transact(async (tx) => {
    const [written] = await tx.image.updateManyAndReturn({
      where: { id, fence, status: "GENERATING" },
      data: { progress: fraction, phase, ...(previewNumber !== undefined && { previewNumber }) },
      select: { statusVersion: true },
    });
    if (written === undefined) return;
    await recordEvents(tx, [
      { workspaceId, topic: imageTopic, entityId: id, kind: "PROGRESS", version: written.statusVersion },
    ]);
  });
}

/** Unless another attempt shows one of its own by now. Nobody is told: it is shown only while the picture is made. */
async function forgetPreview({ transact }: LiveProgressServices, imageId: string, previewNumber: number) {
  await transact((tx) => tx.image.updateMany({ where: { id: imageId, previewNumber }, data: { previewNumber: null } }));
}
