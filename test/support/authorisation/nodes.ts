/**
 * What may be looked up by an id, and every way from one thing to another: one entry for every type that has an id of its own,
 * and for every field that leads to one. The test fails for a type or field without an entry; matrix.ts says how entries work.
 * An `edge` takes what its start takes, and then a permission of its own.
 */
import { encodeGlobalId } from "../../../src/graphql/ids.ts";
import { missingId } from "../studio.ts";
import { type Entry, edge, inWorkspace, lookedUp, ownNode, signedIn, thenScopeOf } from "./entry.ts";
import { connectionNode } from "./matrix-accounts.ts";
import { approvalEdges, approvalNodes } from "./matrix-approval.ts";
import { scheduleEdges, scheduleNodes } from "./matrix-schedules.ts";
import type { Place } from "./places.ts";

const byId = "query ($id: ID!) { node(id: $id) { id } }";
const from = (type: string, way: string) => `query ($id: ID!) { node(id: $id) { ... on ${type} { ${way} } } }`;

const the = (make: (place: Place) => Promise<string>) => async (place: Place) => ({ id: await make(place) });
const image = the((place) => place.image());
const tag = the((place) => place.tag());
const style = the((place) => place.style());
const styleVersion = the((place) => place.styleVersion());
const decision = the((place) => place.decision());
const comment = the((place) => place.comment());
const attempt = the((place) => place.attempt());
const post = the((place) => place.post());
const target = the((place) => place.target());
const socialAccount = the((place) => place.socialAccount());
const member = the((place) => place.member());
const invitation = the((place) => place.invitation());
const webhook = the((place) => place.webhook());
const webhookDelivery = the((place) => place.webhookDelivery());
const workspace = ({ workspaceId }: Place) => ({ id: workspaceId });
const apiToken = async (place: Place, { userId }: { userId: string }) => ({ id: await place.apiToken(userId) });

/** Types that `node` and `nodes` find. */
export const nodes: Readonly<Record<string, Entry>> = {
  User: ownNode("allowed", byId, ({ name }, { userId }) => ({
    id: name === "own" && userId !== "" ? encodeGlobalId("User", userId) : missingId("User"),
  })),
  DataExport: ownNode("forbidden", byId, async (place, { userId }) => ({ id: await place.dataExport(userId) })),
  ApiToken: ownNode("forbidden", byId, apiToken),
  Session: ownNode("hidden", byId, async (place, { userId }) => ({ id: await place.session(userId) })),
  SecurityEvent: ownNode("hidden", byId, async (place, { userId }) => ({ id: await place.securityEvent(userId) })),
  Notification: ownNode("forbidden", byId, async (place, { userId }) => ({ id: await place.notification(userId) })),
  Webhook: lookedUp("workspace:admin", byId, webhook),
  WebhookDelivery: lookedUp("workspace:admin", byId, webhookDelivery),
  Workspace: lookedUp("workspace:read", byId, workspace),
  Member: lookedUp("members:read", byId, member),
  Invitation: lookedUp("workspace:admin", byId, invitation),
  Image: lookedUp("images:read", byId, image),
  Tag: lookedUp("images:read", byId, tag),
  Style: lookedUp("images:read", byId, style),
  StyleVersion: lookedUp("images:read", byId, styleVersion),
  ImageDecision: lookedUp("images:read", byId, decision),
  ImageComment: lookedUp("images:read", byId, comment),
  GenerationAttempt: lookedUp("images:read", byId, attempt),
  CleanUpRun: lookedUp(
    "images:read",
    byId,
    the((place) => place.cleanUpRun()),
  ),
  ...approvalNodes,
  Post: lookedUp("posts:read", byId, post),
  MetricExport: lookedUp(
    "analytics:read",
    byId,
    the((place) => place.metricExport()),
  ),
  PostTarget: lookedUp("posts:read", byId, target),
  ...scheduleNodes,
  ConnectionAttempt: connectionNode,
  SocialAccount: lookedUp("social-accounts:read", byId, socialAccount),
};

/** Fields that lead from one thing to another. */
export const edges: Readonly<Record<string, Entry>> = {
  "User.workspaces": signedIn("{ me { workspaces { id } } }"),
  // A token may be for no workspace in particular: its name says that it was found.
  "ApiToken.workspace": ownNode("forbidden", from("ApiToken", "name workspace { id }"), apiToken),
  // None is set: its name says that the workspace was found.
  "Workspace.defaultStyle": edge(
    ...(["workspace:read", "workspace:read", from("Workspace", "name defaultStyle { id }")] as const),
    workspace,
  ),
  "Webhook.workspace": edge("workspace:admin", "workspace:read", from("Webhook", "workspace { id }"), webhook),
  // Whoever made it may be gone: its name says that it was found.
  "Webhook.createdBy": edge("workspace:admin", "workspace:admin", from("Webhook", "name createdBy { id }"), webhook),
  "Webhook.deliveries": edge(
    "workspace:admin",
    "workspace:admin",
    from("Webhook", "id deliveries { nodes { id } }"),
    webhook,
  ),
  "WebhookDelivery.webhook": edge(
    "workspace:admin",
    "workspace:admin",
    from("WebhookDelivery", "webhook { id }"),
    webhookDelivery,
  ),
  "Workspace.members": edge("workspace:read", "members:read", from("Workspace", "members { nodes { id } }"), workspace),
  "Workspace.invitations": edge(
    ...(["workspace:read", "workspace:admin", from("Workspace", "invitations { nodes { id } }")] as const),
    async (place) => ({ ...workspace(place), invitation: await place.invitation() }),
  ),
  "Member.user": edge("members:read", "members:read", from("Member", "user { id }"), member),
  "Member.workspace": edge("members:read", "workspace:read", from("Member", "workspace { id }"), member),
  "Invitation.invitedBy": edge(
    "workspace:admin",
    "workspace:admin",
    from("Invitation", "invitedBy { id }"),
    invitation,
  ),
  "Invitation.workspace": edge("workspace:admin", "workspace:read", from("Invitation", "workspace { id }"), invitation),
  "Image.workspace": edge("images:read", "workspace:read", from("Image", "workspace { id }"), image),
  // Nobody reads what a clean-up would do but those who may do it.
  "CleanUpJudgement.image": thenScopeOf(
    "images:read",
    inWorkspace(
      "workspace:admin",
      `mutation ($workspaceId: ID) { cleanUpImages(input: { workspaceId: $workspaceId, olderThanDays: 1 }) {
        ... on Error { code message } ... on CleanUpImagesSuccess { judgements { nodes { image { id } } } } } }`,
      async (place) => ({ workspaceId: place.workspaceId, image: await place.image() }),
    ),
  ),
  "Image.parent": edge(
    "images:read",
    "images:read",
    from("Image", "parent { id }"),
    the((place) => place.derivedImage()),
  ),
  "Image.tags": edge("images:read", "images:read", from("Image", "id tags { id }"), image),
  "Image.decisions": edge("images:read", "images:read", from("Image", "id decisions { nodes { id } }"), image),
  "Image.comments": edge("images:read", "images:read", from("Image", "id comments { nodes { id } }"), image),
  "Image.reviewedBy": edge("images:read", "images:read", from("Image", "id reviewedBy { id }"), image),
  "Image.styleVersion": edge("images:read", "images:read", from("Image", "id styleVersion { id }"), image),
  "ImageDecision.image": edge("images:read", "images:read", from("ImageDecision", "image { id }"), decision),
  "ImageDecision.user": edge("images:read", "images:read", from("ImageDecision", "user { id }"), decision),
  "ImageComment.image": edge("images:read", "images:read", from("ImageComment", "image { id }"), comment),
  "ImageComment.user": edge("images:read", "images:read", from("ImageComment", "user { id }"), comment),
  "Style.current": edge("images:read", "images:read", from("Style", "current { id }"), style),
  "Style.versions": edge("images:read", "images:read", from("Style", "versions { nodes { id } }"), style),
  "StyleVersion.style": edge("images:read", "images:read", from("StyleVersion", "style { id }"), styleVersion),
  // Most have none: its name says that the version was found.
  "StyleVersion.previewImage": edge(
    ...(["images:read", "images:read", from("StyleVersion", "number previewImage { id }")] as const),
    styleVersion,
  ),
  "Tag.workspace": edge("images:read", "workspace:read", from("Tag", "workspace { id }"), tag),
  "GenerationAttempt.image": edge("images:read", "images:read", from("GenerationAttempt", "image { id }"), attempt),
  ...approvalEdges,
  "Post.workspace": edge("posts:read", "workspace:read", from("Post", "workspace { id }"), post),
  "Post.author": edge("posts:read", "posts:read", from("Post", "author { id }"), post),
  "Post.targets": edge("posts:read", "posts:read", from("Post", "targets { id }"), post),
  ...scheduleEdges,
  "PostImage.image": edge("posts:read", "images:read", from("Post", "images { image { id } }"), post),
  "PublishAttempt.resolvedBy": edge(
    ...(["posts:read", "posts:read", from("PostTarget", "id attempts { resolvedBy { id } }")] as const),
    target,
  ),
  "PostTarget.socialAccount": edge(
    ...(["posts:read", "social-accounts:read", from("PostTarget", "socialAccount { id }")] as const),
    target,
  ),
  "SocialAccount.workspace": edge(
    ...(["social-accounts:read", "workspace:read", from("SocialAccount", "workspace { id }")] as const),
    socialAccount,
  ),
};
