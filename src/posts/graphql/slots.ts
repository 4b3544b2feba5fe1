/** The slots of an account: set, read, and the next free ones. */
import { batched } from "../../graphql/batched.ts";
import { builder } from "../../graphql/builder.ts";
import type { Context } from "../../graphql/context.ts";
import { rowId } from "../../graphql/ids.ts";
import { LocalTimeKindEnum } from "../../graphql/local-time-kind.ts";
import { WeekdayEnum } from "../../graphql/weekday.ts";
import { BadUserInputError, ForbiddenError, NotFoundError, ValidationError } from "../../infra/errors.ts";
import { type WeeklyDate, weekdays } from "../../infra/time/weekly-times.ts";
import { freeSlots, readQueues } from "../queue/free-slots.ts";
import { setPostingSlots } from "../queue/set-posting-slots.ts";
import { changedQueue } from "./changed-queue.ts";

interface PostingSlot {
  readonly weekday: number;
  readonly time: string;
  readonly timeZone: string;
}

const PostingSlotType = builder.objectRef<PostingSlot>("PostingSlot").implement({
  description: "A time of the week at which an account's queue sends a post.",
  fields: (t) => ({
    weekday: t.field({
      type: WeekdayEnum,
      description: "The day.",
      resolve: ({ weekday }) => weekdays[weekday - 1] ?? "MONDAY",
    }),
    time: t.exposeString("time", { description: "What stands on the clock then, `09:00`." }),
    timeZone: t.exposeString("timeZone", { description: "The clock's IANA zone." }),
  }),
});

const SlotDateType = builder.objectRef<WeeklyDate>("SlotDate").implement({
  description: "A slot on one date.",
  fields: (t) => ({
    at: t.expose("at", { type: "DateTime", description: "The instant." }),
    localTime: t.exposeString("localTime", {
      description: "What shall stand on the clock then, `2026-03-29T09:00:00`.",
    }),
    timeZone: t.exposeString("timeZone", { description: "The clock's IANA zone." }),
    kind: t.expose("kind", { type: LocalTimeKindEnum, description: "What the clocks there do at that time." }),
  }),
});

builder.prismaObjectField("SocialAccount", "slots", (t) =>
  t.field({
    type: [PostingSlotType],
    description: "The slots of its queue, from Monday on.",
    select: {
      slots: {
        select: { weekday: true, time: true, timeZone: true },
        orderBy: [{ weekday: "asc" }, { time: "asc" }],
      },
    },
    resolve: ({ slots }) => slots,
  }),
);

const queueOf = batched(async ({ services }: Context, socialAccountIds: readonly string[]) => {
  const queues = await readQueues(services.db, { socialAccountIds, after: services.clock.now() });
  return socialAccountIds.map((id) => queues.get(id) ?? null);
});

const mostDates = 50;

builder.prismaObjectField("SocialAccount", "nextSlots", (t) =>
  t.field({
    type: [SlotDateType],
    description: "The next free slots of its queue within 60 days, the earliest first: `nextSlot` takes the first.",
    args: { first: t.arg.int({ defaultValue: 5, description: `How many, at most ${mostDates}.` }) },
    select: { id: true },
    resolve: async ({ id }, { first }, context) => {
      const queue = await queueOf(context, id);
      const dates = queue === null ? [] : [...freeSlots(queue, context.services.clock.now()).take(wanted(first))];
      return dates;
    },
  }),
);

function wanted(first: number | null | undefined): number {
  const count = first ?? 5;
  if (count >= 1 && count <= mostDates) return count;
  throw new BadUserInputError(`\`first\` is ${count}. Ask for 1 to ${mostDates} slots.`);
}

builder.prismaObjectField("SocialAccount", "queuePausedAt", (t) =>
  t.expose("queuePausedAt", {
    type: "DateTime",
    nullable: true,
    description: "Since when its queue is paused, and holds what comes due in it; null while it is not.",
  }),
);

const PostingSlotInput = builder.inputType("PostingSlotInput", {
  description: "A time of the week.",
  fields: (t) => ({
    weekday: t.field({ type: WeekdayEnum, required: true, description: "The day." }),
    time: t.string({ required: true, description: "What stands on the clock then, `09:00`." }),
  }),
});

const SetPostingSlotsInput = builder.inputType("SetPostingSlotsInput", {
  description: "All slots of an account.",
  fields: (t) => ({
    socialAccountId: t.id({ required: true, description: "The account." }),
    timeZone: t.string({ required: true, description: "The IANA zone of their clock, such as `Europe/Berlin`." }),
    slots: t.field({
      type: [PostingSlotInput],
      required: true,
      description: "All of them, at most 112; an empty list takes them away.",
    }),
  }),
});

builder.mutationField("setPostingSlots", (t) =>
  t.withAuth({ may: "posts:publish" }).field({
    type: changedQueue("SetPostingSlotsSuccess", "The account has these slots."),
    nullable: true,
    description: "Sets the slots of an account's queue. What is in the queue keeps its time.",
    args: { input: t.arg({ type: SetPostingSlotsInput, required: true, description: "The slots." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError] },
    resolve: (_root, { input }, { services, viewer }) =>
      setPostingSlots(services, viewer, {
        ...input,
        slots: input.slots.map(({ weekday, time }) => ({ time, weekday: weekdays.indexOf(weekday) + 1 })),
        socialAccountId: rowId("SocialAccount", input.socialAccountId, ["socialAccountId"]),
      }),
  }),
);
