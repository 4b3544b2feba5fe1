import type { Config } from "../../config.ts";
import type { Image } from "../../generated/prisma/client.ts";
import type { Clock } from "../../infra/clock.ts";
import type { CrashPoint } from "../../infra/crash-point.ts";
import type { Transact } from "../../infra/db.ts";
import { withLease } from "../../infra/lease.ts";
import type { Logger } from "../../infra/log.ts";
import type { OutboundHttp } from "../../infra/outbound-http.ts";
import { ingestImage } from "../../infra/pictures/ingest-image.ts";
import type { ObjectStorage } from "../../infra/storage.ts";
import { claimIntake, renewIntake } from "./claim-intake.ts";
import { fetchPicture } from "./fetch-picture.ts";
import { type IntakeEnd, settleIntake } from "./settle-intake.ts";
import { readStagedFile, removeStagedFile } from "./staged-files.ts";

/** What taking a picture in touches. */
export interface TakeInImageServices {
  readonly transact: Transact;
  readonly clock: Clock;
  readonly storage: ObjectStorage;
  readonly http: OutboundHttp;
  readonly crashPoint: CrashPoint;
  readonly config: Pick<Config, "MAX_UPLOAD_BYTES">;
}

/**
 * Takes one picture in that was uploaded or is to be imported: claim, read or fetch, ingest, settle. Safe to run twice, late or
 * never: the claim on the row decides, and the sweep brings back what a dead process left.
 */
export async function takeInImage(
  services: TakeInImageServices,
  imageId: string,
  { signal, log }: { readonly signal: AbortSignal; readonly log: Logger },
): Promise<void> {
  const image = await claimIntake(services, imageId);
  if (image === null) return;
  const { crashPoint, storage } = services;
  await crashPoint("intake:claimed");
  const stopping = new AbortController();
  const renew = () => renewIntake(services, image, () => stopping.abort(new Error("Somebody cancelled it.")));
  const end = await withLease({ signal, renew }, async (leased): Promise<IntakeEnd> => {
    const content = await readContent(services, image, { leased, stopping: stopping.signal, log });
    if (!Buffer.isBuffer(content)) return content;
    // Asked once more: what is stored is kept, so this is the last moment at which somebody can stop it.
    await renew();
    return stopping.signal.aborted ? { kind: "CANCELLED" } : ingest(services, image, content, log);
  });
  await crashPoint("intake:ingested");
  if (!(await settleIntake(services, image, end))) {
    log.warn({ imageId, fence: image.fence }, "the claim on the image was lost; its end is left to whoever holds it");
    return;
  }
  await crashPoint("intake:settled");
  if (image.origin === "UPLOADED" && end.kind !== "INTERRUPTED") await removeStagedFile(storage, imageId);
}

/** What ends an intake early. */
interface IntakeSignals {
  /** Aborts when the worker stops and when the picture is no longer ours. */
  readonly leased: AbortSignal;
  /** Aborts when somebody has cancelled the picture. */
  readonly stopping: AbortSignal;
  readonly log: Logger;
}

/** The bytes as they came, or how the intake ends without them. */
async function readContent(
  { storage, http, config }: TakeInImageServices,
  { id: imageId, sourceUrl }: Image,
  { leased, stopping, log }: IntakeSignals,
): Promise<Buffer | IntakeEnd> {
  if (sourceUrl === null) {
    const staged = await readStagedFile(storage, imageId).catch((error: unknown) => {
      log.error({ err: error, imageId }, "an uploaded file could not be read");
      return null;
    });
    return staged ?? fail("storage_error", "The file was lost before it could be checked. Upload it again.");
  }
  const signal = AbortSignal.any([leased, stopping]);
  const fetched = await fetchPicture(http, { url: sourceUrl, maxBytes: config.MAX_UPLOAD_BYTES, signal });
  if (fetched.ok) return fetched.bytes;
  if (stopping.aborted) return { kind: "CANCELLED" };
  if (leased.aborted) return { kind: "INTERRUPTED" };
  log.info({ imageId, detail: fetched.detail }, "a picture could not be imported");
  return fail("unreachable", fetched.message);
}

async function ingest(
  { storage, config }: TakeInImageServices,
  { id: imageId }: Image,
  bytes: Buffer,
  log: Logger,
): Promise<IntakeEnd> {
  // Atelier did not make it, so it says nothing about how it came about.
  const request = { bytes, maxBytes: config.MAX_UPLOAD_BYTES, provenance: null };
  const ingested = await ingestImage({ storage }, request).catch((error: unknown) => {
    log.error({ err: error, imageId }, "a picture from outside could not be stored");
    return null;
  });
  if (ingested === null) {
    return fail(
      "storage_error",
      "The picture could not be stored. Ask the operator to look at the storage, then send it again.",
    );
  }
  return ingested.ok ? { kind: "TAKEN", file: ingested.image } : fail("unusable_file", ingested.message);
}

const fail = (failure: Extract<IntakeEnd, { kind: "FAILED" }>["failure"], message: string): IntakeEnd => ({
  ...{ kind: "FAILED", failure, message },
});
