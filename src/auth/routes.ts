import { readFile } from "node:fs/promises";
import type { FastifyInstance, FastifyReply } from "fastify";
import { pageHeaders } from "../infra/page-headers.ts";

const read = (name: string): Promise<string> => readFile(new URL(`./pages/${name}`, import.meta.url), "utf8");

const pages = ["reset-password", "verify-email"];
const assets = {
  "account.js": "text/javascript; charset=utf-8",
  "account.css": "text/css; charset=utf-8",
};

/**
 * Serves the pages that mailed links lead to, for people who have no app at hand. They hold nothing secret themselves: the
 * secret stands behind `#` in the address, and the page's script sends it to the API.
 */
export async function registerAccountPages(app: FastifyInstance): Promise<void> {
  for (const name of pages) {
    const html = await read(`${name}.html`);
    app.get(`/account/${name}`, (_request, reply) =>
      secure(reply, "no-store").type("text/html; charset=utf-8").send(html),
    );
  }
  for (const [name, type] of Object.entries(assets)) {
    const content = await read(name);
    app.get(`/account/assets/${name}`, (_request, reply) =>
      secure(reply, "public, max-age=3600").type(type).send(content),
    );
  }
}

const secure = (reply: FastifyReply, caching: string): FastifyReply =>
  reply.headers({ ...pageHeaders, "cache-control": caching });
