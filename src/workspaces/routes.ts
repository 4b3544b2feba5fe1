import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { FastifyInstance } from "fastify";

const address = "/account/accept-invitation";

/** The page and what it loads: all of it, from this server alone. */
const files = [
  { path: address, name: "accept-invitation.html", type: "text/html; charset=utf-8" },
  { path: `${address}/page.js`, name: "accept-invitation.js", type: "text/javascript; charset=utf-8" },
  { path: `${address}/page.css`, name: "accept-invitation.css", type: "text/css; charset=utf-8" },
];

/** Nothing inline, nothing from elsewhere, no form that leaves the page, no page around it. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

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
        .header("content-security-policy", policy)
        .header("x-content-type-options", "nosniff")
        .header("referrer-policy", "no-referrer")
        .header("cross-origin-opener-policy", "same-origin")
        .header("cache-control", "no-cache")
        .type(type)
        .send(content),
    );
  }
}
