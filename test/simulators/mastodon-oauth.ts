/** Registration and sign-in of a Mastodon server: applications, codes that work once, tokens that do not end. */
import { createHash, randomUUID } from "node:crypto";
import { z } from "zod";
import { type Asked, jsonOf, type Reply } from "./simulated-platform.ts";

interface App {
  readonly secret: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
}

interface Grant {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scope: string;
  readonly challenge: string | null;
}

/** The sign-in half of the simulator. */
export interface MastodonOauth {
  /** Servers delete those that nobody uses. */
  readonly apps: Map<string, App>;
  /** Tokens that work, with what they may. */
  readonly tokens: Map<string, readonly string[]>;
  /** Whether it tells of PKCE, as servers since 4.3 do. */
  pkce: boolean;
  /** A person allows what a sign-in address asks for: the query that their browser comes back with. */
  allow(url: string): Record<string, string>;
  readonly routes: Readonly<Record<string, (asked: Asked) => Reply>>;
}

const failure = (status: number, error: string): Reply => ({ status, body: { error } });

const registration = z.strictObject({
  client_name: z.string().min(1),
  redirect_uris: z.url(),
  scopes: z.string(),
  website: z.url(),
});
const exchange = z.strictObject({
  grant_type: z.literal("authorization_code"),
  code: z.string(),
  client_id: z.string(),
  client_secret: z.string(),
  redirect_uri: z.string(),
  scope: z.string(),
  code_verifier: z.string().optional(),
});
const ownGrant = z.strictObject({
  grant_type: z.literal("client_credentials"),
  client_id: z.string(),
  client_secret: z.string(),
  redirect_uri: z.string(),
  scope: z.string(),
});
const revocation = z.strictObject({ client_id: z.string(), client_secret: z.string(), token: z.string() });

/** Makes one; what breaks the rules goes to `offend`. */
export function mastodonOauth(offend: (what: string) => void): MastodonOauth {
  const apps = new Map<string, App>();
  const grants = new Map<string, Grant>();
  const tokens = new Map<string, readonly string[]>();
  // Mastodon's settings say `reuse_access_token`: who signs in again with the same application and scope gets the same token.
  const reused = new Map<string, string>();

  const register = (asked: Asked): Reply => {
    const wanted = registration.safeParse(jsonOf(asked));
    if (!wanted.success) {
      offend(`registration: ${wanted.error.message}`);
      return failure(422, "Validation failed: Redirect URI must be an absolute URI.");
    }
    const { client_name: name, redirect_uris: redirectUri, scopes } = wanted.data;
    const [id, secret] = [randomUUID(), randomUUID()];
    apps.set(id, { secret, redirectUri, scopes: scopes.split(" ") });
    return {
      status: 200,
      body: {
        id: "1",
        name,
        client_id: id,
        client_secret: secret,
        client_secret_expires_at: 0,
        redirect_uri: redirectUri,
      },
    };
  };

  const token = (asked: Asked): Reply => {
    const own = ownGrant.safeParse(jsonOf(asked)).data;
    if (own !== undefined) {
      const app = apps.get(own.client_id);
      if (app?.secret !== own.client_secret) return failure(401, "invalid_client");
      if (!own.scope.split(" ").every((name) => app.scopes.includes(name))) return failure(400, "invalid_scope");
      return { status: 200, body: { access_token: `app-${randomUUID()}`, token_type: "Bearer", scope: own.scope } };
    }
    const wanted = exchange.safeParse(jsonOf(asked)).data;
    const grant = grants.get(wanted?.code ?? "");
    if (wanted === undefined || apps.get(wanted.client_id)?.secret !== wanted.client_secret)
      return failure(401, "invalid_client");
    grants.delete(wanted.code);
    const proof = createHash("sha256")
      .update(wanted.code_verifier ?? "")
      .digest("base64url");
    const proven = grant?.challenge === null ? wanted.code_verifier === undefined : grant?.challenge === proof;
    const same = grant?.redirectUri === wanted.redirect_uri && grant.clientId === wanted.client_id;
    if (grant === undefined || !proven || !same) return failure(400, "invalid_grant");
    const signIn = `${grant.clientId} ${grant.scope}`;
    const before = reused.get(signIn);
    const accessToken = before !== undefined && tokens.has(before) ? before : `token-${randomUUID()}`;
    reused.set(signIn, accessToken);
    tokens.set(accessToken, grant.scope.split(" "));
    return {
      status: 200,
      body: { access_token: accessToken, token_type: "Bearer", scope: grant.scope, created_at: 1 },
    };
  };

  const oauth: MastodonOauth = {
    ...{ apps, tokens, pkce: true },
    allow(url) {
      const { pathname, searchParams: query } = new URL(url);
      const app = apps.get(query.get("client_id") ?? "");
      const scope = query.get("scope") ?? "";
      const redirectUri = query.get("redirect_uri") ?? "";
      const right =
        pathname === "/oauth/authorize" &&
        query.get("response_type") === "code" &&
        app?.redirectUri === redirectUri &&
        scope.split(" ").every((name) => app.scopes.includes(name)) &&
        (query.get("code_challenge_method") === "S256") === oauth.pkce;
      if (!right) offend(`sign-in: ${url}`);
      const code = randomUUID();
      const challenge = query.get("code_challenge");
      grants.set(code, { clientId: query.get("client_id") ?? "", redirectUri, scope, challenge });
      return { code, state: query.get("state") ?? "" };
    },
    routes: {
      "POST /api/v1/apps": register,
      "POST /oauth/token": token,
      "POST /oauth/revoke": (asked) => {
        const wanted = revocation.safeParse(jsonOf(asked)).data;
        if (wanted === undefined || apps.get(wanted.client_id)?.secret !== wanted.client_secret)
          return failure(403, "unauthorized_client");
        tokens.delete(wanted.token);
        return { status: 200, body: {} };
      },
      "GET /.well-known/oauth-authorization-server": () =>
        oauth.pkce ? { status: 200, body: { code_challenge_methods_supported: ["S256"] } } : failure(404, "Not Found"),
    },
  };
  return oauth;
}
