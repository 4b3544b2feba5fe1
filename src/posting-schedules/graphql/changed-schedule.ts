/** What mutations of schedules and occurrences have in common. */
import { builder } from "../../graphql/builder.ts";

const ChangedPostingSchedule = builder
  .interfaceRef<{ readonly postingScheduleId: string }>("ChangedPostingSchedule")
  .implement({
    description: "Carries the posting schedule it changed.",
    fields: (t) => ({
      postingSchedule: t.prismaField({
        type: "PostingSchedule",
        description: "The schedule, as it is now.",
        resolve: (query, { postingScheduleId: id }, _args, { services }) =>
          services.db.postingSchedule.findUniqueOrThrow({ ...query, where: { id } }),
      }),
    }),
  });

/** The success type of a mutation that changes one schedule. */
export const changedSchedule = (name: string, description: string) =>
  builder
    .objectRef<{ postingScheduleId: string }>(name)
    .implement({ description, interfaces: [ChangedPostingSchedule], isTypeOf: () => true });

/** The success type of the mutation that may split a schedule in two. */
export const updatedSchedule = builder
  .objectRef<{ postingScheduleId: string; splitFromId: string | null }>("UpdatePostingScheduleSuccess")
  .implement({
    description: "The schedule is as you wrote; where it was split, `postingSchedule` is the new one.",
    interfaces: [ChangedPostingSchedule],
    isTypeOf: () => true,
    fields: (t) => ({
      splitFrom: t.prismaField({
        type: "PostingSchedule",
        nullable: true,
        description: "The schedule that keeps what came before; null where nothing was split.",
        resolve: (query, { splitFromId: id }, _args, { services }) =>
          id === null ? null : services.db.postingSchedule.findUniqueOrThrow({ ...query, where: { id } }),
      }),
    }),
  });

const ChangedOccurrence = builder.interfaceRef<{ readonly occurrenceId: string }>("ChangedOccurrence").implement({
  description: "Carries the occurrence it changed.",
  fields: (t) => ({
    occurrence: t.prismaField({
      type: "Occurrence",
      description: "The occurrence, as it is now.",
      resolve: (query, { occurrenceId: id }, _args, { services }) =>
        services.db.occurrence.findUniqueOrThrow({ ...query, where: { id } }),
    }),
  }),
});

/** The success type of a mutation that changes one occurrence. */
export const changedOccurrence = (name: string, description: string) =>
  builder
    .objectRef<{ occurrenceId: string }>(name)
    .implement({ description, interfaces: [ChangedOccurrence], isTypeOf: () => true });
