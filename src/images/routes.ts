import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import { matchesEntityTag } from "../infra/entity-tag.ts";
import { verifyMedia } from "../infra/media-signature.ts";
import { objectKey } from "../infra/storage.ts";
import type { Services } from "../services.ts";

const params = z.object({ imageId: z.uuid(), variant: z.enum(["original", "preview", "thumb"]) });
const query = z.object({ e: z.string(), k: z.string(), s: z.string() });

/** Serves pictures by their signed addresses. Expired, tampered, foreign and missing ones are all the same 404. */
export function registerMedia(app: FastifyInstance, { db, storage, mediaKeys, clock }: Services): void {
  app.get("/media/:imageId/:variant", async (request, reply) => {
    const address = params.safeParse(request.params);
    const signature = query.safeParse(request.query);
    if (!address.success || !signature.success) return notFound(reply);
    const { imageId, variant } = address.data;
    if (verifyMedia({ ...address.data, ...signature.data }, mediaKeys, clock.now()) === "invalid")
      return notFound(reply);
    const image = await db.image.findUnique({
      where: { id: imageId },
      select: { sha256: true, extension: true, mime: true },
    });
    if (image === null || image.sha256 === null || image.extension === null || image.mime === null)
      return notFound(reply);

    const etag = `"${image.sha256}.${variant}"`;
    const headers = {
      etag,
      "cache-control": "private, max-age=86400, immutable",
      "content-security-policy": "default-src 'none'; sandbox",
      "x-content-type-options": "nosniff",
      "cross-origin-resource-policy": "cross-origin",
    };
    if (matchesEntityTag(request.headers["if-none-match"], etag)) return reply.headers(headers).code(304).send();
    const object = await storage.open(objectKey(image.sha256, variant, image.extension));
    if (object === null) return notFound(reply);
    const extension = variant === "original" ? image.extension : "webp";
    return reply
      .headers(headers)
      .header("content-length", object.bytes)
      .header("content-disposition", `inline; filename="atelier-${imageId}.${extension}"`)
      .type(variant === "original" ? image.mime : "image/webp")
      .send(object.stream);
  });
}

function notFound(reply: FastifyReply): FastifyReply {
  return reply
    .code(404)
    .header("cache-control", "no-store")
    .send({ error: "There is no such file, or the address has expired." });
}
