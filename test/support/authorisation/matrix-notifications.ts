/** The matrix of what people and webhooks are told: see matrix.ts. */
import { type Entry, inWorkspace, mutationOf, ownThing, person, signedIn } from "./entry.ts";

/** What only a webhook's document sees: everybody else finds nothing. */
const insideDocuments = (query: string): Entry => ({
  ...signedIn(query),
  expected: ({ userId }) => (userId === "" ? "unauthenticated" : "hidden"),
});

/** Fields of Query. */
export const notificationQueries: Readonly<Record<string, Entry>> = {
  notifications: person("{ notifications { totalCount } }"),
  webhooks: inWorkspace(
    "workspace:admin",
    "query ($workspaceId: ID) { webhooks(workspaceId: $workspaceId) { nodes { id } } }",
    async (place) => ({ workspaceId: place.workspaceId, webhook: await place.webhook() }),
  ),
  notificationSettings: person("{ notificationSettings { emails } }"),
  webhookEvent: insideDocuments("{ webhookEvent { type } }"),
  unreadNotificationCount: person("{ unreadNotificationCount }"),
};

/** Fields of Mutation. */
export const notificationMutations: Readonly<Record<string, Entry>> = {
  markNotificationsRead: ownThing(mutationOf("markNotificationsRead"), async (place, { userId }) => ({
    input: { ids: [await place.notification(userId)] },
  })),
  updateNotificationSettings: person(mutationOf("updateNotificationSettings"), () => ({
    input: { digestAt: "09:00" },
  })),
  createWebhook: {
    ...inWorkspace("workspace:admin", mutationOf("createWebhook"), ({ workspaceId }) => ({
      input: { workspaceId, name: "Hook", url: "https://hooks.example.org/in", kinds: ["IMAGE_READY"] },
    })),
    // Other entries have made as many as a workspace may have.
    passes: ["CONFLICT"],
  },
  ...Object.fromEntries(
    ["updateWebhook", "deleteWebhook", "rotateWebhookSecret", "testWebhook"].map((field) => [
      field,
      inWorkspace("workspace:admin", mutationOf(field), async (place) => ({
        input: { webhookId: await place.webhook() },
      })),
    ]),
  ),
  replayWebhookDelivery: inWorkspace("workspace:admin", mutationOf("replayWebhookDelivery"), async (place) => ({
    input: { deliveryId: await place.webhookDelivery() },
  })),
};

/** Fields of Subscription. */
export const notificationSubscriptions: Readonly<Record<string, Entry>> = {
  notificationReceived: person("subscription { notificationReceived { kind } }", async (place, { userId }) => ({
    notification: await place.notification(userId),
  })),
};
