/** Instagram Login: a code for a token of an hour, that for one of sixty days, which can be renewed once it is a day old. */
import { type GraphCall, type GraphReply, graphError, isReply, ok, strangers } from "./graph-call.ts";
import type { GraphChassis } from "./graph-chassis.ts";

/** The simulated Instagram app. */
export const instagramApp = { id: "543210987654321", secret: "simulated-instagram-secret" } as const;

const anHour = 60 * 60_000;
const aDay = 24 * anHour;

/** What Instagram Login is made of. */
export interface InstagramLogin {
  /** Whether codes are answered as the object itself, not as a list of one. */
  flat: boolean;
  readonly declined: Set<string>;
  accountType: string;
  /** The code that the browser brings back after this sign-in; good once. */
  grant(authorisationUrl: string): string;
  /** A token of sixty days. */
  token(): string;
  /** Answers what belongs to it; null leaves the call to others. */
  answer(call: GraphCall): GraphReply | null;
}

const wrongCode = (message: string): GraphReply => ({
  ...{ status: 400, body: { error_type: "OAuthException", code: 400, error_message: message } },
});

/** Makes it. */
export function instagramLogin(chassis: () => GraphChassis, account: { readonly id: string }): InstagramLogin {
  const codes = new Map<string, { readonly redirectUri: string; readonly scopes: readonly string[] }>();
  const lasting = () => chassis().mint("instagram", account.id, 60 * aDay);
  const login: InstagramLogin = {
    ...{ flat: false, declined: new Set(), accountType: "Business", token: lasting },
    grant(authorisationUrl) {
      const { searchParams, pathname } = new URL(authorisationUrl);
      const fields = ["client_id", "redirect_uri", "response_type", "state"].map((name) => searchParams.get(name));
      if (fields[0] !== instagramApp.id || fields.includes(null) || pathname !== "/oauth/authorize") {
        chassis().offences.push(`a wrong sign-in address: ${authorisationUrl}`);
      }
      const code = `code-${chassis().nextId()}`;
      const scopes = (searchParams.get("scope") ?? "").split(/[, ]/);
      codes.set(code, { redirectUri: searchParams.get("redirect_uri") ?? "", scopes });
      return `${code}#_`;
    },
    answer(call) {
      if (call.host === "api") return exchangeCode(call);
      if (call.host !== "ig" || call.version !== null) return null;
      if (call.path === "/access_token") return lengthen(call);
      return call.path === "/refresh_access_token" ? renew(call) : null;
    },
  };

  function exchangeCode(call: GraphCall): GraphReply {
    const known = ["client_id", "client_secret", "grant_type", "redirect_uri", "code"];
    if (call.method !== "POST" || strangers(call, known).length > 0) return chassis().offend("a wrong code exchange");
    const { client_id: id, client_secret: secret, code = "", redirect_uri: redirectUri } = call.fields;
    if (id !== instagramApp.id || secret !== instagramApp.secret) return wrongCode("Error validating the client.");
    const granted = codes.get(code);
    codes.delete(code);
    if (granted === undefined) return wrongCode("This authorization code has been used");
    if (granted.redirectUri !== redirectUri) return wrongCode("Error validating verification code: redirect_uri");
    const permissions = granted.scopes.filter((scope) => !login.declined.has(scope));
    const token = chassis().mint("instagram-short", account.id, anHour);
    const grant = { access_token: token, user_id: Number("26001"), permissions };
    return ok(login.flat ? { ...grant, permissions: permissions.join(",") } : { data: [grant] });
  }

  function lengthen(call: GraphCall): GraphReply {
    const { grant_type: grant, client_secret: secret } = call.fields;
    const short = chassis().open(call);
    if (isReply(short)) return short;
    if (grant !== "ig_exchange_token" || secret !== instagramApp.secret || short.kind !== "instagram-short") {
      return graphError(100, 0, "Invalid parameter");
    }
    return ok({ access_token: lasting(), token_type: "bearer", expires_in: (60 * aDay) / 1_000 });
  }

  function renew(call: GraphCall): GraphReply {
    const opened = chassis().open(call);
    if (isReply(opened)) return opened;
    if (call.fields["grant_type"] !== "ig_refresh_token") return graphError(100, 0, "Invalid parameter");
    if (chassis().clock.now().getTime() - opened.bornAt.getTime() < aDay) {
      return graphError(100, 0, "The token is too young to be renewed.");
    }
    const permissions = "instagram_business_basic,instagram_business_content_publish";
    return ok({ access_token: lasting(), token_type: "bearer", expires_in: (60 * aDay) / 1_000, permissions });
  }

  return login;
}
