import { create as createDisposition } from "content-disposition";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { clientHasFile, requestedRange } from "../infra/conditional-request.ts";
import { verifyMedia } from "../infra/media-signature.ts";
import { type ObjectStorage, objectKey } from "../infra/storage.ts";
import type { Services } from "../services.ts";
import { derivativeFileKey } from "./derivatives/derivative-file.ts";
import { downloadName } from "./download-name.ts";
import { mediaVariants } from "./media-url.ts";
import { isUnfinished, type UnfinishedVariant, unfinishedKey, unfinishedVariants } from "./unfinished-file.ts";

const params = z.object({
  imageId: z.uuid(),
  variant: z.union([z.enum(mediaVariants), z.literal("derivative"), unfinishedVariants]),
});
const query = z.object({ e: z.string(), k: z.string(), s: z.string() });

/** How long an address of the storage itself works, at most; at least half as long, and its redirect is kept for less. */
const presignedSeconds = 7_200;
const redirectSeconds = 1_800;
const cacheControl = "private, max-age=86400, immutable";

/** A file and what its answer says, but for how much of it is sent. */
interface MediaFile {
  readonly key: string;
  readonly etag: string;
  readonly modifiedAt: Date;
  readonly contentType: string;
  readonly disposition: string;
}

/**
 * Serves pictures by their signed addresses, or leads on to the storage where that serves them by itself. Expired, tampered,
 * foreign and missing ones are all the same 404.
 */
export function registerMedia(app: FastifyInstance, services: Services): void {
  const { storage } = services;
  app.route({
    method: ["GET", "HEAD"],
    url: "/media/:imageId/:variant",
    handler: async (request, reply) => {
      const file = await findFile(services, request);
      if (file === null) return notFound(reply);
      if (clientHasFile(request.headers, file)) return reply.headers(headersOf(file)).code(304).send();
      return request.method === "HEAD"
        ? describeFile(storage, file, reply)
        : ((await leadOn(storage, file, reply)) ?? sendFile(storage, file, request, reply));
    },
  });
}

async function findFile({ db, mediaKeys, clock }: Services, request: FastifyRequest): Promise<MediaFile | null> {
  const address = params.safeParse(request.params);
  const signature = query.safeParse(request.query);
  if (!address.success || !signature.success) return null;
  const { imageId, variant } = address.data;
  if (verifyMedia({ ...address.data, ...signature.data }, mediaKeys, clock.now()) === "invalid") return null;
  if (isUnfinished(variant)) return unfinishedFile(imageId, variant, clock.now());
  if (variant === "derivative") return derivativeFile(db, imageId);
  const image = await db.image.findUnique({
    where: { id: imageId },
    select: {
      ...{ sha256: true, extension: true, mime: true, title: true, prompt: true },
      ...{ createdAt: true, generatedAt: true },
    },
  });
  if (image === null || image.sha256 === null || image.extension === null || image.mime === null) return null;
  const stored = variant === "download" ? "original" : variant;
  const original = stored === "original";
  const readable = downloadName(image, image.extension);
  // NOTE Only a download is named after the prompt: platforms fetch the others, and prompts can be private.
  const disposition =
    variant === "download"
      ? createDisposition(readable.name, { type: "attachment", fallback: readable.fallback })
      : createDisposition(`atelier-${imageId}.${original ? image.extension : "webp"}`, { type: "inline" });
  return {
    ...{ key: objectKey(image.sha256, stored, image.extension), etag: `"${image.sha256}.${stored}"`, disposition },
    contentType: original ? image.mime : "image/webp",
    modifiedAt: image.generatedAt ?? image.createdAt,
  };
}

async function derivativeFile(db: Services["db"], id: string): Promise<MediaFile | null> {
  const derivative = await db.derivative.findUnique({ where: { id } });
  if (derivative === null) return null;
  const { hash, extension, mime, createdAt } = derivative;
  return {
    ...{ key: derivativeFileKey(derivative), etag: `"${hash}"`, contentType: mime, modifiedAt: createdAt },
    disposition: createDisposition(`atelier-${id}.${extension}`, { type: "inline" }),
  };
}

/** A preview needs no row: once its picture is settled the file is gone. */
const unfinishedFile = (imageId: string, variant: UnfinishedVariant, modifiedAt: Date): MediaFile => ({
  ...{ key: unfinishedKey(imageId, variant), etag: `"${imageId}.${variant}"`, modifiedAt, contentType: "image/webp" },
  disposition: createDisposition(`atelier-${imageId}-${variant}.webp`, { type: "inline" }),
});

const headersOf = ({ etag, modifiedAt }: MediaFile) => ({
  ...{ etag, "last-modified": modifiedAt.toUTCString(), "cache-control": cacheControl, "accept-ranges": "bytes" },
  "content-security-policy": "default-src 'none'; sandbox",
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "cross-origin",
});

async function describeFile(storage: ObjectStorage, file: MediaFile, reply: FastifyReply) {
  const facts = await storage.stat(file.key);
  if (facts === null) return notFound(reply);
  return reply
    .headers(headersOf(file))
    .header("content-length", facts.bytes)
    .header("content-disposition", file.disposition)
    .type(file.contentType)
    .send();
}

/** Null where the storage has no addresses of its own. */
async function leadOn(storage: ObjectStorage, file: MediaFile, reply: FastifyReply) {
  const { contentType, disposition } = file;
  const wanted = { expiresInSeconds: presignedSeconds, contentType, disposition, cacheControl };
  const address = await storage.presign(file.key, wanted);
  if (address === null) return null;
  if ((await storage.stat(file.key)) === null) return notFound(reply);
  return reply.header("cache-control", `private, max-age=${redirectSeconds}`).redirect(address, 302);
}

async function sendFile(storage: ObjectStorage, file: MediaFile, request: FastifyRequest, reply: FastifyReply) {
  // Where a part begins and ends depends on the size of the whole.
  const facts = request.headers.range === undefined ? null : await storage.stat(file.key);
  const range = facts && requestedRange(request.headers, { ...file, bytes: facts.bytes });
  if (facts && range === "unsatisfiable") return outsideOfFile(reply, facts.bytes);
  const part = range === "unsatisfiable" ? null : range;
  const object = await storage.open(file.key, part ?? undefined);
  if (object === null) return notFound(reply);
  const { bytes } = object;
  const start = part?.start ?? 0;
  const end = part?.end ?? bytes - 1;
  if (part !== null) reply.code(206).header("content-range", `bytes ${start}-${end}/${bytes}`);
  return reply
    .headers(headersOf(file))
    .header("content-length", end - start + 1)
    .header("content-disposition", file.disposition)
    .type(file.contentType)
    .send(object.stream);
}

function outsideOfFile(reply: FastifyReply, bytes: number): FastifyReply {
  return reply
    .code(416)
    .headers({ "cache-control": "no-store", "content-range": `bytes */${bytes}` })
    .send({ error: `The file has ${bytes} bytes; the part that was asked for begins behind them.` });
}

function notFound(reply: FastifyReply): FastifyReply {
  return reply
    .code(404)
    .header("cache-control", "no-store")
    .send({ error: "There is no such file, or the address has expired." });
}
