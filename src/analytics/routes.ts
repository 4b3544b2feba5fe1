import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import { isSigned, pathSignature } from "../infra/signed-path.ts";
import type { Services } from "../services.ts";
import { exportKey, exportPath } from "./export/export-files.ts";
import { exportForms } from "./export/export-text.ts";

const exportAddress = z.object({ exportId: z.uuid() });

/** Serves files of numbers by their signed addresses. Expired, tampered and missing ones are all the same 404. */
export function registerMetricExports(app: FastifyInstance, { db, storage, mediaKeys, clock }: Services): void {
  app.get("/metric-exports/:exportId", { exposeHeadRoute: false }, async (request, reply) => {
    const address = exportAddress.safeParse(request.params);
    const signature = pathSignature.safeParse(request.query);
    if (!address.success || !signature.success) return notFound(reply);
    const { exportId } = address.data;
    const now = clock.now();
    if (!isSigned(exportPath(exportId), signature.data, mediaKeys, now)) return notFound(reply);
    const found = await db.metricExport.findFirst({ where: { id: exportId, status: "READY", expiresAt: { gt: now } } });
    const object = found && (await storage.open(exportKey(found, found.fence)));
    if (!found || !object) return notFound(reply);
    const { mime, extension } = exportForms[found.format];
    const name = `atelier-metrics-${found.from.toISOString().slice(0, 10)}-${found.to.toISOString().slice(0, 10)}`;
    return reply
      .headers({
        ...{ "cache-control": "private, no-store", "x-content-type-options": "nosniff" },
        ...{ "content-security-policy": "default-src 'none'; sandbox", "referrer-policy": "no-referrer" },
      })
      .header("content-length", object.bytes)
      .header("content-disposition", `attachment; filename="${name}.${extension}"`)
      .type(mime)
      .send(object.stream);
  });
}

function notFound(reply: FastifyReply): FastifyReply {
  return reply
    .code(404)
    .header("cache-control", "no-store")
    .send({ error: "There is no such file, or the address has expired." });
}
