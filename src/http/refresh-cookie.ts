import cookie from "@fastify/cookie";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Config } from "../config.ts";
import type { RefreshCookie } from "../graphql/context.ts";
import { isKnownOrigin } from "./known-origin.ts";

/** `__Host-`: browsers take it only over a secure connection, for this host alone and all of its paths (RFC 6265bis, 4.1.3.2). */
const name = "__Host-atelier-refresh";
/** No script reads it, and no other site's page causes it to be sent. */
const attributes = { path: "/", httpOnly: true, secure: true, sameSite: "strict" } as const;

/** Lets requests carry cookies; before routes that use {@link refreshCookieOf}. */
export async function registerCookies(app: FastifyInstance): Promise<void> {
  await app.register(cookie);
}

/**
 * The refresh token's cookie of one request. SameSite keeps other sites out; a page of a neighbouring subdomain, which is the
 * same site, counts only when its origin is on the list.
 */
export function refreshCookieOf(request: FastifyRequest, reply: FastifyReply, config: Config): RefreshCookie {
  return {
    read: () => (isKnownOrigin(request.headers, config) ? (request.cookies[name] ?? null) : null),
    write: (token, expires) =>
      void (token === null
        ? reply.clearCookie(name, attributes)
        : reply.setCookie(name, token, { ...attributes, expires })),
  };
}
