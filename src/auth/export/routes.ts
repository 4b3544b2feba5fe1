import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { type RequestOrigin, recordAudit } from "../../infra/audit.ts";
import { isSigned, pathSignature } from "../../infra/signed-path.ts";
import type { Services } from "../../services.ts";
import { exportKey, exportPath } from "./export-files.ts";

const exportAddress = z.object({ exportId: z.uuid() });

/**
 * Serves archives of people's data by their signed addresses. Each download is on record, for its owner to see. Expired,
 * tampered and missing ones are all the same 404.
 */
export function registerDataExports(
  app: FastifyInstance,
  { db, transact, storage, mediaKeys, clock }: Services,
  originOf: (request: FastifyRequest) => RequestOrigin,
): void {
  app.get("/exports/:exportId", { exposeHeadRoute: false }, async (request, reply) => {
    const address = exportAddress.safeParse(request.params);
    const signature = pathSignature.safeParse(request.query);
    if (!address.success || !signature.success) return notFound(reply);
    const { exportId } = address.data;
    const now = clock.now();
    if (!isSigned(exportPath(exportId), signature.data, mediaKeys, now)) return notFound(reply);
    const found = await db.dataExport.findFirst({
      where: { id: exportId, status: "READY", expiresAt: { gt: now } },
      select: { userId: true, fence: true, createdAt: true },
    });
    const object = found && (await storage.open(exportKey(exportId, found.fence)));
    if (!found || !object) return notFound(reply);
    const { userId, createdAt } = found;
    const act = { action: "DATA_EXPORT_DOWNLOADED", at: now, userId, origin: originOf(request) } as const;
    await transact((tx) => recordAudit(tx, act)).catch((error: unknown) => {
      object.stream.destroy();
      throw error;
    });
    return reply
      .headers({
        ...{ "cache-control": "private, no-store", "x-content-type-options": "nosniff" },
        ...{ "content-security-policy": "default-src 'none'; sandbox", "referrer-policy": "no-referrer" },
      })
      .header("content-length", object.bytes)
      .header("content-disposition", `attachment; filename="atelier-data-${createdAt.toISOString().slice(0, 10)}.zip"`)
      .type("application/zip")
      .send(object.stream);
  });
}

function notFound(reply: FastifyReply): FastifyReply {
  return reply
    .code(404)
    .header("cache-control", "no-store")
    .send({ error: "There is no such file, or the address has expired." });
}
