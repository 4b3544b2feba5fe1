/** An X account, as its own token knows it. */
import { z } from "zod";
import type { AccountSession, CheckOutcome, Credentials, RemoteAccount } from "../connection.ts";
import { askX, refusalOf, trouble } from "./api.ts";
import type { X } from "./setup.ts";

const userShape = z.object({
  data: z.object({
    ...{ id: z.string().regex(/^\d+$/), username: z.string().min(1), name: z.string().catch("") },
    subscription_type: z.string().optional().catch(undefined),
  }),
});

/** Who pays X may write long posts. */
const paying = ["Basic", "Premium", "PremiumPlus"];

/** Asks whom a token opens. */
export async function readAccount(
  x: X,
  { credentials, method }: { readonly credentials: Credentials; readonly method: string },
  signal: AbortSignal,
): Promise<CheckOutcome> {
  const nobody: RemoteAccount = { remoteId: "", handle: "", name: "", url: null, method, details: {} };
  return check(x, { account: nobody, credentials }, signal);
}

/** Asks whom a session opens. */
export async function check(x: X, session: AccountSession, signal: AbortSignal): Promise<CheckOutcome> {
  const query = { "user.fields": "name,username,subscription_type" };
  const answer = await askX(x, { session, path: "/2/users/me", query, signal });
  const { remoteId, method } = session.account;
  const user =
    answer.kind === "answered" && answer.status === 200 ? userShape.safeParse(answer.json).data?.data : undefined;
  if (user !== undefined && (remoteId === "" || user.id === remoteId)) {
    return { kind: "alive", account: remoteAccount(user, method), scopes: null };
  }
  const refusal = answer.kind === "answered" ? refusalOf(x, answer, session) : null;
  if (refusal?.kind === "refused" && refusal.code === "ACCOUNT_HELD_BACK") {
    return { kind: "unauthorized", message: `${refusal.message} Then connect it again.` };
  }
  return trouble(x, answer, session);
}

function remoteAccount(user: z.output<typeof userShape>["data"], method: string): RemoteAccount {
  const { id, username, name, subscription_type: subscription = "None" } = user;
  return {
    ...{ remoteId: id, handle: username, name: name.trim() === "" ? username : name, url: `https://x.com/${username}` },
    ...{ method, details: { longPosts: paying.includes(subscription) ? "yes" : "no" } },
  };
}

/** Where people find a post. */
export const permalinkOf = ({ handle }: RemoteAccount, id: string): string => `https://x.com/${handle}/status/${id}`;
