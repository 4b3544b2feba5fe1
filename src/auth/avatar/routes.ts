import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import { matchesEntityTag } from "../../infra/entity-tag.ts";
import type { Services } from "../../services.ts";
import { avatarKey, avatarSizes } from "./avatar-files.ts";

const avatarAddress = z.object({
  avatarId: z.uuid(),
  size: z.coerce.number().pipe(z.literal(avatarSizes)),
});

/** Serves avatars by their addresses, which cannot be guessed. One that is nobody's any more is the same 404 as none. */
export function registerAvatars(app: FastifyInstance, { db, storage }: Services): void {
  app.get("/avatars/:avatarId/:size", async (request, reply) => {
    const address = avatarAddress.safeParse(request.params);
    if (!address.success) return notFound(reply);
    const { avatarId, size } = address.data;
    if ((await db.user.findUnique({ where: { avatarId }, select: { id: true } })) === null) return notFound(reply);
    const etag = `"${avatarId}.${size}"`;
    const headers = {
      etag,
      // A removed avatar shall not live on in caches for long, however unchanging its address is.
      "cache-control": "public, max-age=86400, immutable",
      "content-security-policy": "default-src 'none'; sandbox",
      "x-content-type-options": "nosniff",
      "cross-origin-resource-policy": "cross-origin",
    };
    if (matchesEntityTag(request.headers["if-none-match"], etag)) return reply.headers(headers).code(304).send();
    const object = await storage.open(avatarKey(avatarId, size));
    if (object === null) return notFound(reply);
    return reply
      .headers(headers)
      .header("content-length", object.bytes)
      .header("content-disposition", `inline; filename="avatar-${size}.webp"`)
      .type("image/webp")
      .send(object.stream);
  });
}

function notFound(reply: FastifyReply): FastifyReply {
  return reply
    .code(404)
    .header("cache-control", "no-store")
    .send({ error: "There is no such file, or the address has expired." });
}
