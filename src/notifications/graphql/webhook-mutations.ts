import { builder } from "../../graphql/builder.ts";
import { rowId } from "../../graphql/ids.ts";
import { workspaceOf } from "../../graphql/workspace-of.ts";
import {
  ConflictError,
  ForbiddenError,
  NotFoundError,
  ValidationError,
  VersionConflictError,
} from "../../infra/errors.ts";
import type { Secret } from "../../infra/secret.ts";
import { createDocumentCheck } from "../webhooks/check-document.ts";
import { createWebhook } from "../webhooks/create-webhook.ts";
import { deleteWebhook } from "../webhooks/delete-webhook.ts";
import { replayWebhookDelivery } from "../webhooks/replay-webhook-delivery.ts";
import { rotateWebhookSecret } from "../webhooks/rotate-webhook-secret.ts";
import { testWebhook } from "../webhooks/test-webhook.ts";
import { updateWebhook } from "../webhooks/update-webhook.ts";
import { NotificationKindEnum } from "./notification.ts";
import { WebhookDeliveryType, WebhookType } from "./webhook.ts";

interface ChangedWebhook {
  readonly webhookId: string;
}

const changedWebhook = builder.interfaceRef<ChangedWebhook>("ChangedWebhook").implement({
  description: "A webhook was changed.",
  fields: (t) => ({
    webhook: t.prismaField({
      type: WebhookType,
      description: "The webhook, as it is now.",
      resolve: (query, { webhookId }, _args, { services }) =>
        services.db.webhook.findUniqueOrThrow({ ...query, where: { id: webhookId } }),
    }),
  }),
});

const withSecret = (name: string, description: string) =>
  builder.objectRef<ChangedWebhook & { readonly secret: Secret }>(name).implement({
    description,
    interfaces: [changedWebhook],
    isTypeOf: () => true,
    fields: (t) => ({
      secret: t.string({
        description: "What messages are signed with, `whsec_` and base64. It is shown now and never again.",
        resolve: ({ secret }) => secret.reveal(),
      }),
    }),
  });

const documentDescription =
  "A GraphQL query of `webhookEvent` alone, whose answer becomes the message's `data`: `{ webhookEvent { image { id prompt } } }`. It is executed in your name, in this workspace alone, and may only read.";

const CreateWebhookInput = builder.inputType("CreateWebhookInput", {
  description: "A new webhook.",
  fields: (t) => ({
    workspaceId: t.id({ description: "Default: your personal workspace." }),
    name: t.string({ required: true, description: "What it is called here; up to 80 characters." }),
    url: t.string({
      required: true,
      description: "Where messages are sent: an https address that this server can reach.",
    }),
    kinds: t.field({ type: [NotificationKindEnum], required: true, description: "What it is told." }),
    document: t.string({ description: `${documentDescription} Default: the ids of what the message is about.` }),
  }),
});

builder.mutationField("createWebhook", (t) =>
  t.withAuth({ may: "workspace:admin" }).field({
    type: withSecret("CreateWebhookSuccess", "The webhook is there and is told what happens from now on."),
    nullable: true,
    description: "Makes a webhook. Takes an owner; at most 20 in a workspace.",
    args: { input: t.arg({ type: CreateWebhookInput, required: true, description: "The webhook." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError, ConflictError] },
    resolve: (_root, { input: { workspaceId, ...input } }, { services, viewer }, { schema }) =>
      createWebhook({ ...services, checkDocument: createDocumentCheck(schema, services.config) }, viewer, {
        ...input,
        workspaceId: workspaceOf(viewer, workspaceId),
      }),
  }),
);

const UpdateWebhookInput = builder.inputType("UpdateWebhookInput", {
  description: "What to change about a webhook; what is left out stays.",
  fields: (t) => ({
    webhookId: t.id({ required: true, description: "The webhook." }),
    name: t.string({ description: "What it is called here." }),
    url: t.string({ description: "Where messages are sent; those that wait as well." }),
    kinds: t.field({ type: [NotificationKindEnum], description: "What it is told." }),
    document: t.string({ description: `${documentDescription} Null: the ids of what the message is about.` }),
    active: t.boolean({
      description: "True: send to it, what waited first; false: pause it. A disabled one becomes active as well.",
    }),
    expectedVersion: t.int({ description: "The version that you read; another one by now is a conflict." }),
  }),
});

const UpdateWebhookSuccess = builder.objectRef<ChangedWebhook>("UpdateWebhookSuccess").implement({
  description: "The webhook is changed.",
  interfaces: [changedWebhook],
  isTypeOf: () => true,
});

builder.mutationField("updateWebhook", (t) =>
  t.withAuth({ may: "workspace:admin" }).field({
    type: UpdateWebhookSuccess,
    nullable: true,
    description: "Changes, pauses or activates a webhook. Takes an owner.",
    args: { input: t.arg({ type: UpdateWebhookInput, required: true, description: "Webhook and changes." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError, VersionConflictError] },
    resolve: (_root, { input: { webhookId, ...input } }, { services, viewer }, { schema }) =>
      updateWebhook({ ...services, checkDocument: createDocumentCheck(schema, services.config) }, viewer, {
        ...input,
        webhookId: rowId("Webhook", webhookId, ["webhookId"]),
      }),
  }),
);

const webhookInput = (name: string, description: string) =>
  builder.inputType(name, {
    description,
    fields: (t) => ({ webhookId: t.id({ required: true, description: "The webhook." }) }),
  });

const DeleteWebhookSuccess = builder.objectRef<ChangedWebhook>("DeleteWebhookSuccess").implement({
  description: "The webhook is gone, and so is the log of what was sent to it.",
  isTypeOf: () => true,
  fields: (t) => ({
    deletedWebhookId: t.globalID({
      description: "What is gone: remove it from what you show.",
      resolve: ({ webhookId }) => ({ type: "Webhook", id: webhookId }),
    }),
  }),
});

builder.mutationField("deleteWebhook", (t) =>
  t.withAuth({ may: "workspace:admin" }).field({
    type: DeleteWebhookSuccess,
    nullable: true,
    description: "Deletes a webhook. Takes an owner.",
    args: {
      input: t.arg({
        ...{
          type: webhookInput("DeleteWebhookInput", "A webhook to delete."),
          required: true,
          description: "Which one.",
        },
      }),
    },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError] },
    resolve: (_root, { input }, { services, viewer }) =>
      deleteWebhook(services, viewer, rowId("Webhook", input.webhookId, ["webhookId"])),
  }),
);

builder.mutationField("rotateWebhookSecret", (t) =>
  t.withAuth({ may: "workspace:admin" }).field({
    type: withSecret(
      "RotateWebhookSecretSuccess",
      "The webhook has a fresh secret; for a day, the old one signs as well.",
    ),
    nullable: true,
    description: "Gives a webhook a fresh secret. Takes an owner.",
    args: {
      input: t.arg({
        type: webhookInput("RotateWebhookSecretInput", "A webhook that gets a fresh secret."),
        ...{ required: true, description: "Which one." },
      }),
    },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError] },
    resolve: (_root, { input }, { services, viewer }) =>
      rotateWebhookSecret(services, viewer, rowId("Webhook", input.webhookId, ["webhookId"])),
  }),
);

const ordered = (name: string, description: string) =>
  builder.objectRef<{ readonly deliveryId: string }>(name).implement({
    description,
    isTypeOf: () => true,
    fields: (t) => ({
      delivery: t.prismaField({
        type: WebhookDeliveryType,
        description: "The delivery; ask for it again by its id to see how it ends.",
        resolve: (query, { deliveryId }, _args, { services }) =>
          services.db.webhookDelivery.findUniqueOrThrow({ ...query, where: { id: deliveryId } }),
      }),
    }),
  });

builder.mutationField("testWebhook", (t) =>
  t.withAuth({ may: "workspace:admin" }).field({
    type: ordered("TestWebhookSuccess", "A test message is on its way."),
    nullable: true,
    description: "Sends a test message, `webhook.test`, once, also to a paused webhook. Takes an owner.",
    args: {
      input: t.arg({
        ...{ type: webhookInput("TestWebhookInput", "A webhook to test."), required: true, description: "Which one." },
      }),
    },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError, ConflictError] },
    resolve: (_root, { input }, { services, viewer }) =>
      testWebhook(services, viewer, rowId("Webhook", input.webhookId, ["webhookId"])),
  }),
);

const ReplayWebhookDeliveryInput = builder.inputType("ReplayWebhookDeliveryInput", {
  description: "A message to send once more.",
  fields: (t) => ({
    deliveryId: t.id({ required: true, description: "The delivery; one that is PENDING is sent anyway." }),
  }),
});

builder.mutationField("replayWebhookDelivery", (t) =>
  t.withAuth({ may: "workspace:admin" }).field({
    type: ordered("ReplayWebhookDeliverySuccess", "The message is on its way once more."),
    nullable: true,
    description: "Sends a message once more, as it was and under the same `webhook-id`. Takes an owner.",
    args: { input: t.arg({ type: ReplayWebhookDeliveryInput, required: true, description: "Which message." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError, ConflictError] },
    resolve: (_root, { input }, { services, viewer }) =>
      replayWebhookDelivery(services, viewer, rowId("WebhookDelivery", input.deliveryId, ["deliveryId"])),
  }),
);
