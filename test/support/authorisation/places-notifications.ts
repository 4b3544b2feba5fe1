/** What people and webhooks are told, where the matrix asks for it: see places.ts. */
import { randomUUID } from "node:crypto";
import { encodeGlobalId } from "../../../src/graphql/ids.ts";
import type { Services } from "../../../src/services.ts";

/** Things of a place, by their public ids. */
export interface ToldThings {
  /** A notification of a user, or, where the place is somebody else's, of another. */
  notification(userId: string): Promise<string>;
  webhook(): Promise<string>;
  /** A message that was sent to a webhook. */
  webhookDelivery(): Promise<string>;
}

/** Makes them in a workspace. */
export function toldThings(
  { db, clock }: Services,
  { workspaceId, whose }: { workspaceId: string; whose: (userId: string) => string },
): ToldThings {
  const webhook = async () =>
    (
      await db.webhook.create({
        data: {
          ...{ workspaceId, name: "Hook", url: "https://hooks.example.org/in", kinds: ["IMAGE_READY"] },
          ...{ secret: "sealed", createdAt: clock.now() },
        },
      })
    ).id;
  return {
    notification: async (userId) => {
      const now = clock.now();
      const { id } = await db.notification.create({
        data: {
          // An invitation: it is shown to those who are no members.
          ...{
            userId: whose(userId),
            workspaceId,
            kind: "INVITATION",
            groupKey: randomUUID(),
            entityIds: [],
            count: 1,
          },
          ...{ details: { subject: "", workspace: "Studio", outcome: null }, inApp: true, createdAt: now, lastAt: now },
        },
      });
      return encodeGlobalId("Notification", id);
    },
    webhook: async () => encodeGlobalId("Webhook", await webhook()),
    webhookDelivery: async () => {
      const now = clock.now();
      const { id } = await db.webhookDelivery.create({
        data: {
          ...{ webhookId: await webhook(), messageId: randomUUID(), kind: null, status: "DELIVERED", body: "{}" },
          ...{ eventAt: now, dueAt: now, createdAt: now, finishedAt: now },
        },
      });
      return encodeGlobalId("WebhookDelivery", id);
    },
  };
}

/** The same of a workspace that is about to be deleted. */
export async function goneThings(was: ToldThings, authorId: string): Promise<ToldThings> {
  const [notification, webhook, webhookDelivery] = [
    await was.notification(authorId),
    await was.webhook(),
    await was.webhookDelivery(),
  ];
  const gone = (id: string) => () => Promise.resolve(id);
  return { notification: gone(notification), webhook: gone(webhook), webhookDelivery: gone(webhookDelivery) };
}
