import { builder } from "../../graphql/builder.ts";
import type { DocumentEvent } from "../../graphql/context.ts";
import { memberOf, visibleTo } from "../../graphql/visible-to.ts";
import { ruleOf, type Subject } from "../kinds.ts";
import { messageType } from "../webhooks/message-body.ts";
import { NotificationKindEnum } from "./notification.ts";

/** The row of what an event is about, where it is of this kind. */
const about = ({ kind, entityId }: DocumentEvent, subject: Subject): string | null =>
  kind !== null && ruleOf(kind).subject === subject ? entityId : null;

const WebhookEventType = builder.objectRef<DocumentEvent>("WebhookEvent").implement({
  description:
    "What a webhook's message tells. What it is about is as it is when the message is made; gone, it is null.",
  fields: (t) => ({
    kind: t.expose("kind", {
      type: NotificationKindEnum,
      nullable: true,
      description: "What happened; null for a test.",
    }),
    type: t.string({
      description: "The same as the message has it: `image.ready`, `webhook.test`.",
      resolve: ({ kind }) => messageType(kind),
    }),
    at: t.expose("eventAt", { type: "DateTime", description: "When it happened." }),
    workspace: t.prismaField({
      type: "Workspace",
      nullable: true,
      description: "Where it happened.",
      resolve: (query, { workspaceId: id }, _args, { services, viewer }) =>
        services.db.workspace.findFirst({ ...query, where: { id, AND: [memberOf(viewer)] } }),
    }),
    image: t.prismaField({
      type: "Image",
      nullable: true,
      description: "The picture; null where it is about something else.",
      resolve: (query, event, _args, { services, viewer }) => {
        const id = about(event, "image");
        return id === null ? null : services.db.image.findFirst({ ...query, where: { id, ...visibleTo(viewer) } });
      },
    }),
    post: t.prismaField({
      type: "Post",
      nullable: true,
      description: "The post; null where it is about something else.",
      resolve: (query, event, _args, { services, viewer }) => {
        const id = about(event, "post");
        return id === null ? null : services.db.post.findFirst({ ...query, where: { id, ...visibleTo(viewer) } });
      },
    }),
    occurrence: t.prismaField({
      type: "Occurrence",
      nullable: true,
      description: "The date of a posting schedule; null where it is about something else.",
      resolve: (query, event, _args, { services, viewer }) => {
        const id = about(event, "occurrence");
        return id === null ? null : services.db.occurrence.findFirst({ ...query, where: { id, ...visibleTo(viewer) } });
      },
    }),
    socialAccount: t.prismaField({
      type: "SocialAccount",
      nullable: true,
      description: "The social account; null where it is about something else.",
      resolve: (query, event, _args, { services, viewer }) => {
        const id = about(event, "account");
        return id === null
          ? null
          : services.db.socialAccount.findFirst({ ...query, where: { id, ...visibleTo(viewer) } });
      },
    }),
  }),
});

builder.queryField("webhookEvent", (t) =>
  t.withAuth({ signedIn: true }).field({
    type: WebhookEventType,
    nullable: true,
    description: "In a webhook's document: what the message tells. Everywhere else null.",
    resolve: (_root, _args, { documentEvent }) => documentEvent ?? null,
  }),
);
