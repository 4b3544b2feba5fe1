import { readFile } from "node:fs/promises";
import type { FastifyInstance } from "fastify";

/** The explorer's sign; browsers ask for it on every page of the server. */
const drawing = new URL("../explorer/page/atelier.svg", import.meta.url);

/** Serves `/favicon.ico` (as SVG, which browsers take), so that no page of ours causes a 404. */
export async function registerFavicon(app: FastifyInstance): Promise<void> {
  const icon = await readFile(drawing);
  app.get("/favicon.ico", (_request, reply) =>
    reply
      .headers({
        "cache-control": "public, max-age=86400",
        "content-security-policy": "default-src 'none'; sandbox",
        "x-content-type-options": "nosniff",
      })
      .type("image/svg+xml")
      .send(icon),
  );
}
