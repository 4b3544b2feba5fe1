/** Who may ask for what of social accounts: see matrix.ts. */
import { randomUUID } from "node:crypto";
import { missingId } from "../studio.ts";
import { type Ask, type Entry, inWorkspace, mutationOf, ownAttempt, personMay, signedIn } from "./entry.ts";
import type { Place } from "./places.ts";

const inPlace = ({ workspaceId }: Place) => ({ workspaceId });

/** An act on one account, which takes nothing else. */
const onAccount = (field: string): Entry =>
  inWorkspace("social-accounts:write", mutationOf(field), async (place) => ({
    input: { socialAccountId: await place.socialAccount() },
  }));

const attempt: Ask = async (place, { userId, person }) => ({ id: await place.connection(userId, person.token) });

/** An attempt to connect, looked up by its id. */
export const connectionNode = ownAttempt("hidden", "query ($id: ID!) { node(id: $id) { id } }", attempt);

/** An act on one account's queue. */
const onQueue = (field: string, more: object = {}): Entry =>
  inWorkspace("posts:publish", mutationOf(field), async (place) => ({
    input: { socialAccountId: await place.socialAccount(), ...more },
  }));

/** Fields of Query. */
export const accountQueries: Readonly<Record<string, Entry>> = {
  platforms: signedIn("{ platforms { label } }"),
  socialAccount: inWorkspace(
    "social-accounts:read",
    "query ($id: ID!) { socialAccount(id: $id) { id } }",
    async (place) => ({
      id: await place.socialAccount(),
    }),
  ),
  socialAccounts: inWorkspace(
    "social-accounts:read",
    "query ($workspaceId: ID) { socialAccounts(workspaceId: $workspaceId) { nodes { id } } }",
    async (place) => ({ ...inPlace(place), account: await place.socialAccount() }),
  ),
  connection: ownAttempt("forbidden", "query ($id: ID!) { connection(id: $id) { id } }", attempt),
};

/** Fields of Mutation. */
export const accountMutations: Readonly<Record<string, Entry>> = {
  connectSocialAccount: inWorkspace("social-accounts:write", mutationOf("connectSocialAccount"), (place) => ({
    input: { ...inPlace(place), account: { showcase: { handle: `k${randomUUID().slice(0, 8)}`, name: "Kites" } } },
  })),
  // Whoever is let in is told that galleries are connected by a form.
  startConnection: {
    ...personMay("social-accounts:write", mutationOf("startConnection"), (place) => ({
      input: { ...inPlace(place), method: "SHOWCASE" },
    })),
    passes: ["VALIDATION_FAILED"],
  },
  // Whoever is let in is told that nobody has come back yet.
  completeConnection: {
    ...ownAttempt("forbidden", mutationOf("completeConnection"), async (place, { userId, person }) => ({
      input: { connectionId: await place.connection(userId, person.token) },
    })),
    passes: ["CONFLICT"],
  },
  checkSocialAccount: onAccount("checkSocialAccount"),
  pauseSocialAccount: onAccount("pauseSocialAccount"),
  resumeSocialAccount: onAccount("resumeSocialAccount"),
  disconnectSocialAccount: onAccount("disconnectSocialAccount"),
  setPostingSlots: onQueue("setPostingSlots", { timeZone: "UTC", slots: [{ weekday: "MONDAY", time: "09:00" }] }),
  pauseQueue: onQueue("pauseQueue"),
  resumeQueue: onQueue("resumeQueue"),
  // Whoever is let in is told that the posts are not in the queue.
  reorderQueue: {
    ...inWorkspace("posts:publish", mutationOf("reorderQueue"), async (place) => ({
      input: { socialAccountId: await place.socialAccount(), postIds: [await place.post(), missingId("Post")] },
    })),
    passes: ["CONFLICT"],
  },
};

/** Fields of Subscription. */
export const accountSubscriptions: Readonly<Record<string, Entry>> = {
  socialAccountChanged: inWorkspace(
    "social-accounts:read",
    "subscription ($filter: SocialAccountChangedFilter) { socialAccountChanged(filter: $filter) { socialAccount { id } } }",
    async (place) => ({ filter: { ...inPlace(place), socialAccountIds: [await place.socialAccount()] } }),
  ),
};
