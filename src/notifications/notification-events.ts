import type { Tx } from "../infra/db.ts";
import { type EventKind, recordEvents } from "../infra/events.ts";

/** Topic of what people are told. */
export const notificationTopic = "notification";

/** Tells the subscriptions of those whom notifications are for. */
export async function recordNotificationEvents(
  tx: Tx,
  notifications: readonly {
    readonly id: string;
    readonly userId: string;
    readonly version: number;
    readonly kind: EventKind;
  }[],
): Promise<void> {
  await recordEvents(
    tx,
    notifications.map(({ id: entityId, userId, version, kind }) => ({
      // NOTE These streams are people's, not workspaces': the one whom it is for stands where others have the workspace.
      ...{ workspaceId: userId, topic: notificationTopic, entityId, version, kind },
    })),
  );
}
