import { readApiToken } from "../auth/read-api-token.ts";
import type { AccessTokens, ReadToken, Viewer } from "../graphql/context.ts";
import type { RequestOrigin } from "../infra/audit.ts";
import type { Services } from "../services.ts";

/** Who stands behind a credential: somebody, nobody, or nobody because it is damaged, has run out or was ended. */
export type Authentication =
  | { readonly kind: "viewer"; readonly viewer: Viewer; readonly expiresAt: Date }
  | { readonly kind: "anonymous" }
  | { readonly kind: "malformed" | "expired" | "ended"; readonly message: string };

/** What reading a credential touches. */
export interface AuthenticateServices {
  readonly services: Pick<Services, "db" | "clock" | "revocations">;
  readonly accessTokens: AccessTokens;
}

/**
 * Reads an `Authorization` value, from an HTTP header or a socket's `connection_init`: an access token of a sign-in, or an API
 * token. The one way in for both transports, so that what counts on one counts on the other.
 */
export async function authenticate(
  { services, accessTokens }: AuthenticateServices,
  authorization: unknown,
  origin: RequestOrigin,
): Promise<Authentication> {
  if (authorization === undefined || authorization === null || authorization === "") return { kind: "anonymous" };
  const token = typeof authorization === "string" ? /^Bearer ([\w.-]+)$/i.exec(authorization.trim())?.[1] : undefined;
  if (token === undefined)
    return { kind: "malformed", message: "The Authorization value is not `Bearer <access token or API token>`." };
  if (token.startsWith("atl_")) return apiToken(services, token, origin);
  return person(services, accessTokens.read(token), {
    malformed: "The access token is malformed or was not issued here. Sign in again.",
    expired: "The access token has expired. Get a fresh one with `refreshToken`, asked without an Authorization value.",
    origin,
  });
}

/** Reads a ticket for event streams, which stands in an address because `EventSource` sends no headers. */
export function authenticateTicket(
  { services, accessTokens }: AuthenticateServices,
  ticket: string,
  origin: RequestOrigin,
): Authentication {
  return person(services, accessTokens.readTicket(ticket), {
    malformed: "The ticket is malformed or was not issued here. Get one with `createStreamTicket`.",
    expired: "The ticket has expired. Get a fresh one with `createStreamTicket`.",
    origin,
  });
}

function person(
  { revocations }: Pick<Services, "revocations">,
  read: ReadToken,
  words: { readonly malformed: string; readonly expired: string; readonly origin: RequestOrigin },
): Authentication {
  if (typeof read === "string") return { kind: read, message: words[read] };
  if (revocations.has(read.subject.sessionId))
    return { kind: "ended", message: "This session was ended. Sign in again." };
  const viewer = { ...read.subject, grant: null, origin: words.origin };
  return { kind: "viewer", viewer, expiresAt: read.expiresAt };
}

async function apiToken(
  services: AuthenticateServices["services"],
  token: string,
  origin: RequestOrigin,
): Promise<Authentication> {
  const read = await readApiToken(services, token, origin);
  if (read === "unknown")
    return { kind: "malformed", message: "There is no such API token; it may have been revoked. Make a new one." };
  if (read === "expired") return { kind: "ended", message: "The API token has expired. Make a new one." };
  const { expiresAt, ...subject } = read;
  return { kind: "viewer", viewer: { ...subject, sessionId: null, origin }, expiresAt };
}
