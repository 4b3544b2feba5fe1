/**
 * Sessions: an app password is exchanged once, and only the tokens are kept. The access token lives two hours, the refresh
 * token 90 days; the one before stays usable for two more hours and leads to the same successor, so that a lost answer costs nothing.
 */
import { z } from "zod";
import { Secret } from "../../infra/secret.ts";
import { revocationOf } from "../ask-platform.ts";
import type {
  AccountSession,
  CheckOutcome,
  ConnectionForm,
  ConnectionOutcome,
  Credentials,
  RefreshOutcome,
  RemoteAccount,
  RevokeOutcome,
} from "../connection.ts";
import { serverOrigin } from "../server-address.ts";
import { askXrpc, type BlueskySetup, errorNameOf, refusalOf, trouble } from "./xrpc.ts";

const did = z.string().regex(/^did:[a-z]+:[a-zA-Z0-9._:%-]{1,512}$/);
const handle = z.string().min(1).max(253);
const didDocument = z.object({ service: z.array(z.object({ id: z.string(), serviceEndpoint: z.string() })) });
const tokens = z.object({ did, accessJwt: z.string().min(1), refreshJwt: z.string().min(1) });
const session = tokens.extend({ handle, didDoc: z.unknown().optional(), active: z.boolean().optional() });
const profile = z.object({ did, handle, didDoc: z.unknown().optional(), active: z.boolean().optional() });
const claims = z.object({ exp: z.number().optional(), scope: z.string().optional() });

/** Connects by an app password. */
export async function connect(
  setup: BlueskySetup,
  { fields }: ConnectionForm,
  signal: AbortSignal,
): Promise<ConnectionOutcome> {
  const typed = fields["server"]?.trim() ?? "";
  const server = typed === "" ? new URL(setup.defaultServer).origin : serverOrigin(typed);
  if (server === null) {
    const message = `"${typed.slice(0, 100)}" is no address of a server. Write it like https://bsky.social.`;
    return { kind: "refused", field: "server", code: "INVALID", message };
  }
  const identifier = (fields["identifier"] ?? "").trim().replace(/^@/, "");
  const password = (fields["appPassword"] ?? "").trim();
  for (const [field, value, what] of [
    ["identifier", identifier, "handle"],
    ["appPassword", password, "app password"],
  ] as const) {
    if (value === "") return { kind: "refused", field, code: "INVALID", message: `The ${what} is empty.` };
  }
  const input = { json: { identifier, password } };
  const answer = await askXrpc(setup, { server, method: "com.atproto.server.createSession", input, signal });
  if (answer.kind === "unanswered") return { kind: "unavailable", message: answer.message };
  const opened = session.safeParse(answer.json).data;
  if (answer.status === 200 && opened !== undefined) return opensWith(setup, server, opened, signal);
  return notOpened(answer, { password: new Secret(password) }, setup);
}

async function opensWith(
  setup: BlueskySetup,
  server: string,
  opened: z.output<typeof session>,
  signal: AbortSignal,
): Promise<ConnectionOutcome> {
  const credentials = credentialsOf(opened);
  const account = accountOf(server, opened);
  if (claimsOf(opened.accessJwt).scope === "com.atproto.access") {
    await revoke(setup, { account, credentials }, signal);
    const message =
      "This is the account's own password, which opens everything. Make an app password in Bluesky's settings (Privacy and security) and give that.";
    return { kind: "refused", field: "appPassword", code: "NOT_AN_APP_PASSWORD", message };
  }
  if (opened.active === false) {
    const message = "The account is closed at its server. Ask there, then try again.";
    return { kind: "refused", field: "identifier", code: "ACCOUNT_CLOSED", message };
  }
  return { kind: "connected", accounts: [{ account, credentials, ...scopeAndEnd(opened.accessJwt) }] };
}

function notOpened(
  answer: Parameters<typeof refusalOf>[0],
  credentials: Credentials,
  { clock }: BlueskySetup,
): ConnectionOutcome {
  const field = "appPassword";
  if (errorNameOf(answer) === "AuthFactorTokenRequired") {
    const message = "The account asks for a code by mail at each sign-in. Make an app password, which needs none.";
    return { kind: "refused", field, code: "NOT_AN_APP_PASSWORD", message };
  }
  const refusal = refusalOf(answer, clock.now(), credentials);
  if (refusal === null || refusal.kind === "unavailable") return trouble({ kind: "answered", ...answer });
  if (refusal.kind === "rate-limited") {
    const message = "Bluesky takes no more sign-ins for this account for the moment. Try again in some minutes.";
    return { kind: "unavailable", message };
  }
  if (errorNameOf(answer) === "AuthenticationRequired") {
    const message =
      "Bluesky does not know this handle with this app password. Check both; an app password can be used until it is deleted there.";
    return { kind: "refused", field, code: "WRONG_PASSWORD", message };
  }
  return { kind: "refused", field: null, code: "REFUSED", message: refusal.message };
}

/** Asks for the account behind a session. */
export async function check(setup: BlueskySetup, known: AccountSession, signal: AbortSignal): Promise<CheckOutcome> {
  const { account, credentials } = known;
  const server = serverOf(account);
  const method = "com.atproto.server.getSession";
  const answer = await askXrpc(setup, { server, method, token: credentials["accessJwt"], signal });
  if (answer.kind === "unanswered") return trouble(answer);
  const found = profile.safeParse(answer.json).data;
  if (answer.status === 200 && found?.did === account.remoteId) {
    if (found.active === false) {
      return {
        kind: "unauthorized",
        message: "The account is closed at its server. Ask there, then connect it again.",
      };
    }
    const fresh = accountOf(server, found);
    // A server that tells no document leaves the address that is known.
    const details = found.didDoc === undefined ? account.details : fresh.details;
    return { kind: "alive", account: { ...fresh, details }, scopes: null };
  }
  const refusal = refusalOf(answer, setup.clock.now(), credentials);
  return refusal === null || refusal.kind === "refused" ? trouble(answer) : refusal;
}

/** Renews a session's tokens. */
export async function refresh(
  setup: BlueskySetup,
  known: AccountSession,
  signal: AbortSignal,
): Promise<RefreshOutcome> {
  const { account, credentials } = known;
  const method = "com.atproto.server.refreshSession";
  const token = credentials["refreshJwt"];
  const answer = await askXrpc(setup, { server: serverOf(account), method, token, post: true, signal });
  if (answer.kind === "unanswered") return trouble(answer);
  const renewed = tokens.safeParse(answer.json).data;
  if (answer.status === 200 && renewed?.did === account.remoteId) {
    return {
      kind: "renewed",
      credentials: credentialsOf(renewed),
      expiresAt: scopeAndEnd(renewed.accessJwt).expiresAt,
    };
  }
  if (errorNameOf(answer) === "ExpiredToken") {
    const says = "The session at Bluesky has ended, or its app password was deleted there. Connect the account again.";
    return { kind: "unauthorized", message: says };
  }
  const refusal = refusalOf(answer, setup.clock.now(), credentials);
  return refusal === null || refusal.kind === "refused" ? trouble(answer) : refusal;
}

/** Ends a session at its server. */
export async function revoke(
  setup: BlueskySetup,
  { account, credentials }: AccountSession,
  signal: AbortSignal,
): Promise<RevokeOutcome> {
  const method = "com.atproto.server.deleteSession";
  const call = { server: serverOf(account), method, token: credentials["refreshJwt"], post: true, signal } as const;
  return revocationOf(await askXrpc(setup, call));
}

const credentialsOf = ({ accessJwt, refreshJwt }: { accessJwt: string; refreshJwt: string }): Credentials => ({
  ...{ accessJwt: new Secret(accessJwt), refreshJwt: new Secret(refreshJwt) },
});

function accountOf(server: string, found: { did: string; handle: string; didDoc?: unknown }): RemoteAccount {
  const { did: remoteId, handle: name } = found;
  return {
    ...{ remoteId, handle: name, name, url: `https://bsky.app/profile/${name}`, method: "bluesky" },
    details: { server, pds: pdsOf(found.didDoc) ?? server },
  };
}

/** The server that holds the account's data, by its identity document; null when it names none. */
function pdsOf(document: unknown): string | null {
  const services = didDocument.safeParse(document).data?.service ?? [];
  const endpoint = services.find(({ id }) => id.endsWith("#atproto_pds"))?.serviceEndpoint;
  return endpoint === undefined ? null : serverOrigin(endpoint);
}

/** The server that keeps the account's sessions. */
const serverOf = ({ details }: RemoteAccount): string => details["server"] ?? "";

/** The server that holds the account's posts. */
export const pdsServerOf = (account: RemoteAccount): string => account.details["pds"] ?? serverOf(account);

function scopeAndEnd(jwt: string): { readonly expiresAt: Date | null; readonly scopes: readonly string[] } {
  const { exp, scope } = claimsOf(jwt);
  return { expiresAt: exp === undefined ? null : new Date(exp * 1_000), scopes: scope === undefined ? [] : [scope] };
}

/** What a token says of itself; only for planning, its server alone decides. */
function claimsOf(jwt: string): z.output<typeof claims> {
  try {
    return claims.parse(JSON.parse(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString("utf8")));
  } catch {
    // A server may use tokens of another kind: nothing is known then.
    return {};
  }
}
