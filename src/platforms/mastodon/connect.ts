/** Connecting an account: by signing in at its server, or by a token that its owner made there. */
import { z } from "zod";
import { Secret } from "../../infra/secret.ts";
import { revocationOf } from "../ask-platform.ts";
import type {
  AccountSession,
  AuthorisationAnswer,
  AuthorisationOutcome,
  AuthorisationRequest,
  CheckOutcome,
  ConnectionForm,
  ConnectionOutcome,
  Credentials,
  RemoteAccount,
  RevokeOutcome,
} from "../connection.ts";
import { serverOrigin } from "../server-address.ts";
import { askMastodon, type MastodonSetup, refusalOf, trouble } from "./api.ts";
import { type InstanceDetails, readInstance } from "./instance.ts";
import { knowsPkce, missingScopes, refusesClient, registrationAt, wantedScopes } from "./registration.ts";

const tokenShape = z.object({ access_token: z.string().min(1), scope: z.string().catch("") });
const accountShape = z.object({
  ...{ id: z.string().min(1), username: z.string().min(1), display_name: z.string().catch("") },
  url: z.string().nullable().catch(null),
});
const applicationShape = z.object({ scopes: z.array(z.string()) });

const noServer = (typed: string) => ({
  ...{ kind: "refused" as const, field: "server", code: "INVALID" },
  message: `"${typed.slice(0, 100)}" is no address of a server. Write it like https://mastodon.social.`,
});

/** Starts a sign-in at a server. */
export async function authorise(
  setup: MastodonSetup,
  { server: typed, redirectUri, state, codeChallenge }: AuthorisationRequest,
  signal: AbortSignal,
): Promise<AuthorisationOutcome> {
  const server = serverOrigin(typed ?? "");
  if (server === null) return noServer(typed ?? "");
  const registration = await registrationAt(setup, server, redirectUri, signal);
  if (registration.kind !== "registered") return registration;
  const { app } = registration;
  const told = await knowsPkce(setup, server, signal);
  if (told.kind !== "told") return told;
  const { pkce } = told;
  const query = new URLSearchParams({
    ...{ response_type: "code", client_id: app["clientId"]?.reveal() ?? "", redirect_uri: redirectUri },
    ...{ scope: wantedScopes.join(" "), state },
    ...(pkce && { code_challenge: codeChallenge, code_challenge_method: "S256" }),
  });
  const pending = { ...app, server: new Secret(server), pkce: new Secret(pkce ? "S256" : "none") };
  return { kind: "started", url: `${server}/oauth/authorize?${query.toString()}`, pending };
}

/** Finishes a sign-in: the code is exchanged for a token, which does not end. */
export async function completeAuthorisation(
  setup: MastodonSetup,
  { query, redirectUri, codeVerifier, pending }: AuthorisationAnswer,
  signal: AbortSignal,
): Promise<ConnectionOutcome> {
  const { code, error } = query;
  if (code === undefined) {
    const denied = error === "access_denied";
    const message = denied
      ? "The sign-in was not allowed at the server."
      : "The server did not finish the sign-in. Start again.";
    return { kind: "refused", field: null, code: denied ? "DENIED" : "NOT_FINISHED", message };
  }
  const server = pending["server"]?.reveal() ?? "";
  const { clientId, clientSecret } = pending;
  const input = {
    ...{ grant_type: "authorization_code", code, redirect_uri: redirectUri, scope: wantedScopes.join(" ") },
    ...{ client_id: clientId?.reveal(), client_secret: clientSecret?.reveal() },
    ...(pending["pkce"]?.reveal() === "S256" && { code_verifier: codeVerifier.reveal() }),
  };
  const answer = await askMastodon(setup, { server, path: "/oauth/token", input, signal });
  if (answer.kind === "unanswered") return trouble(answer);
  const token = answer.status === 200 ? tokenShape.safeParse(answer.json).data : undefined;
  if (token === undefined) {
    if (answer.status === 429 || answer.status >= 500) return trouble(answer);
    // The application was deleted while somebody signed in: the next sign-in is that of a new one.
    if (refusesClient(answer) && clientId !== undefined && clientSecret !== undefined) {
      await setup.apps.forget(server, redirectUri, { clientId, clientSecret });
    }
    return {
      kind: "refused",
      field: null,
      code: "NOT_FINISHED",
      message: "The server refused the sign-in. Start again.",
    };
  }
  const credentials: Credentials = {
    accessToken: new Secret(token.access_token),
    ...(clientId !== undefined && clientSecret !== undefined && { clientId, clientSecret }),
  };
  const scopes = token.scope.split(" ").filter((scope) => scope !== "");
  return accountOf(setup, { server, method: "mastodon", credentials, scopes, field: null }, signal);
}

/** Connects by a token. */
export async function connect(
  setup: MastodonSetup,
  { fields }: ConnectionForm,
  signal: AbortSignal,
): Promise<ConnectionOutcome> {
  const server = serverOrigin(fields["server"] ?? "");
  if (server === null) return noServer(fields["server"] ?? "");
  const token = (fields["accessToken"] ?? "").trim();
  const field = "accessToken";
  if (!/^[\x21-\x7e]{1,1024}$/.test(token)) {
    return {
      kind: "refused",
      field,
      code: "INVALID",
      message: "The access token is one word, as the server shows it.",
    };
  }
  const credentials = { accessToken: new Secret(token) };
  const path = "/api/v1/apps/verify_credentials";
  const answer = await askMastodon(setup, { server, path, token: credentials.accessToken, signal });
  if (answer.kind === "unanswered") return trouble(answer);
  // Servers before 4.3 do not tell what a token may do; it shows when it is used.
  const scopes = answer.status === 200 ? (applicationShape.safeParse(answer.json).data?.scopes ?? []) : [];
  return accountOf(setup, { server, method: "mastodonToken", credentials, scopes, field }, signal);
}

interface Opened {
  readonly server: string;
  readonly method: string;
  readonly credentials: Credentials;
  /** Empty where the server does not tell. */
  readonly scopes: readonly string[];
  /** The form's field that a refusal belongs to. */
  readonly field: string | null;
}

async function accountOf(setup: MastodonSetup, opened: Opened, signal: AbortSignal): Promise<ConnectionOutcome> {
  const { server, method, credentials, scopes, field } = opened;
  const missing = scopes.length === 0 ? [] : missingScopes(scopes);
  if (missing.length > 0) {
    const message = `The access lacks these permissions: ${missing.join(", ")}. Allow them all.`;
    return { kind: "refused", field, code: "MISSING_SCOPES", message };
  }
  const instance = await readInstance(setup, server, signal);
  if (instance.kind === "unavailable") return instance;
  if (instance.kind === "stranger")
    return { kind: "refused", field: "server", code: "NOT_A_SERVER", message: instance.message };
  const answer = await whoIs(setup, server, credentials, signal);
  if (answer.kind === "unanswered") return trouble(answer);
  const found = answer.status === 200 ? accountShape.safeParse(answer.json).data : undefined;
  if (found === undefined) {
    const refusal = refusalOf(answer, setup.clock.now(), credentials);
    if (refusal === null || refusal.kind === "rate-limited") return trouble(answer);
    return { kind: "refused", field, code: "REFUSED", message: refusal.message };
  }
  const account = remoteAccount(server, method, found, instance.details);
  return { kind: "connected", accounts: [{ account, credentials, expiresAt: null, scopes }] };
}

const whoIs = (setup: MastodonSetup, server: string, { accessToken: token }: Credentials, signal: AbortSignal) =>
  askMastodon(setup, { server, path: "/api/v1/accounts/verify_credentials", token, signal });

function remoteAccount(
  server: string,
  method: string,
  { id, username, display_name: displayName, url }: z.output<typeof accountShape>,
  details: InstanceDetails,
): RemoteAccount {
  const { host } = new URL(server);
  const handle = `${username}@${host}`;
  const page = url !== null && /^https?:\/\//.test(url) ? url : null;
  const name = displayName.trim() === "" ? username : displayName.trim();
  return { remoteId: `${host}/${id}`, handle, name, url: page, method, details: { ...details, accountId: id } };
}

/** Asks who an access token opens, and reads the server's limits anew. */
export async function check(
  setup: MastodonSetup,
  { account, credentials }: AccountSession,
  signal: AbortSignal,
): Promise<CheckOutcome> {
  const server = serverOf(account);
  const answer = await whoIs(setup, server, credentials, signal);
  if (answer.kind === "unanswered") return trouble(answer);
  const found = answer.status === 200 ? accountShape.safeParse(answer.json).data : undefined;
  if (found !== undefined && found.id !== account.details["accountId"]) {
    const other = `${found.username}@${new URL(server).host}`.slice(0, 200);
    const message = `The access opens another account, ${other}, and no longer ${account.handle}. Connect ${account.handle} again.`;
    return { kind: "unauthorized", message };
  }
  if (found !== undefined) {
    const instance = await readInstance(setup, server, signal);
    const details = instance.kind === "known" ? instance.details : account.details;
    return { kind: "alive", account: remoteAccount(server, account.method, found, details), scopes: null };
  }
  const refusal = refusalOf(answer, setup.clock.now(), credentials);
  return refusal === null || refusal.kind === "refused" ? trouble(answer) : refusal;
}

/** Ends a token at its server. A token that its owner made by hand is theirs to delete. */
export async function revoke(
  setup: MastodonSetup,
  { account, credentials }: AccountSession,
  signal: AbortSignal,
): Promise<RevokeOutcome> {
  const { accessToken, clientId, clientSecret } = credentials;
  if (clientId === undefined || clientSecret === undefined) return { kind: "ended" };
  const input = { client_id: clientId.reveal(), client_secret: clientSecret.reveal(), token: accessToken?.reveal() };
  return revocationOf(await askMastodon(setup, { server: serverOf(account), path: "/oauth/revoke", input, signal }));
}

/** The account's server. */
export const serverOf = ({ details }: RemoteAccount): string => details["server"] ?? "";
