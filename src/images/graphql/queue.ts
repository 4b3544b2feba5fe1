/** What waits, and why: the place of a picture in its provider's queue, how many may wait, and whether providers answer. */
import { createContextCache } from "@pothos/core";
import DataLoader from "dataloader";
import { builder } from "../../graphql/builder.ts";
import type { Context } from "../../graphql/context.ts";
import { ErrorInterface } from "../../graphql/errors.ts";
import { ImageQueueFullError } from "../errors.ts";
import { placesInQueue } from "../queue/places-in-queue.ts";
import { type ProviderAvailability, providerAvailabilities } from "../queue/provider-availability.ts";
import { ImageProviderType } from "./image-providers.ts";

builder.objectType(ImageQueueFullError, {
  name: "ImageQueueFullError",
  description:
    "The workspace would have more pictures waiting to be made than this server allows; nothing was written.",
  interfaces: [ErrorInterface],
  fields: (t) => ({
    waitingCount: t.exposeInt("waitingCount", { description: "Pictures of the workspace that wait already." }),
    mostWaiting: t.exposeInt("mostWaiting", { description: "How many may wait; see `ServerLimits.waitingImages`." }),
  }),
});

// NOTE Nothing is kept from one answer to the next: a subscription's context lives for hours.
const places = createContextCache(
  ({ services }: Context) => new DataLoader((ids: readonly string[]) => placesInQueue(services, ids), { cache: false }),
);

builder.prismaObjectFields("Image", (t) => ({
  queuePosition: t.int({
    nullable: true,
    description:
      "The how-manieth it is in its provider's queue as it stands, from 1; null when it does not wait there. Workspaces take turns, so pictures that were asked for later may come before it.",
    select: { id: true, status: true, origin: true },
    resolve: async ({ id, status, origin }, _args, context) =>
      status === "PENDING" && origin === "GENERATED" ? ((await places(context).load(id))?.position ?? null) : null,
  }),
  waitingReason: t.string({
    nullable: true,
    description:
      "For people: why it waits although its turn may have come, such as a provider that fails and is left alone. Null when it only waits for its turn, or does not wait.",
    select: { id: true, status: true, origin: true },
    resolve: async ({ id, status, origin }, _args, context) =>
      status === "PENDING" && origin === "GENERATED" ? ((await places(context).load(id))?.reason ?? null) : null,
  }),
}));

const AvailabilityStatus = builder.enumType("ImageProviderStatus", {
  description: "Whether a provider can be counted on.",
  values: {
    AVAILABLE: { description: "Nothing speaks against it." },
    RESTING: {
      description: "It failed several times in a row and is left alone until `until`; what was asked of it waits.",
    },
    TRYING: { description: "Its rest is over: one picture at a time tries whether it answers." },
  } as const,
});

const AvailabilityType = builder.objectRef<ProviderAvailability>("ImageProviderAvailability").implement({
  description: "Whether a provider can be counted on, from what all processes of this server saw of it.",
  fields: (t) => ({
    status: t.expose("status", { type: AvailabilityStatus, description: "For programs." }),
    message: t.exposeString("message", { description: "For people." }),
    until: t.expose("until", {
      type: "DateTime",
      nullable: true,
      description: "Until when it rests; null unless RESTING.",
    }),
  }),
});

const availabilities = createContextCache(
  ({ services }: Context) =>
    new DataLoader((names: readonly string[]) => providerAvailabilities(services, names), { cache: false }),
);

builder.objectField(ImageProviderType, "availability", (t) =>
  t.field({
    type: AvailabilityType,
    description: "Whether it can be counted on right now.",
    resolve: ({ name }, _args, context) => availabilities(context).load(name),
  }),
);
