import { builder } from "../../graphql/builder.ts";
import { createdOrders } from "../../graphql/created-order.ts";
import { keysetConnection } from "../../graphql/keyset.ts";
import { nodeSelection } from "../../graphql/node-selection.ts";
import { relatedConnection } from "../../graphql/related-connection.ts";
import { requireViewer } from "../../graphql/require-viewer.ts";
import { visibleTo } from "../../graphql/visible-to.ts";
import { workspaceOf } from "../../graphql/workspace-of.ts";
import { requireMember } from "../../workspaces/require-member.ts";
import { NotificationKindEnum, subjectId } from "./notification.ts";

const manage = "workspace:admin";

const WebhookStateEnum = builder.enumType("WebhookState", {
  description: "Whether a webhook is sent to.",
  values: {
    ACTIVE: { description: "It is." },
    PAUSED: {
      description: "It is not, after failures or because somebody said so. What happens waits until it is active.",
    },
    DISABLED: { description: "Its receiver answered 410: it is gone for good. What happens is not kept for it." },
  } as const,
});

const WebhookDeliveryStatusEnum = builder.enumType("WebhookDeliveryStatus", {
  description: "How far a message is.",
  values: {
    PENDING: { description: "It is to be sent, or sent again." },
    DELIVERED: { description: "The receiver took it." },
    FAILED: { description: "Every try failed. `replayWebhookDelivery` sends it once more." },
  } as const,
});

builder.prismaObject("WebhookAttempt", {
  description: "One try to send a message.",
  fields: (t) => ({
    number: t.exposeInt("number", { description: "1 for the first." }),
    startedAt: t.expose("startedAt", { type: "DateTime", description: "When it began." }),
    finishedAt: t.expose("finishedAt", {
      ...{ type: "DateTime", nullable: true },
      description: "When it ended; null while it runs.",
    }),
    httpStatus: t.exposeInt("httpStatus", {
      nullable: true,
      description: "What the receiver answered; null where it did not.",
    }),
    answer: t.exposeString("answer", {
      nullable: true,
      description: "The first 1,000 characters of its answer; null where there is none.",
    }),
    failure: t.exposeString("failure", { nullable: true, description: "Why it failed; null where it did not." }),
  }),
});

/** The WebhookDelivery type. */
export const WebhookDeliveryType = builder.prismaNode("WebhookDelivery", {
  nullable: true,
  id: { field: "id", description: "The delivery's id." },
  description: "One message to a webhook, however often it is tried. Kept for 30 days.",
  findUnique: (id, { viewer }) => ({ id, AND: [{ webhook: visibleTo(viewer, manage) }] }),
  authScopes: { may: manage },
  runScopesOnType: true,
  fields: (t) => ({
    webhook: t.relation("webhook", { description: "To which webhook." }),
    kind: t.expose("kind", {
      type: NotificationKindEnum,
      nullable: true,
      description: "What it tells; null for a test.",
    }),
    subjectId: t.id({
      nullable: true,
      description: "The id of what it is about; null for a test.",
      select: { kind: true, entityId: true },
      resolve: ({ kind, entityId }) => (kind === null || entityId === null ? null : subjectId(kind, entityId)),
    }),
    messageId: t.exposeString("messageId", {
      description: "The `webhook-id` that the receiver sees: the same for every try, and for a replay.",
    }),
    status: t.expose("status", { type: WebhookDeliveryStatusEnum, description: "How far it is." }),
    body: t.exposeString("body", { nullable: true, description: "What is sent; null before the first try." }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was ordered." }),
    dueAt: t.expose("dueAt", { type: "DateTime", description: "The next try is not before this moment." }),
    finishedAt: t.expose("finishedAt", {
      ...{ type: "DateTime", nullable: true },
      description: "When it was taken or given up; null before.",
    }),
    attempts: t.relation("attempts", {
      description: "Every try, the first one first; at most eight.",
      query: { orderBy: { number: "asc" } },
    }),
  }),
});

const WebhookDeliveryConnection = builder.connectionObject(
  { type: WebhookDeliveryType, name: "WebhookDeliveryConnection", description: "A page of deliveries." },
  { name: "WebhookDeliveryEdge", description: "A delivery in its list." },
);

const deliveriesOf = relatedConnection({
  order: createdOrders.CREATED_DESC,
  load: async ({ services: { db } }, parentIds, page) => {
    const webhooks = await db.webhook.findMany({
      where: { id: { in: parentIds } },
      select: { id: true, deliveries: page },
    });
    return webhooks.map(({ id, deliveries: rows }) => ({ id, rows }));
  },
  count: async ({ services: { db } }, parentIds) => {
    const select = { id: true, _count: { select: { deliveries: true } } } as const;
    const webhooks = await db.webhook.findMany({ where: { id: { in: parentIds } }, select });
    return webhooks.map(({ id, _count }) => ({ id, rows: _count.deliveries }));
  },
});

/** The Webhook type. */
export const WebhookType = builder.prismaNode("Webhook", {
  nullable: true,
  id: { field: "id", description: "The webhook's id." },
  description:
    "An address of yours that is told what happens in a workspace, by signed POST requests (https://www.standardwebhooks.com). Owners see it.",
  findUnique: (id, { viewer }) => ({ id, AND: [visibleTo(viewer, manage)] }),
  authScopes: { may: manage },
  runScopesOnType: true,
  fields: (t) => ({
    name: t.exposeString("name", { description: "What it is called here." }),
    url: t.exposeString("url", { description: "Where messages are sent." }),
    kinds: t.expose("kinds", { type: [NotificationKindEnum], description: "What it is told." }),
    document: t.exposeString("document", {
      nullable: true,
      description: "The GraphQL document that makes a message's `data`; null: the ids of what it is about.",
    }),
    state: t.expose("state", { type: WebhookStateEnum, description: "Whether it is sent to." }),
    stateReason: t.exposeString("stateReason", {
      nullable: true,
      description: "Why it is not active; null while it is.",
    }),
    failures: t.exposeInt("failures", { description: "Tries that failed since the last one that did not." }),
    lastSuccessAt: t.expose("lastSuccessAt", {
      ...{ type: "DateTime", nullable: true },
      description: "When it last took a message; null if it never did.",
    }),
    previousSecretUntil: t.expose("previousSecretUntil", {
      ...{ type: "DateTime", nullable: true },
      description: "Until when the secret before the last rotation signs as well; null if there was none.",
    }),
    version: t.exposeInt("version", { description: "Rises with every change; pass it as `expectedVersion`." }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was made." }),
    createdBy: t.relation("createdBy", {
      nullable: true,
      description:
        "Who made it or gave it its document, which is executed in their name; null when their account is gone.",
    }),
    workspace: t.relation("workspace", { description: "What happens in this workspace is told." }),
    deliveries: t.connection(
      {
        type: WebhookDeliveryType,
        description: "What was sent or is to be, the newest first. Kept for 30 days.",
        select: { id: true },
        resolve: ({ id }, args, context, info) => deliveriesOf(id, args, context, info),
      },
      WebhookDeliveryConnection,
    ),
  }),
});

const WebhookConnection = builder.connectionObject(
  { type: WebhookType, name: "WebhookConnection", description: "A page of webhooks." },
  { name: "WebhookEdge", description: "A webhook in its list." },
);

builder.queryField("webhooks", (t) =>
  t.connection(
    {
      type: WebhookType,
      nullable: true,
      description: "The webhooks of a workspace, the newest first. Takes an owner.",
      authScopes: { may: manage },
      args: { workspaceId: t.arg.id({ description: "Default: your personal workspace." }) },
      resolve: async (_root, { workspaceId: asked, ...args }, context, info) => {
        const { db } = context.services;
        const viewer = requireViewer(context);
        const workspaceId = workspaceOf(viewer, asked);
        await requireMember(db, viewer, { workspaceId, permission: manage });
        const where = { workspaceId };
        return keysetConnection(
          { order: createdOrders.CREATED_DESC, args },
          (page) =>
            db.webhook.findMany({ ...nodeSelection(context, info), ...page, where: { AND: [where, page.where] } }),
          (take) => db.webhook.count({ where, take }),
        );
      },
    },
    WebhookConnection,
  ),
);
