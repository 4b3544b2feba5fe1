import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { FastifyInstance } from "fastify";
import { pageHeaders } from "../infra/page-headers.ts";

const address = "/account/accept-invitation";

/** The page and its script; it looks like the pages of the account, whose style sheet it shares. */
const files = [
  { path: address, name: "accept-invitation.html", type: "text/html; charset=utf-8" },
  { path: `${address}/page.js`, name: "accept-invitation.js", type: "text/javascript; charset=utf-8" },
];

/**
 * Serves the page to which the link of an invitation leads. It works for people who are not signed in, with or without an
 * account. The secret stands in the address's fragment, which browsers send to nobody: the page reads it there, takes it out of
 * the address, and uses the same API as every other client.
 */
export async function registerInvitationPage(app: FastifyInstance): Promise<void> {
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
