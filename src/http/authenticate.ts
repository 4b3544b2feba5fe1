import type { AccessTokens, Viewer } from "../graphql/context.ts";

/** Who stands behind a credential: somebody, nobody, or nobody because it is damaged or has ended. */
export type Authentication =
  | { readonly kind: "viewer"; readonly viewer: Viewer; readonly expiresAt: Date }
  | { readonly kind: "anonymous" }
  | { readonly kind: "malformed" | "expired"; readonly message: string };

/**
 * Reads an `Authorization` value, from an HTTP header or a socket's `connection_init`. The one way in for both, so that what
 * counts on one counts on the other.
 */
export function authenticate(accessTokens: AccessTokens, authorization: unknown): Authentication {
  if (authorization === undefined || authorization === null || authorization === "") return { kind: "anonymous" };
  const token = typeof authorization === "string" ? /^Bearer ([\w.-]+)$/i.exec(authorization.trim())?.[1] : undefined;
  if (token === undefined)
    return { kind: "malformed", message: "The Authorization value is not `Bearer <access token>`." };
  const read = accessTokens.read(token);
  if (read === "malformed")
    return { kind: "malformed", message: "The access token is malformed or was not issued here. Sign in again." };
  if (read === "expired") return { kind: "expired", message: "The access token has expired. Sign in again." };
  return { kind: "viewer", ...read };
}
