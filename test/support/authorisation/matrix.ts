/**
 * Who may ask for what: one entry for every field of Query, Mutation and Subscription. The test fails for a field without one,
 * so whoever adds a field decides here. An entry says what the field takes, how to ask for it, and with which ids:
 *
 *   reviewImages: inWorkspace("images:review", mutationOf("reviewImages"), async (place) => ({
 *     input: { imageIds: [await place.image()], decision: "APPROVE" },
 *   })),
 *
 * `place` makes a fresh thing in a workspace that is the actor's, somebody else's, or deleted. What must happen is not written
 * here: it follows from the permission's row in src/graphql/permissions.ts. The other kinds of entry stand in entry.ts:
 * `anybody`, `signedIn`, `person`, `ownThing` (people, and only their own), `personInWorkspace`, `anywhere` (a scope, no role).
 * `passes: ["WRONG_PASSWORD"]` beside an entry names codes that only those read who were let in; `endsSessions: true` has the
 * actors sign in anew: `logoutEverywhere: { ...person(mutationOf("logoutEverywhere"), () => ({ input: {} })), endsSessions: true }`.
 * `file: true` sends a form with a picture at `input.file`.
 * Input must be right: an entry that is answered VALIDATION_FAILED where it should succeed fails.
 */
import { randomUUID } from "node:crypto";
import { encodeGlobalId } from "../../../src/graphql/ids.ts";
import { missingId } from "../studio.ts";
import type { Actor } from "./cast.ts";
import {
  anybody,
  anywhere,
  bulkMutationOf,
  type Entry,
  inWorkspace,
  mutationOf,
  ownThing,
  person,
  personInWorkspace,
  signedIn,
} from "./entry.ts";
import { accountMutations, accountQueries, accountSubscriptions } from "./matrix-accounts.ts";
import { analyticsMutations, analyticsQueries } from "./matrix-analytics.ts";
import { approvalMutations, approvalQueries } from "./matrix-approval.ts";
import { imageMutations, imageQueries } from "./matrix-images.ts";
import { notificationMutations, notificationQueries, notificationSubscriptions } from "./matrix-notifications.ts";
import { scheduleMutations, scheduleQueries } from "./matrix-schedules.ts";
import type { Place } from "./places.ts";

const inPlace = ({ workspaceId }: Place) => ({ workspaceId });
const userIdOf = ({ userId }: Actor) => (userId === "" ? missingId("User") : encodeGlobalId("User", userId));
const account = (name: string) => ({ email: `${name}@example.org`, password: "correct horse battery" });

const newPassword = "tangerine boat at dawn";
const somebody = () => ({ email: `${randomUUID()}@example.org` });

/** Fields of Query. */
export const queries: Readonly<Record<string, Entry>> = {
  serverInfo: anybody("{ serverInfo { publicUrl } }"),
  invitation: anybody("query ($token: String!) { invitation(token: $token) { workspaceName } }", async (place) => ({
    token: await place.invitationToken("somebody@example.org"),
  })),
  me: signedIn("{ me { id } }"),
  eventCursor: signedIn("{ eventCursor }"),
  imageProviders: signedIn("{ imageProviders { name } }"),
  // What may be looked up by an id: see nodes.ts.
  node: signedIn("query ($id: ID!) { node(id: $id) { id } }", (_place, actor) => ({ id: userIdOf(actor) })),
  nodes: signedIn("query ($id: ID!) { nodes(ids: [$id]) { id } }", (_place, actor) => ({ id: userIdOf(actor) })),
  workspaces: anywhere("workspace:read", "allowed", "{ workspaces { nodes { id } } }"),
  workspace: inWorkspace("workspace:read", "query ($id: ID!) { workspace(id: $id) { id } }", ({ workspaceId }) => ({
    id: workspaceId,
  })),
  apiTokens: person("{ apiTokens { totalCount } }"),
  sessions: person("{ sessions { totalCount } }"),
  dataExports: person("{ dataExports { totalCount } }"),
  securityEvents: person("{ securityEvents { totalCount } }"),
  ...imageQueries,
  ...approvalQueries,
  ...analyticsQueries,
  ...notificationQueries,
  ...scheduleQueries,
  post: inWorkspace("posts:read", "query ($id: ID!) { post(id: $id) { id } }", async (place) => ({
    id: await place.post(),
  })),
  posts: inWorkspace(
    "posts:read",
    "query ($workspaceId: ID) { posts(workspaceId: $workspaceId) { nodes { id } } }",
    async (place) => ({ ...inPlace(place), post: await place.post() }),
  ),
  validatePost: inWorkspace(
    "posts:read",
    "query ($input: ValidatePostInput!) { validatePost(input: $input) { isValid } }",
    async (place) => ({ input: { postId: await place.post() } }),
  ),
  ...accountQueries,
};

/** Fields of Mutation. */
export const mutations: Readonly<Record<string, Entry>> = {
  register: anybody(mutationOf("register"), () => ({ input: { ...account(randomUUID()), displayName: "Kim" } })),
  login: anybody(mutationOf("login"), () => ({ input: account("owner") })),
  refreshToken: {
    ...anybody(mutationOf("refreshToken"), () => ({ input: { refreshToken: "atr_none" } })),
    passes: ["INVALID_REFRESH_TOKEN"],
  },
  logout: { ...person(mutationOf("logout"), () => ({ input: {} })), endsSessions: true },
  logoutEverywhere: { ...person(mutationOf("logoutEverywhere"), () => ({ input: {} })), endsSessions: true },
  createStreamTicket: person("mutation { createStreamTicket { __typename } }"),
  revokeSession: ownThing(mutationOf("revokeSession"), async (place, { userId }) => ({
    input: { sessionId: await place.session(userId) },
  })),
  changePassword: {
    ...person(mutationOf("changePassword"), () => ({ input: { currentPassword: "another", newPassword } })),
    passes: ["WRONG_PASSWORD"],
  },
  updateProfile: person(mutationOf("updateProfile"), () => ({ input: { bio: "Flies kites." } })),
  uploadAvatar: { ...person(mutationOf("uploadAvatar"), () => ({ input: { file: null } })), file: true },
  removeAvatar: person("mutation { removeAvatar { __typename } }"),
  // The owner has archives already, from where nodes were asked for.
  exportMyData: { ...person(mutationOf("exportMyData")), passes: ["CONFLICT"] },
  deleteMyAccount: {
    ...person(mutationOf("deleteMyAccount"), (_place, { person: { email } }) => ({
      input: { password: "another", confirm: email },
    })),
    passes: ["WRONG_PASSWORD"],
  },
  // Nobody here wants to go, and whoever is let in is told so.
  keepMyAccount: { ...person(mutationOf("keepMyAccount")), passes: ["CONFLICT"] },
  requestPasswordReset: anybody(mutationOf("requestPasswordReset"), () => ({ input: somebody() })),
  resetPassword: {
    ...anybody(mutationOf("resetPassword"), () => ({ input: { token: "none", newPassword } })),
    passes: ["INVALID_LINK"],
  },
  requestEmailVerification: anybody(mutationOf("requestEmailVerification"), () => ({ input: somebody() })),
  verifyEmail: {
    ...anybody(mutationOf("verifyEmail"), () => ({ input: { token: "none" } })),
    passes: ["INVALID_LINK"],
  },
  ...analyticsMutations,
  createApiToken: personInWorkspace(mutationOf("createApiToken"), (place) => ({
    input: { ...inPlace(place), name: "Script", scopes: ["IMAGES_READ"] },
  })),
  revokeApiToken: ownThing(mutationOf("revokeApiToken"), async (place, { userId }) => ({
    input: { apiTokenId: await place.apiToken(userId) },
  })),
  createWorkspace: anywhere("workspace:create", "forbidden", mutationOf("createWorkspace"), () => ({
    input: { name: "Another" },
  })),
  updateWorkspace: inWorkspace("workspace:admin", mutationOf("updateWorkspace"), (place) => ({
    input: { ...inPlace(place), name: `Studio ${randomUUID()}` },
  })),
  leaveWorkspace: inWorkspace("workspace:leave", mutationOf("leaveWorkspace"), (place) => ({ input: inPlace(place) })),
  inviteMember: inWorkspace("workspace:admin", mutationOf("inviteMember"), (place) => ({
    input: { ...inPlace(place), email: `${randomUUID()}@example.org`, role: "VIEWER" },
  })),
  revokeInvitation: inWorkspace("workspace:admin", mutationOf("revokeInvitation"), async (place) => ({
    input: { invitationId: await place.invitation() },
  })),
  // One's own is the one for one's own address; there is no looking around among the others.
  acceptInvitation: {
    ...ownThing(mutationOf("acceptInvitation"), async (place, { person: { email } }) => ({
      input: { token: await place.invitationToken(email) },
    })),
    expected: ({ userId, scopes }, { name }) => {
      if (userId === "") return "unauthenticated";
      if (scopes !== null || name === "other's") return "forbidden";
      return name === "own" ? "allowed" : "INVALID_LINK";
    },
  },
  changeMemberRole: inWorkspace("workspace:admin", mutationOf("changeMemberRole"), async (place) => ({
    input: { memberId: await place.member(), role: "EDITOR" },
  })),
  removeMember: inWorkspace("workspace:admin", mutationOf("removeMember"), async (place) => ({
    input: { memberId: await place.member() },
  })),
  transferOwnership: inWorkspace("workspace:admin", mutationOf("transferOwnership"), async (place) => ({
    input: { memberId: await place.member() },
  })),
  ...imageMutations,
  ...approvalMutations,
  ...accountMutations,
  ...notificationMutations,
  ...scheduleMutations,
  createPost: inWorkspace("posts:write", mutationOf("createPost"), async (place) => ({
    input: { ...inPlace(place), caption: "", images: [], targets: [{ socialAccountId: await place.socialAccount() }] },
  })),
  schedulePost: inWorkspace("posts:publish", mutationOf("schedulePost"), async (place) => ({
    input: { postId: await place.post(), schedule: { now: true } },
  })),
  publishPostNow: inWorkspace("posts:publish", mutationOf("publishPostNow"), async (place) => ({
    input: { postId: await place.post() },
  })),
  // The target is a draft: whoever is let in is told that it cannot be.
  retryTarget: {
    ...inWorkspace("posts:publish", mutationOf("retryTarget"), async (place) => ({
      input: { targetId: await place.target() },
    })),
    passes: ["CONFLICT"],
  },
  resolveUnknownTarget: {
    ...inWorkspace("posts:publish", mutationOf("resolveUnknownTarget"), async (place) => ({
      input: { targetId: await place.target(), outcome: "NOT_PUBLISHED" },
    })),
    passes: ["CONFLICT"],
  },
  republishTarget: {
    ...inWorkspace("posts:publish", mutationOf("republishTarget"), async (place) => ({
      input: { targetId: await place.target(), confirmSecondPost: true },
    })),
    passes: ["CONFLICT"],
  },
  updatePost: inWorkspace("posts:write", mutationOf("updatePost"), async (place) => ({
    input: { postId: await place.post(), expectedVersion: 1, caption: "New." },
  })),
  duplicatePost: inWorkspace("posts:write", mutationOf("duplicatePost"), async (place) => ({
    input: { postId: await place.post() },
  })),
  deletePost: inWorkspace("posts:write", mutationOf("deletePost"), async (place) => ({
    input: { postId: await place.post() },
  })),
  cancelPosts: inWorkspace("posts:publish", bulkMutationOf("cancelPosts"), async (place) => ({
    input: { postIds: [await place.post()] },
  })),
  reschedulePosts: {
    ...inWorkspace("posts:publish", bulkMutationOf("reschedulePosts"), async (place) => ({
      input: { postIds: [await place.post()], move: { byMinutes: 5 } },
    })),
    // The post is a draft: only those who may move it read that.
    passes: ["CONFLICT"],
  },
  cancelPost: inWorkspace("posts:publish", mutationOf("cancelPost"), async (place) => ({
    input: { postId: await place.post() },
  })),
};

/** Fields of Subscription; each names what it watches, so that the current state comes first. */
export const subscriptions: Readonly<Record<string, Entry>> = {
  ...notificationSubscriptions,
  imageChanged: inWorkspace(
    "images:read",
    "subscription ($filter: ImageChangedFilter) { imageChanged(filter: $filter) { image { id } } }",
    async (place) => ({ filter: { ...inPlace(place), imageIds: [await place.image()] } }),
  ),
  postChanged: inWorkspace(
    "posts:read",
    "subscription ($filter: PostChangedFilter) { postChanged(filter: $filter) { post { id } } }",
    async (place) => ({ filter: { ...inPlace(place), postIds: [await place.post()] } }),
  ),
  ...accountSubscriptions,
  workspaceChanged: inWorkspace(
    "workspace:read",
    "subscription ($filter: WorkspaceChangedFilter) { workspaceChanged(filter: $filter) { workspace { id } } }",
    (place) => ({ filter: inPlace(place) }),
  ),
};
