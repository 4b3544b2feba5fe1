/** What this installation is at a server: an application, registered once per server and address. */
import { z } from "zod";
import { Secret } from "../../infra/secret.ts";
import type { Credentials } from "../connection.ts";
import { askMastodon, type MastodonAnswer, type MastodonSetup, trouble } from "./api.ts";

/** What is asked for: who it is, sending, uploading, and reading own posts to find an interrupted one. */
export const wantedScopes = ["read:accounts", "read:statuses", "write:statuses", "write:media"] as const;

const appShape = z.object({ client_id: z.string().min(1), client_secret: z.string().min(1) });
const serverFacts = z.object({ code_challenge_methods_supported: z.array(z.string()) });

/** How registering ended. */
export type Registration =
  | { readonly kind: "registered"; readonly app: Credentials }
  | { readonly kind: "refused"; readonly field: string; readonly code: string; readonly message: string }
  | { readonly kind: "unavailable"; readonly message: string };

/** The registration at a server: the one that is kept, while the server still knows it, or else a new one. */
export async function registrationAt(
  setup: MastodonSetup,
  server: string,
  redirectUri: string,
  signal: AbortSignal,
): Promise<Registration> {
  const kept = await setup.apps.find(server, redirectUri);
  if (kept === null) return register(setup, server, redirectUri, signal);
  const asked = await isKnown(setup, { server, app: kept, redirectUri }, signal);
  if (asked.kind !== "answered") return asked;
  if (asked.known) return { kind: "registered", app: kept };
  await setup.apps.forget(server, redirectUri, kept);
  return register(setup, server, redirectUri, signal);
}

async function register(
  setup: MastodonSetup,
  server: string,
  redirectUri: string,
  signal: AbortSignal,
): Promise<Registration> {
  const input = {
    ...{ client_name: "Atelier", redirect_uris: redirectUri, scopes: wantedScopes.join(" "), website: setup.publicUrl },
  };
  const answer = await askMastodon(setup, { server, path: "/api/v1/apps", input, signal });
  if (answer.kind === "unanswered") return trouble(answer);
  const made = answer.status === 200 ? appShape.safeParse(answer.json).data : undefined;
  if (made !== undefined) {
    const { client_id: clientId, client_secret: clientSecret } = made;
    const app = { clientId: new Secret(clientId), clientSecret: new Secret(clientSecret) };
    return { kind: "registered", app: await setup.apps.keep(server, redirectUri, app) };
  }
  if (isOutage(answer)) return trouble(answer);
  const message = `${new URL(server).host} does not take applications as a Mastodon server does. Check the address.`;
  return { kind: "refused", field: "server", code: "NOT_A_SERVER", message };
}

interface KeptApp {
  readonly server: string;
  readonly app: Credentials;
  readonly redirectUri: string;
}

/**
 * Whether a server still knows an application: some delete those that nobody used, and people would be sent to a page that
 * only says so. Asked by a token of the application's own, which is given back.
 */
async function isKnown(setup: MastodonSetup, { server, app, redirectUri }: KeptApp, signal: AbortSignal) {
  const client = { client_id: app["clientId"]?.reveal(), client_secret: app["clientSecret"]?.reveal() };
  const input = { ...client, grant_type: "client_credentials", redirect_uri: redirectUri, scope: wantedScopes[0] };
  const answer = await askMastodon(setup, { server, path: "/oauth/token", input, signal });
  if (answer.kind === "unanswered" || isOutage(answer)) return trouble(answer);
  const given = ownToken.safeParse(answer.json).data;
  if (given !== undefined) {
    // Trouble here costs nothing: the token opens no account.
    const back = { ...client, token: given.access_token };
    await askMastodon(setup, { server, path: "/oauth/revoke", input: back, signal });
  }
  return { kind: "answered" as const, known: !refusesClient(answer) };
}

const ownToken = z.object({ access_token: z.string().min(1) });
const clientRefusal = z.object({ error: z.literal("invalid_client") });

/** Whether a server says that it does not know the application (RFC 6749, section 5.2). */
export const refusesClient = ({ status, json }: MastodonAnswer): boolean =>
  status >= 400 && status < 500 && clientRefusal.safeParse(json).success;

const isOutage = ({ status }: MastodonAnswer): boolean => status === 429 || status >= 500;

/** What a server says of PKCE. */
export type PkceOutcome =
  | { readonly kind: "told"; readonly pkce: boolean }
  | { readonly kind: "unavailable"; readonly message: string };

/**
 * Whether a server knows PKCE, which Mastodon does since 4.3. Older ones, which have no such page, would ignore or refuse it. A server
 * that does not answer has not said so: to go on without PKCE then would be weaker than the server is.
 */
export async function knowsPkce(setup: MastodonSetup, server: string, signal: AbortSignal): Promise<PkceOutcome> {
  const answer = await askMastodon(setup, { server, path: "/.well-known/oauth-authorization-server", signal });
  if (answer.kind === "unanswered" || isOutage(answer)) return trouble(answer);
  const facts = answer.status === 200 ? serverFacts.safeParse(answer.json).data : undefined;
  return { kind: "told", pkce: facts?.code_challenge_methods_supported.includes("S256") ?? false };
}

/** Those of the wanted permissions that were not granted; `write` covers `write:media`. */
export function missingScopes(granted: readonly string[]): string[] {
  return wantedScopes.filter((scope) => !granted.includes(scope) && !granted.includes(scope.split(":")[0] ?? ""));
}
