/** A Facebook Page and what opens it: a token of its own, which ends with the person's password, role or consent. */
import { z } from "zod";
import type { Secret } from "../../infra/secret.ts";
import type {
  AccountSession,
  AuthorisationAnswer,
  CheckOutcome,
  ConnectionOutcome,
  RemoteAccount,
} from "../connection.ts";
import { completeFacebookLogin, refusedConnection } from "../meta/facebook-login.ts";
import { type FacebookPage, listPages } from "../meta/facebook-pages.ts";
import type { Graph } from "../meta/graph.ts";
import { readTrouble, type TroubleWords } from "../meta/refusal.ts";
import type { MetaApp } from "../meta/settings.ts";
import type { PlatformContext } from "../platform.ts";
import { facebookErrors } from "./rules.ts";

/** The way to connect. */
export const facebookMethod = "facebook";

/** How its trouble is read and told. */
export const words: TroubleWords = { label: "Facebook", table: facebookErrors };

/** What the adapter is made of. */
export interface Facebook {
  readonly clock: PlatformContext["clock"];
  readonly graph: Graph;
  readonly app: MetaApp;
  readonly loginUrl: string;
}

/** What is asked for; the first ones are indispensable. */
const requiredScopes = ["pages_show_list", "pages_manage_posts", "pages_read_engagement"];
export const facebookScopes = [...requiredScopes, "pages_read_user_content", "read_insights", "business_management"];

/** The role that posts need, as old and new Pages name it. */
const mayPost = ({ tasks }: FacebookPage): boolean =>
  tasks.some((task) => task === "CREATE_CONTENT" || task === "PROFILE_PLUS_CREATE_CONTENT");

/** How calls for a Page are made. */
export interface PageCalls {
  readonly graph: Graph;
  readonly token: Secret;
  /** Its id, which is in its paths. */
  readonly account: string;
}

/** Opens a Page. Its access was stored by this adapter, under one name. */
export function callsOf({ graph }: Facebook, { account, credentials }: AccountSession): PageCalls {
  const token = credentials["token"];
  if (token === undefined) throw new Error("A Facebook Page was stored without a token.");
  return { graph, token, account: account.remoteId };
}

const remoteAccount = ({ id, name, username }: Pick<FacebookPage, "id" | "name" | "username">): RemoteAccount => ({
  ...{ remoteId: id, handle: username ?? id, name: name === "" ? id : name },
  ...{ url: `https://www.facebook.com/${username ?? id}`, method: facebookMethod, details: {} },
});

/** The browser is back: the Pages on which this person may post. */
export async function completeAuthorisation(
  { graph, app }: Facebook,
  answer: AuthorisationAnswer,
  signal: AbortSignal,
): Promise<ConnectionOutcome> {
  const login = { graph, app, words };
  const user = await completeFacebookLogin(login, answer, requiredScopes, signal);
  if (user.kind !== "user") return user;
  const pages = await listPages(login, user, signal);
  if ("kind" in pages) return pages;
  const accounts = pages.filter(mayPost).flatMap((page) =>
    page.access_token === null
      ? []
      : [
          {
            account: remoteAccount(page),
            // Made with a token of sixty days, a Page's own has no end.
            ...{ credentials: { token: page.access_token }, expiresAt: null, scopes: user.granted },
          },
        ],
  );
  if (accounts.length > 0) return { kind: "connected", accounts };
  const message = `On none of the ${pages.length} Pages that were shared may this person create content. Share such a Page when you connect, or ask for the role.`;
  return refusedConnection("NO_PAGE", message);
}

const profileShape = z.object({
  id: z.string(),
  name: z.string().catch(""),
  username: z.string().optional().catch(undefined),
});

/** Asks whether the Page's token still opens it. */
export async function check(self: Facebook, session: AccountSession, signal: AbortSignal): Promise<CheckOutcome> {
  const { graph, token, account } = callsOf(self, session);
  const fields = { fields: "id,name,username" };
  const answer = await graph.get({ path: `/${account}`, fields, token, account, signal });
  if (answer.kind === "answered") {
    const page = profileShape.safeParse(answer.json).data;
    if (page !== undefined) return { kind: "alive", account: remoteAccount(page), scopes: null };
    return { kind: "unavailable", message: "Facebook gave an answer that could not be read." };
  }
  const trouble = readTrouble(answer, words, token);
  return trouble.kind === "missing" ? { kind: "unavailable", message: trouble.message } : trouble;
}
