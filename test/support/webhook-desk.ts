/** A workspace with a receiver of webhooks, and shorthand for what is done with both. */
import type { Test } from "tap";
import type { NotificationKind } from "../../src/generated/prisma/enums.ts";
import { deliverWebhooks } from "../../src/notifications/webhooks/deliver-webhooks.ts";
import { createDocumentExecutor } from "../../src/notifications/webhooks/document-data.ts";
import { schema } from "../../src/schema.ts";
import { type WebhookReceiver, webhookReceiver } from "../simulators/webhook-receiver.ts";
import { type Atelier, openAtelier, type Person } from "./atelier.ts";
import { tell } from "./told.ts";

const errors = "... on Error { code message } ... on ValidationError { issues { path code message } }";
const webhook = "webhook { id name url kinds document state stateReason failures version previousSecretUntil }";
const delivery = "delivery { id kind status messageId }";

/** Mutations as clients write them. */
export const webhookOperations = {
  create: `mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) { __typename ${errors}
    ... on CreateWebhookSuccess { secret ${webhook} } } }`,
  update: `mutation ($input: UpdateWebhookInput!) { updateWebhook(input: $input) { __typename ${errors}
    ... on VersionConflictError { currentVersion } ... on UpdateWebhookSuccess { ${webhook} } } }`,
  remove: `mutation ($input: DeleteWebhookInput!) { deleteWebhook(input: $input) { __typename ${errors}
    ... on DeleteWebhookSuccess { deletedWebhookId } } }`,
  rotate: `mutation ($input: RotateWebhookSecretInput!) { rotateWebhookSecret(input: $input) { __typename ${errors}
    ... on RotateWebhookSecretSuccess { secret ${webhook} } } }`,
  test: `mutation ($input: TestWebhookInput!) { testWebhook(input: $input) { __typename ${errors}
    ... on TestWebhookSuccess { ${delivery} } } }`,
  replay: `mutation ($input: ReplayWebhookDeliveryInput!) { replayWebhookDelivery(input: $input) { __typename ${errors}
    ... on ReplayWebhookDeliverySuccess { ${delivery} } } }`,
};

const log = `query ($id: ID!) { node(id: $id) { ... on Webhook { state stateReason failures deliveries(first: 50) { nodes {
  id kind status messageId body dueAt finishedAt subjectId attempts { number httpStatus answer failure startedAt finishedAt }
} } } } }`;

// oxlint-disable-next-line typescript/no-explicit-any -- an answer has the shape its query asks for, which only the test knows
type Loose = any;

/** The desk. */
export interface WebhookDesk {
  readonly atelier: Atelier;
  readonly receiver: WebhookReceiver;
  readonly ada: Person;
  /** Makes a webhook of Ada's at a path of the receiver. */
  hook(path: string, more?: object): Promise<{ readonly id: string; readonly secret: string }>;
  /** Something happens and is told. */
  happens(kind?: NotificationKind): Promise<void>;
  /** The courier makes a round. Answers how many tries it made. */
  deliver(signal?: AbortSignal): Promise<number>;
  /** A webhook with everything that was sent to it, the newest first. */
  look(webhookId: string): Promise<Loose>;
}

/** Opens one; the receiver is on this machine, which the settings permit. */
export async function openWebhookDesk(
  t: Test,
  environment: Readonly<Record<string, string>> = {},
): Promise<WebhookDesk> {
  const reach = { OUTBOUND_ALLOWED_NETWORKS: "127.0.0.0/8", OUTBOUND_ALLOW_HTTP: "true" };
  const atelier = await openAtelier(t, { environment: { ...reach, ...environment } });
  const receiver = await webhookReceiver(t);
  const ada = await atelier.signUp("Ada");
  const courier = { ...atelier.services, executeDocument: createDocumentExecutor(atelier.services, schema) };
  return {
    ...{ atelier, receiver, ada },
    hook: async (path, more = {}) => {
      const input = { name: path, url: `${receiver.url}${path}`, kinds: ["IMAGE_READY", "POST_FAILED"], ...more };
      const made = await ada.mutate(webhookOperations.create, input);
      if (made.webhook === undefined) throw new Error(JSON.stringify(made));
      return { id: made.webhook.id, secret: made.secret };
    },
    happens: async (kind = "POST_FAILED") => tell(atelier, await atelier.signIn(ada), { kind }),
    deliver: (signal = new AbortController().signal) => deliverWebhooks(courier, signal),
    look: async (id) => (await (await atelier.signIn(ada)).request(log, { id })).data.node,
  };
}
