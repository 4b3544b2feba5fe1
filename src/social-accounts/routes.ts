import { readFile } from "node:fs/promises";
import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import { encodeGlobalId } from "../graphql/ids.ts";
import { pageHeaders } from "../infra/page-headers.ts";
import { type Returned, type ReturnServices, returnFromPlatform } from "./connections/return-from-platform.ts";

const done = "/connect/done";

const files = [
  { path: done, name: "connected.html", type: "text/html; charset=utf-8" },
  { path: `${done}/page.js`, name: "connected.js", type: "text/javascript; charset=utf-8" },
];

/** What a platform sends along: each once, and nothing of a size that no platform needs. */
const callbackQuery = z
  .record(z.string().max(100), z.string().max(4_096))
  .refine((query) => Object.keys(query).length <= 20)
  .and(z.object({ state: z.string().regex(/^[\w-]{43}$/) }));
const callbackParams = z.object({ platform: z.string().regex(/^[a-z0-9]{1,40}$/) });

/**
 * Serves the address to which platforms send browsers back, and the page on which a browser ends that has no app to go to. The
 * callback knows nobody: it connects nothing, and hands the browser a ticket behind `#`, which browsers send to no server.
 */
export async function registerConnections(
  app: FastifyInstance,
  services: ReturnServices & { readonly config: { readonly PUBLIC_URL: string } },
): Promise<void> {
  for (const { path, name, type } of files) {
    const content = await readFile(new URL(`./pages/${name}`, import.meta.url));
    app.get(path, (_request, reply) =>
      reply
        .headers({ ...pageHeaders, "cache-control": "no-cache" })
        .type(type)
        .send(content),
    );
  }
  const ownPage = `${services.config.PUBLIC_URL}${done}`;
  // A HEAD would use up what the GET behind it needs.
  app.get("/connect/:platform/callback", { exposeHeadRoute: false }, async (request, reply) => {
    const params = callbackParams.safeParse(request.params);
    const query = callbackQuery.safeParse(request.query);
    if (!params.success || !query.success) return leadOn(reply, ownPage, { error: "EXPIRED" });
    const { state, ...rest } = query.data;
    const returned = await returnFromPlatform(services, { ...params.data, state, query: rest });
    return returned === null ? leadOn(reply, ownPage, { error: "EXPIRED" }) : leadBack(reply, returned, ownPage);
  });
}

function leadBack(reply: FastifyReply, { connectionId, returnTo, result }: Returned, ownPage: string): FastifyReply {
  const connection = encodeGlobalId("ConnectionAttempt", connectionId);
  return leadOn(reply, returnTo ?? ownPage, { connection, ...result });
}

const leadOn = (reply: FastifyReply, page: string, given: Readonly<Record<string, string>>): FastifyReply =>
  reply
    .headers({ "cache-control": "no-store", "referrer-policy": "no-referrer" })
    .redirect(`${page}#${new URLSearchParams(given).toString()}`, 303);
