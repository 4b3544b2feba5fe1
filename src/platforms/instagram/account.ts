/** An Instagram account, and the host that opens it: the two ways to sign in are two hosts with one language. */
import { z } from "zod";
import type { Secret } from "../../infra/secret.ts";
import type { AccountSession, RemoteAccount } from "../connection.ts";
import type { Graph } from "../meta/graph.ts";
import type { TroubleWords } from "../meta/refusal.ts";
import type { MetaApp } from "../meta/settings.ts";
import type { PlatformContext } from "../platform.ts";
import { instagramErrors } from "./rules.ts";

/** The ways to connect. */
export const directMethod = "instagram";
export const facebookMethod = "instagramWithFacebook";

/** How its trouble is read and told. */
export const words: TroubleWords = { label: "Instagram", table: instagramErrors };

/** The app with Instagram Login, and where it signs in. */
export interface DirectLogin {
  readonly app: MetaApp;
  /** api.instagram.com: exchanges codes. */
  readonly codes: Graph;
  /** graph.instagram.com without a version: exchanges and renews tokens. */
  readonly tokens: Graph;
  readonly loginUrl: string;
}

/** The app with Facebook Login, and where it signs in. */
export interface PageLogin {
  readonly app: MetaApp;
  readonly loginUrl: string;
}

/** What the adapter is made of. */
export interface Instagram {
  readonly clock: PlatformContext["clock"];
  /** graph.instagram.com. */
  readonly direct: Graph;
  /** graph.facebook.com. */
  readonly throughFacebook: Graph;
  /** Null: the settings name no such app. */
  readonly directLogin: DirectLogin | null;
  readonly pageLogin: PageLogin | null;
}

/** How calls for an account are made. */
export interface AccountCalls {
  readonly graph: Graph;
  readonly token: Secret;
  /** Its remote id, which is in its paths. */
  readonly account: string;
}

/** Opens an account. Its access was stored by this adapter, under one name. */
export function callsOf(self: Instagram, { account, credentials }: AccountSession): AccountCalls {
  const token = credentials["token"];
  if (token === undefined) throw new Error("An Instagram account was stored without a token.");
  const graph = account.method === facebookMethod ? self.throughFacebook : self.direct;
  return { graph, token, account: account.remoteId };
}

/** An account as its profile tells it. */
export const remoteAccount = (
  id: string,
  { username, name }: { readonly username: string; readonly name?: string | undefined },
  method: string,
  details: RemoteAccount["details"] = {},
): RemoteAccount => ({
  ...{ remoteId: id, handle: username, name: name || username, url: `https://www.instagram.com/${username}/` },
  ...{ method, details },
});

/** A profile as either host tells it. */
export const profileShape = z.object({ username: z.string().min(1), name: z.string().optional().catch(undefined) });
