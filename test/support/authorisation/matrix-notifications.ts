/** The matrix of what people and webhooks are told: see matrix.ts. */
import { type Entry, mutationOf, ownThing, person } from "./entry.ts";

/** Fields of Query. */
export const notificationQueries: Readonly<Record<string, Entry>> = {
  notifications: person("{ notifications { totalCount } }"),
  unreadNotificationCount: person("{ unreadNotificationCount }"),
};

/** Fields of Mutation. */
export const notificationMutations: Readonly<Record<string, Entry>> = {
  markNotificationsRead: ownThing(mutationOf("markNotificationsRead"), async (place, { userId }) => ({
    input: { ids: [await place.notification(userId)] },
  })),
};

/** Fields of Subscription. */
export const notificationSubscriptions: Readonly<Record<string, Entry>> = {
  notificationReceived: person("subscription { notificationReceived { kind } }", async (place, { userId }) => ({
    notification: await place.notification(userId),
  })),
};
