import { builder } from "../../graphql/builder.ts";
import { encodeGlobalId } from "../../graphql/ids.ts";
import { LocalTimeKindEnum } from "../../graphql/local-time-kind.ts";
import { visibleTo } from "../../graphql/visible-to.ts";
import { OccurrenceStateEnum } from "./enums.ts";

/** The Occurrence type. */
export const OccurrenceType = builder.prismaNode("Occurrence", {
  nullable: true,
  id: { field: "id", description: "The occurrence's id." },
  description: "One date of a posting schedule. They are there thirty days ahead.",
  findUnique: (id, { viewer }) => ({ id, ...visibleTo(viewer) }),
  authScopes: { may: "posts:read" },
  runScopesOnType: true,
  fields: (t) => ({
    localTime: t.exposeString("localTime", { description: "The local time that the rule names, without zone." }),
    movedTo: t.exposeString("movedTo", { nullable: true, description: "Where somebody moved it; null: nowhere." }),
    timeZone: t.exposeString("timeZone", { description: "The zone of these times." }),
    at: t.expose("at", { type: "DateTime", description: "The instant at which its post goes out." }),
    kind: t.expose("timeKind", { type: LocalTimeKindEnum, description: "What the clocks do at that time." }),
    state: t.expose("state", { type: OccurrenceStateEnum, description: "Where it stands." }),
    reason: t.exposeString("reason", { nullable: true, description: "Why, where that needs words." }),
    counter: t.exposeInt("number", {
      nullable: true,
      description: "Its number in the series; null until it is first needed.",
    }),
    captionTemplate: t.exposeString("captionTemplate", {
      nullable: true,
      description: "A text of its own; null: the schedule's.",
    }),
    ownImageIds: t.idList({
      description: "Ids of pictures of its own, in order; empty: the schedule's source gives one.",
      select: { ownImageIds: true },
      resolve: ({ ownImageIds }) => ownImageIds.map((id) => encodeGlobalId("Image", id)),
    }),
    image: t.relation("image", {
      nullable: true,
      description: "The picture that was taken or generated for it; null until then, or where it is gone.",
    }),
    post: t.relation("post", {
      nullable: true,
      description: "Its post; null until it is made, or where it was deleted.",
    }),
    schedule: t.relation("schedule", { description: "The schedule it is of." }),
    version: t.exposeInt("version", { description: "Rises with every change; pass it as `expectedVersion`." }),
  }),
});

builder.prismaObjectField("Post", "occurrence", (t) =>
  t.relation("occurrence", {
    nullable: true,
    description: "The date of a posting schedule that made it; null where somebody wrote it, or the schedule is gone.",
  }),
);
