/** What the sandbox's public sees of an account: a plain list, the newest first. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { PlatformContext } from "../platform.ts";
import { html } from "../showcase/pages/html.ts";

const shown = 100;
const params = z.object({ handle: z.string().max(100) });
const texts = z.array(z.string());

/** The sandbox's page. */
export function sandboxRoutes({ db, clock }: PlatformContext): (app: FastifyInstance) => Promise<void> {
  return async (app) => {
    app.get("/sandbox/:handle", async (request, reply) => {
      const { handle } = params.parse(request.params);
      const account = handle.includes("\0") ? null : await db.sandboxAccount.findUnique({ where: { handle } });
      const posts = await db.sandboxPost.findMany({
        where: { handle: account?.handle ?? "", publicAt: { lte: clock.now() } },
        orderBy: [{ publicAt: "desc" }, { id: "desc" }],
        take: shown,
      });
      const title = account === null ? "No such sandbox account" : `Sandbox: ${account.handle}`;
      const entries = posts.map(
        ({ id, caption, altTexts, publicAt }) => html`<li id="${id}"><time>${publicAt?.toISOString()}</time>
<p>${caption}</p>
<ul>${texts.parse(altTexts).map((alt) => html`<li>${alt === "" ? "A picture without a description" : alt}</li>`)}</ul></li>
`,
      );
      return reply
        .code(account === null ? 404 : 200)
        .headers({
          "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          "x-content-type-options": "nosniff",
          "cache-control": "no-store",
        })
        .type("text/html; charset=utf-8")
        .send(
          String(html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title><meta name="robots" content="noindex"></head>
<body><h1>${title}</h1><ol>${entries}</ol></body></html>
`),
        );
    });
  };
}
