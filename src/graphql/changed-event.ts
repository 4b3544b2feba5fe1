import { formatCursor } from "../infra/event-cursor.ts";
import { builder } from "./builder.ts";
import type { StreamedEvent } from "./event-queue.ts";
import { encodeGlobalId } from "./ids.ts";

const EventKindEnum = builder.enumType("EventKind", {
  description: "What an event tells.",
  values: {
    SNAPSHOT: { description: "The state when the subscription began." },
    CREATED: { description: "It was made." },
    UPDATED: { description: "It changed." },
    PROGRESS: { description: "Unfinished work moved on; at most four a second for each entity." },
    DELETED: { description: "It is gone; see `deletedId`." },
  } as const,
});

builder.queryField("eventCursor", (t) =>
  t.withAuth({ signedIn: true }).field({
    type: "Cursor",
    nullable: true,
    description:
      "Where the stream of events stands. Ask for it in the operation that reads your lists, then subscribe with it as `after`: nothing between the two is missed.",
    resolve: (_root, _args, { eventPosition, services }) => formatCursor(eventPosition, services.clock.now()),
  }),
);

/** What every event carries beside its entity. */
export const ChangedEvent = builder.interfaceRef<StreamedEvent>("ChangedEvent").implement({
  description: "Something changed. The entity inside is as it is now, so that client caches update by themselves.",
  fields: (t) => ({
    cursor: t.expose("cursor", {
      type: "Cursor",
      description: "Pass the last one you received as `after` to resume without a gap.",
    }),
    at: t.expose("at", { type: "DateTime", description: "When it happened." }),
    kind: t.expose("kind", { type: EventKindEnum, description: "What happened." }),
    deletedId: t.id({
      nullable: true,
      description: "The id of what was deleted; null for every other kind.",
      resolve: ({ kind, typename, entityId }) => (kind === "DELETED" ? encodeGlobalId(typename, entityId) : null),
    }),
  }),
});
