import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { FastifyInstance } from "fastify";
import { pageHeaders } from "../infra/page-headers.ts";

/** The page, its script and what is its own in looks; the rest it shares with the pages of the account. */
const files = [
  { path: "/review", name: "review.html", type: "text/html; charset=utf-8" },
  { path: "/review/page.js", name: "review.js", type: "text/javascript; charset=utf-8" },
  { path: "/review/page.css", name: "review.css", type: "text/css; charset=utf-8" },
];

/**
 * Serves the page to which a review link leads. It needs no sign-in. The secret stands in the address's fragment, which browsers
 * send to nobody: the page reads it there, takes it out of the address, and uses the same API as every other client.
 */
export async function registerReviewPage(app: FastifyInstance): Promise<void> {
  for (const { path, name, type } of files) {
    const content = await readFile(fileURLToPath(new URL(`./pages/${name}`, import.meta.url)));
    app.get(path, (_request, reply) =>
      reply
        .headers({ ...pageHeaders, "cache-control": "no-cache" })
        .type(type)
        .send(content),
    );
  }
}
