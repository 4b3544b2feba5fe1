import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import type { Derivative } from "../../generated/prisma/client.ts";
import type { Clock } from "../../infra/clock.ts";
import type { Db } from "../../infra/db.ts";
import { type DerivativeSpec, derivativeKey } from "../../infra/pictures/derivative-spec.ts";
import type { DigitalSourceType } from "../../infra/pictures/digital-source-type.ts";
import { withinPictureMemory } from "../../infra/pictures/picture-memory.ts";
import { renderDerivative } from "../../infra/pictures/render-derivative.ts";
import { type ObjectStorage, objectKey } from "../../infra/storage.ts";
import { derivativeFileKey } from "./derivative-file.ts";

/** What making a picture over touches. */
export interface DerivativeServices {
  readonly db: Db;
  readonly storage: ObjectStorage;
  readonly clock: Clock;
}

/** A stored original, as its row describes it. */
export interface OriginalPicture {
  readonly sha256: string;
  readonly extension: string;
  readonly width: number;
  readonly height: number;
  readonly provenance: string | null;
}

const extensions = { "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp" } as const;

/** Bytes that a pixel takes while it is made over: decoded, resized and encoded. */
const bytesPerPixel = 12;

/**
 * The picture made over as `spec` says, stored: one that was made before, or a new one. CPU work of 0.1 s and more: for the worker.
 * Rejects when the original's file is missing or the storage fails.
 */
export async function makeDerivative(
  { db, storage, clock }: DerivativeServices,
  original: OriginalPicture,
  spec: DerivativeSpec,
): Promise<Derivative> {
  const where = { sourceHash_key: { sourceHash: original.sha256, key: derivativeKey(spec) } };
  const found = await db.derivative.findUnique({ where });
  if (found !== null && (await storage.stat(derivativeFileKey(found))) !== null) {
    return db.derivative.update({ where: { id: found.id }, data: { usedAt: clock.now() } });
  }
  const { content, width, height } = await withinPictureMemory(
    original.width * original.height * bytesPerPixel,
    async () => renderDerivative(await readOriginal(storage, original), spec, provenanceOf(original)),
  );
  const hash = createHash("sha256").update(content).digest("hex");
  const file = { hash, mime: spec.mime, extension: extensions[spec.mime], width, height, bytes: content.length };
  // The file before the row: a row must never point at nothing.
  await storage.put(derivativeFileKey(file), content, { contentType: spec.mime });
  const data = { ...file, createdAt: clock.now(), usedAt: clock.now() };
  return db.derivative.upsert({ where, create: { ...where.sourceHash_key, ...data }, update: data });
}

async function readOriginal(storage: ObjectStorage, { sha256, extension }: OriginalPicture): Promise<Buffer> {
  const object = await storage.open(objectKey(sha256, "original", extension));
  if (object === null) throw new Error(`The file of the picture ${sha256} is missing; storage-check says more.`);
  return buffer(object.stream);
}

const provenanceOf = ({ provenance }: OriginalPicture): DigitalSourceType | null =>
  provenance === "trainedAlgorithmicMedia" || provenance === "algorithmicMedia" ? provenance : null;
