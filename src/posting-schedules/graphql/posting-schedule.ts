import { builder } from "../../graphql/builder.ts";
import { visibleTo } from "../../graphql/visible-to.ts";
import { WeekdayEnum } from "../../graphql/weekday.ts";
import type { weekdays } from "../../infra/time/weekly-times.ts";
import { planOf } from "../dates.ts";
import { generationOf } from "../read-content.ts";
import { DeadlinePolicyEnum, PostingScheduleStateEnum } from "./enums.ts";

const WeeklySlot = builder.objectRef<{ weekday: (typeof weekdays)[number]; time: string }>("WeeklySlot").implement({
  description: "A time on a day of the week.",
  fields: (t) => ({
    weekday: t.expose("weekday", { type: WeekdayEnum, description: "The day." }),
    time: t.exposeString("time", { description: "Local time, `09:00`." }),
  }),
});

const Recurrence = builder.objectRef<ReturnType<typeof planOf>>("Recurrence").implement({
  description: "When a posting schedule happens. Times are local, in its zone.",
  fields: (t) => ({
    rule: t.exposeString("rule", { nullable: true, description: "RFC 5545; null where there are weekly slots." }),
    slots: t.field({
      type: [WeeklySlot],
      description: "Times on days of the week; empty where there is a rule.",
      resolve: ({ slots }) => slots?.times ?? [],
    }),
    firstAt: t.exposeString("anchor", { description: "From where everything is counted." }),
    until: t.string({
      nullable: true,
      description: "The last day of weekly slots; null without one.",
      resolve: ({ slots }) => slots?.until ?? null,
    }),
    startsAt: t.exposeString("startsAt", {
      nullable: true,
      description: "No date before this one: where it was split off another schedule.",
    }),
    endsBefore: t.exposeString("endsBefore", {
      nullable: true,
      description: "No date from this one on: where another schedule was split off.",
    }),
  }),
});

interface Generation {
  readonly promptTemplate: string | null;
  readonly mostPictures: number;
  readonly generation: unknown;
}

const PictureGeneration = builder.objectRef<Generation>("PictureGeneration").implement({
  description: "How a schedule's pictures are generated.",
  fields: (t) => ({
    promptTemplate: t.string({
      description: "What they show, with variables.",
      resolve: ({ promptTemplate }) => promptTemplate ?? "",
    }),
    mostPictures: t.exposeInt("mostPictures", { description: "Pictures asked for at most, for one date." }),
    provider: t.string({
      nullable: true,
      description: "Null: the workspace's.",
      resolve: ({ generation }) => generationOf({ generation }).provider ?? null,
    }),
    model: t.string({
      nullable: true,
      description: "Null: the provider's first.",
      resolve: ({ generation }) => generationOf({ generation }).model ?? null,
    }),
    aspectRatio: t.string({
      nullable: true,
      description: "Null: the model's own.",
      resolve: ({ generation }) => generationOf({ generation }).aspectRatio ?? null,
    }),
  }),
});

const ScheduleTarget = builder.prismaObject("PostingScheduleTarget", {
  description: "An account that the posts of a schedule go to.",
  fields: (t) => ({
    socialAccount: t.relation("socialAccount", { description: "The account." }),
    captionTemplate: t.exposeString("captionTemplate", {
      nullable: true,
      description: "A text for this account alone; null: the schedule's.",
    }),
  }),
});

const planColumns = { rule: true, slots: true, anchor: true, startsAt: true, endsBefore: true } as const;

/** The PostingSchedule type. */
export const PostingScheduleType = builder.prismaNode("PostingSchedule", {
  nullable: true,
  id: { field: "id", description: "The schedule's id." },
  description: "A recurring plan that makes posts.",
  findUnique: (id, { viewer }) => ({ id, ...visibleTo(viewer) }),
  authScopes: { may: "posts:read" },
  runScopesOnType: true,
  fields: (t) => ({
    name: t.exposeString("name", { description: "What it is called." }),
    state: t.expose("state", { type: PostingScheduleStateEnum, description: "Where it stands." }),
    timeZone: t.exposeString("timeZone", { description: "The IANA zone of its dates." }),
    locale: t.exposeString("locale", { description: "How dates are written in its texts." }),
    recurrence: t.field({
      type: Recurrence,
      description: "When it happens.",
      select: planColumns,
      resolve: (row) => planOf(row),
    }),
    captionTemplate: t.exposeString("captionTemplate", { description: "Its text, with variables." }),
    targets: t.relation("targets", {
      type: ScheduleTarget,
      description: "Where its posts go, in order.",
      query: { orderBy: { position: "asc" } },
    }),
    queueTag: t.string({
      nullable: true,
      description: "The tag of the pictures it takes; null where it generates them, or where the tag is gone.",
      select: { tag: { select: { name: true } } },
      resolve: ({ tag }) => tag?.name ?? null,
    }),
    repeatAfterDays: t.exposeInt("repeatAfterDays", {
      description: "It does not take the same picture twice within so many days.",
    }),
    generation: t.field({
      type: PictureGeneration,
      nullable: true,
      description: "How its pictures are generated; null where it takes them from the library.",
      select: { pictureSource: true, promptTemplate: true, mostPictures: true, generation: true },
      resolve: (row) => (row.pictureSource === "GENERATE" ? row : null),
    }),
    style: t.relation("style", { nullable: true, description: "The style of the pictures it generates; null: none." }),
    leadTimeMinutes: t.exposeInt("leadTime", { description: "Work on a date begins so long before." }),
    deadlineMinutes: t.exposeInt("deadline", { description: "Its picture must be there so long before." }),
    policy: t.expose("policy", { type: DeadlinePolicyEnum, description: "What happens when it is not." }),
    fallbackImage: t.relation("fallbackImage", {
      nullable: true,
      description: "The picture for the policy FALLBACK; null without one, or where it is gone.",
    }),
    version: t.exposeInt("version", { description: "Rises with every change; pass it as `expectedVersion`." }),
    workspace: t.relation("workspace", { description: "Whose it is." }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was made." }),
    updatedAt: t.expose("updatedAt", { type: "DateTime", description: "When it last changed." }),
  }),
});
