/**
 * Connecting: Instagram Login (a code, a token of an hour, one of sixty days), or Facebook Login and the Pages behind which
 * Instagram accounts stand.
 */
import { z } from "zod";
import { addMilliseconds } from "../../infra/clock.ts";
import { Secret } from "../../infra/secret.ts";
import type {
  AccountSession,
  AuthorisationAnswer,
  AuthorisationOutcome,
  AuthorisationRequest,
  ConnectionOutcome,
  RefreshOutcome,
} from "../connection.ts";
import {
  codeOf,
  completeFacebookLogin,
  connectionTrouble,
  facebookDialog,
  missingScopes,
  refusedConnection,
  unreadable,
} from "../meta/facebook-login.ts";
import { listPages } from "../meta/facebook-pages.ts";
import { readTrouble } from "../meta/refusal.ts";
import {
  callsOf,
  type DirectLogin,
  directMethod,
  facebookMethod,
  type Instagram,
  profileShape,
  remoteAccount,
  words,
} from "./account.ts";

/** What is asked for; the first ones are indispensable. */
const requiredScopes = ["instagram_business_basic", "instagram_business_content_publish"];
export const directScopes = [...requiredScopes, "instagram_business_manage_insights"];
const requiredOfFacebook = ["instagram_basic", "instagram_content_publish", "pages_show_list", "pages_read_engagement"];
export const facebookScopes = [...requiredOfFacebook, "business_management", "instagram_manage_insights"];

const notConfigured = refusedConnection(
  "NOT_CONFIGURED",
  "This server has no app for this way to connect. Whoever runs it can set one up, or connect the other way.",
);

/** Where the browser signs in. */
export function authorise(self: Instagram, request: AuthorisationRequest): AuthorisationOutcome {
  const { directLogin, pageLogin, throughFacebook: graph } = self;
  if (request.method === facebookMethod) {
    return pageLogin === null ? notConfigured : facebookDialog({ ...pageLogin, graph }, request, facebookScopes);
  }
  if (directLogin === null) return notConfigured;
  const url = new URL(`${directLogin.loginUrl}/oauth/authorize`);
  const fields = {
    ...{ client_id: directLogin.app.id, redirect_uri: request.redirectUri, response_type: "code" },
    ...{ scope: directScopes.join(","), state: request.state },
  };
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
  return { kind: "started", url: url.href, pending: {} };
}

/** The browser is back. */
export function completeAuthorisation(
  self: Instagram,
  answer: AuthorisationAnswer,
  signal: AbortSignal,
): Promise<ConnectionOutcome> {
  if (answer.method === facebookMethod) return completeWithFacebook(self, answer, signal);
  return self.directLogin === null
    ? Promise.resolve(notConfigured)
    : completeDirect(self, self.directLogin, answer, signal);
}

const permissionList = z.union([z.array(z.string()), z.string().transform((text) => text.split(/[,\s]+/))]).catch([]);
const grant = z.object({ access_token: z.string().min(1), permissions: permissionList });
/** Documented as a list of one, seen as the object itself. */
const codeAnswer = z.union([z.object({ data: z.tuple([grant], z.unknown()) }).transform(({ data }) => data[0]), grant]);
const longLived = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });
const ownProfile = profileShape.extend({
  user_id: z.union([z.string(), z.number().transform(String)]),
  account_type: z.string().catch(""),
});

async function completeDirect(
  self: Instagram,
  { app, codes, tokens }: DirectLogin,
  answer: AuthorisationAnswer,
  signal: AbortSignal,
): Promise<ConnectionOutcome> {
  const code = codeOf(words.label, answer);
  if (!(code instanceof Secret)) return code;
  const form = {
    ...{ client_id: app.id, client_secret: app.secret, grant_type: "authorization_code" },
    ...{ redirect_uri: answer.redirectUri, code: code.reveal() },
  };
  const exchanged = await codes.post({ path: "/oauth/access_token", fields: form, account: "", signal });
  if (exchanged.kind !== "answered") return connectionTrouble(words, exchanged);
  const granted = codeAnswer.safeParse(exchanged.json).data;
  if (granted === undefined) return unreadable(words.label);
  const refusal = missingScopes(words.label, requiredScopes, granted.permissions);
  if (refusal !== null) return refusal;
  const exchange = { grant_type: "ig_exchange_token", client_secret: app.secret };
  const question = { path: "/access_token", fields: exchange, token: new Secret(granted.access_token) };
  const lengthened = await tokens.get({ ...question, account: "", signal });
  if (lengthened.kind !== "answered") return connectionTrouble(words, lengthened);
  const long = longLived.safeParse(lengthened.json).data;
  if (long === undefined) return unreadable(words.label);
  const token = new Secret(long.access_token);
  const expiresAt = addMilliseconds(self.clock.now(), long.expires_in * 1_000);
  const asked = { path: "/me", fields: { fields: "user_id,username,name,account_type" }, token, account: "", signal };
  const profile = await self.direct.get(asked);
  if (profile.kind !== "answered") return connectionTrouble(words, profile);
  const own = ownProfile.safeParse(profile.json).data;
  if (own === undefined) return unreadable(words.label);
  if (own.account_type.toUpperCase() === "PERSONAL") {
    const message = `@${own.username} is a personal account; Instagram lets only professional ones publish. Switch it to a business or creator account, then connect again.`;
    return refusedConnection("NOT_PROFESSIONAL", message);
  }
  const account = remoteAccount(own.user_id, own, directMethod);
  return {
    kind: "connected",
    accounts: [{ account, credentials: { token }, expiresAt, scopes: granted.permissions }],
  };
}

async function completeWithFacebook(
  { pageLogin, throughFacebook: graph }: Instagram,
  answer: AuthorisationAnswer,
  signal: AbortSignal,
): Promise<ConnectionOutcome> {
  if (pageLogin === null) return notConfigured;
  const login = { graph, app: pageLogin.app, words: { ...words, label: "Facebook" } };
  const user = await completeFacebookLogin(login, answer, requiredOfFacebook, signal);
  if (user.kind !== "user") return user;
  const pages = await listPages(login, user, signal);
  if ("kind" in pages) return pages;
  const accounts = pages.flatMap(({ id: pageId, access_token: token, instagram_business_account: profile }) =>
    token === null || profile === undefined
      ? []
      : [
          {
            account: remoteAccount(profile.id, profile, facebookMethod, { pageId }),
            ...{ credentials: { token }, expiresAt: null, scopes: user.granted },
          },
        ],
  );
  if (accounts.length > 0) return { kind: "connected", accounts };
  const message = `None of the ${pages.length} Pages that were shared has a professional Instagram account. Link one to a Page, and share that Page when you connect.`;
  return refusedConnection("NO_ACCOUNT", message);
}

/** Renews the token of sixty days. One of a Page has no end: it is only asked whether it still opens the account. */
export async function refresh(self: Instagram, session: AccountSession, signal: AbortSignal): Promise<RefreshOutcome> {
  const { graph, token, account } = callsOf(self, session);
  if (session.account.method === facebookMethod) {
    const answer = await graph.get({ path: `/${account}`, fields: { fields: "id" }, token, account, signal });
    if (answer.kind === "answered") return { kind: "renewed", credentials: session.credentials, expiresAt: null };
    return notRenewed(readTrouble(answer, words, token));
  }
  if (self.directLogin === null) return { kind: "unavailable", message: notConfigured.message };
  const fields = { grant_type: "ig_refresh_token" };
  const question = { path: "/refresh_access_token", fields, token, account, signal };
  const answer = await self.directLogin.tokens.get(question);
  if (answer.kind !== "answered") return notRenewed(readTrouble(answer, words, token));
  const renewed = longLived.safeParse(answer.json).data;
  if (renewed === undefined) return { kind: "unavailable", message: unreadable(words.label).message };
  const expiresAt = addMilliseconds(self.clock.now(), renewed.expires_in * 1_000);
  return { kind: "renewed", credentials: { token: new Secret(renewed.access_token) }, expiresAt };
}

const notRenewed = (trouble: ReturnType<typeof readTrouble>): RefreshOutcome =>
  trouble.kind === "missing" ? { kind: "unavailable", message: trouble.message } : trouble;
