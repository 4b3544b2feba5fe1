import { v7 as uuid } from "uuid";
import { z } from "zod";
import type { SignedInViewer } from "../../graphql/context.ts";
import { boundedCall } from "../../infra/bounded-call.ts";
import { addMilliseconds } from "../../infra/clock.ts";
import { ValidationError } from "../../infra/errors.ts";
import { parseInput } from "../../infra/parse-input.ts";
import { Secret } from "../../infra/secret.ts";
import type { AuthorisationOutcome } from "../../platforms/connection.ts";
import { requireMember } from "../../workspaces/require-member.ts";
import { type ConnectionServices, connectionLimits, methodNamed, platformOff } from "../connect-social-account.ts";
import { PlatformUnavailableError } from "../errors.ts";
import { sealPending } from "../sealed-credentials.ts";
import { requireConnectionTry } from "../try-limits.ts";
import { callbackUrl, codeChallenge, connectionLife, newToken, tokenHash } from "./connection-tokens.ts";

const request = z.object({
  workspaceId: z.uuid(),
  method: z.string(),
  server: z
    .string()
    .trim()
    .min(1, "Name the server.")
    .max(300, "The server's address is longer than 300 characters.")
    .nullable(),
  returnTo: z.string().max(1_000, "The address is longer than 1,000 characters.").nullable(),
});

/** What starting touches. */
export interface StartServices extends ConnectionServices {
  readonly config: { readonly PUBLIC_URL: string; readonly CORS_ORIGINS: readonly string[] };
}

/** Where to send the browser, and what the browser's return belongs to. */
export interface StartedConnection {
  readonly connectionId: string;
  readonly authorisationUrl: string;
}

/**
 * Begins to connect an account by signing in at its platform. Throws a `ValidationError` for what cannot be begun, a
 * {@link PlatformUnavailableError} when the platform cannot be asked, a `TooManyAttemptsError`, a `NotFoundError` for a foreign
 * workspace, a `ForbiddenError` for a role that does not connect accounts.
 */
export async function startConnection(
  services: StartServices,
  viewer: SignedInViewer,
  unchecked: z.input<typeof request>,
): Promise<StartedConnection> {
  const { db, transact, clock, config, platforms, secretKeys } = services;
  const { workspaceId, method: name, server, returnTo } = parseInput(request, unchecked);
  await requireMember(db, viewer, { workspaceId, permission: "social-accounts:write" });
  const { platform, method } = methodNamed(name);
  requireStartable(method, server);
  requireReturnAddress(returnTo, config);
  const opened = platforms.get(platform.name);
  if (opened?.authorise === undefined) throw platformOff(["method"], platform.label);
  await requireConnectionTry(services, viewer.userId);
  const id = uuid();
  const state = newToken();
  const codeVerifier = newToken();
  const redirectUri = callbackUrl(config.PUBLIC_URL, platform.name);
  const authorise = opened.authorise.bind(opened);
  const asked = { method: name, server, state, redirectUri, codeChallenge: codeChallenge(codeVerifier) };
  const outcome = await boundedCall(connectionLimits, (signal) => authorise(asked, signal));
  const { url: authorisationUrl, pending } = started(outcome, platform.label);
  const now = clock.now();
  await transact((tx) =>
    tx.connectionAttempt.create({
      data: {
        ...{
          id,
          workspaceId,
          userId: viewer.userId,
          sessionId: viewer.sessionId,
          platform: platform.name,
          method: name,
        },
        ...{ server, stateHash: tokenHash(state), redirectUri, returnTo, createdAt: now },
        pending: sealPending(secretKeys, id, { codeVerifier: new Secret(codeVerifier), pending }),
        expiresAt: addMilliseconds(now, connectionLife),
      },
    }),
  );
  return { connectionId: id, authorisationUrl };
}

function started(outcome: AuthorisationOutcome | null, label: string) {
  if (outcome === null) throw new PlatformUnavailableError(`${label} did not answer. Try again later.`);
  if (outcome.kind === "unavailable") throw new PlatformUnavailableError(outcome.message);
  if (outcome.kind === "refused") {
    const { field, code, message } = outcome;
    throw new ValidationError([{ path: [field ?? "method"], code, message }]);
  }
  // A server that people name tells its own address, and pages open what they are given.
  const { protocol } = new URL(outcome.url);
  if (protocol === "https:" || protocol === "http:") return outcome;
  throw new PlatformUnavailableError(`${label} answered with an address that no browser should open.`);
}

function requireStartable(method: ReturnType<typeof methodNamed>["method"], server: string | null): void {
  const refuse = (path: string, code: string, message: string): never => {
    throw new ValidationError([{ path: [path], code, message }]);
  };
  if (method.kind === "FORM") {
    return refuse("method", "NEEDS_FORM", `${method.label} is connected by a form: use \`connectSocialAccount\`.`);
  }
  if (method.server && server === null) {
    refuse("server", "EMPTY", `${method.label} has many servers: name the one where the account is.`);
  }
  if (!method.server && server !== null) refuse("server", "NOT_TAKEN", `${method.label} has one server: leave it out.`);
}

/** The browser carries a secret there, so it goes to pages that the operator trusts alone. */
function requireReturnAddress(returnTo: string | null, { PUBLIC_URL, CORS_ORIGINS }: StartServices["config"]): void {
  if (returnTo === null) return;
  const url = URL.canParse(returnTo) ? new URL(returnTo) : null;
  const trusted = [...CORS_ORIGINS, new URL(PUBLIC_URL).origin];
  const isPlain =
    url !== null && url.username === "" && url.password === "" && url.hash === "" && !returnTo.includes("#");
  if (isPlain && trusted.includes(url.origin)) return;
  const message = `The browser is sent back to pages of ${trusted.join(", ")} alone, without a \`#\`. The operator can add an origin to CORS_ORIGINS.`;
  throw new ValidationError([{ path: ["returnTo"], code: "NOT_ALLOWED", message }]);
}
