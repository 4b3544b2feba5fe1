/** X's sign-in: codes of thirty seconds, access of two hours, refresh tokens that count once and take their family along. */
import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import type { TestClock } from "../support/clock.ts";
import type { Asked, Reply } from "./simulated-platform.ts";

/** The app that is registered. Without a secret it is a public client. */
export const xApp = { id: "eHNpbXVsYXRlZC1jbGllbnQ", secret: "simulated-client-secret-0123456789" } as const;

const codeLife = 30_000;
const accessLife = 7_200;

interface Grant {
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly challenge: string;
  readonly at: Date;
}

interface Family {
  readonly scopes: readonly string[];
  refresh: string | null;
  alive: boolean;
}

interface Access {
  readonly family: Family;
  until: Date;
}

/** The sign-in half of the simulator. */
export interface XOAuth {
  /** Whether the app has a secret. */
  confidential: boolean;
  /** What people grant, whatever is asked for; null: what is asked for. */
  granted: readonly string[] | null;
  /** A person allows what a sign-in address asks for: the query that their browser comes back with. */
  allow(url: string): Record<string, string>;
  /** Access as a finished sign-in leaves it. */
  signIn(scopes?: readonly string[]): { readonly accessToken: string; readonly refreshToken: string };
  /** What a token may; null where it opens nothing. */
  scopesOf(token: string): readonly string[] | null;
  /** Every access token runs out now. */
  expire(): void;
  /** Refresh tokens that were shown, in order. */
  readonly shown: string[];
  readonly routes: Readonly<Record<string, (asked: Asked) => Reply>>;
}

const allScopes = ["tweet.read", "tweet.write", "users.read", "media.write", "offline.access"];

const failure = (status: number, error: string, description: string): Reply => ({
  ...{ status, body: { error, error_description: description } },
});
const wrongToken = failure(400, "invalid_request", "Value passed for the token was invalid.");

const exchange = z.strictObject({
  ...{ grant_type: z.literal("authorization_code"), code: z.string(), redirect_uri: z.string() },
  ...{ code_verifier: z.string().min(43), client_id: z.string().optional() },
});
const renewal = z.strictObject({
  ...{ grant_type: z.literal("refresh_token"), refresh_token: z.string(), client_id: z.string().optional() },
});
const revocation = z.strictObject({ token: z.string(), client_id: z.string().optional() });

/** Makes one; what breaks the rules goes to `offend`. */
export function xOAuth(clock: TestClock, offend: (what: string) => void): XOAuth {
  const grants = new Map<string, Grant>();
  const access = new Map<string, Access>();
  const families = new Map<string, Family>();
  const newToken = (kind: string) => `${kind}-${randomBytes(24).toString("base64url")}`;

  const pairFor = (family: Family) => {
    const [accessToken, refreshToken] = [newToken("access"), newToken("refresh")];
    access.set(accessToken, { family, until: new Date(clock.now().getTime() + accessLife * 1_000) });
    families.set(refreshToken, family);
    family.refresh = refreshToken;
    return { accessToken, refreshToken };
  };
  const told = (family: Family): Reply => {
    const { accessToken, refreshToken } = pairFor(family);
    const offline = family.scopes.includes("offline.access");
    const body = {
      ...{ token_type: "bearer", expires_in: accessLife, access_token: accessToken, scope: family.scopes.join(" ") },
      ...(offline && { refresh_token: refreshToken }),
    };
    return { status: 200, body };
  };

  /** The form, when the client proved itself as its kind does. */
  const formOf = ({ headers, body }: Asked): Record<string, string> | Reply => {
    if (headers["content-type"] !== "application/x-www-form-urlencoded") offend("a token call that is no form");
    const form = Object.fromEntries(new URLSearchParams(body.toString()));
    const right = `Basic ${Buffer.from(`${xApp.id}:${xApp.secret}`).toString("base64")}`;
    const proven = oauth.confidential
      ? headers.authorization === right && form["client_id"] === undefined
      : headers.authorization === undefined && form["client_id"] === xApp.id;
    return proven ? form : failure(401, "unauthorized_client", "Missing valid authorization header");
  };
  const isReply = (form: Record<string, string> | Reply): form is Reply => typeof form["status"] === "number";

  const renew = (token: string): Reply => {
    oauth.shown.push(token);
    const family = families.get(token);
    if (family === undefined || !family.alive) return wrongToken;
    if (family.refresh === token) return told(family);
    // A used one: somebody else may have it.
    family.alive = false;
    return wrongToken;
  };

  const token = (asked: Asked): Reply => {
    const form = formOf(asked);
    if (isReply(form)) return form;
    const renewing = renewal.safeParse(form).data;
    if (renewing !== undefined) return renew(renewing.refresh_token);
    const wanted = exchange.safeParse(form).data;
    if (wanted === undefined) {
      offend(`token: ${Object.keys(form).join()}`);
      return failure(400, "invalid_request", "Missing required parameter.");
    }
    const grant = grants.get(wanted.code);
    grants.delete(wanted.code);
    const proof = createHash("sha256").update(wanted.code_verifier).digest("base64url");
    const late = grant !== undefined && clock.now().getTime() - grant.at.getTime() > codeLife;
    if (grant === undefined || late || grant.challenge !== proof || grant.redirectUri !== wanted.redirect_uri) {
      return failure(400, "invalid_request", "Value passed for the authorization code was invalid.");
    }
    return told({ scopes: grant.scopes, refresh: null, alive: true });
  };

  const oauth: XOAuth = {
    ...{ confidential: true, granted: null, shown: [] },
    allow(url) {
      const { pathname, searchParams: query } = new URL(url);
      const scopes = (query.get("scope") ?? "").split(" ");
      const known = [
        "response_type",
        "client_id",
        "redirect_uri",
        "scope",
        "state",
        "code_challenge",
        "code_challenge_method",
      ];
      const right =
        pathname === "/i/oauth2/authorize" &&
        [...query.keys()].toSorted().join() === known.toSorted().join() &&
        query.get("response_type") === "code" &&
        query.get("client_id") === xApp.id &&
        query.get("code_challenge_method") === "S256" &&
        scopes.every((scope) => allScopes.includes(scope)) &&
        (query.get("state") ?? "").length <= 500;
      if (!right) offend(`sign-in: ${url}`);
      const code = randomBytes(18).toString("base64url");
      grants.set(code, {
        ...{ redirectUri: query.get("redirect_uri") ?? "", scopes: oauth.granted ?? scopes, at: clock.now() },
        challenge: query.get("code_challenge") ?? "",
      });
      return { code, state: query.get("state") ?? "" };
    },
    signIn: (scopes = allScopes) => pairFor({ scopes, refresh: null, alive: true }),
    scopesOf: (bearer) => {
      const found = access.get(bearer);
      return found?.family.alive && found.until > clock.now() ? found.family.scopes : null;
    },
    expire: () => {
      for (const each of access.values()) each.until = clock.now();
    },
    routes: {
      "POST /2/oauth2/token": token,
      "POST /2/oauth2/revoke": (asked) => {
        const form = formOf(asked);
        if (isReply(form)) return form;
        const wanted = revocation.safeParse(form).data;
        if (wanted === undefined) offend(`revoke: ${Object.keys(form).join()}`);
        access.delete(wanted?.token ?? "");
        families.delete(wanted?.token ?? "");
        return { status: 200, body: { revoked: true } };
      },
    },
  };
  return oauth;
}
