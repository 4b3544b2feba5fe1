import { z } from "zod";
import type { LockedSchedule } from "./find-schedule.ts";
import type { ScheduleContent } from "./schedule-input.ts";

const generation = z.object({
  provider: z.string().optional(),
  model: z.string().optional(),
  aspectRatio: z.string().optional(),
});

const optionValues = z.record(z.string(), z.union([z.boolean(), z.string(), z.array(z.string())]));

/** What pictures of a schedule are asked for with, beside their prompt. */
export const generationOf = (schedule: { readonly generation: unknown }) => generation.parse(schedule.generation);

/** Where a schedule's posts go, as somebody would write it anew. */
export const targetsOf = ({ targets }: Pick<LockedSchedule, "targets">): ScheduleContent["targets"] =>
  targets.map(({ socialAccountId, socialAccount, captionTemplate, options, fit }) => {
    const values = optionValues.parse(options);
    const given = Object.keys(values).length === 0 ? null : { platform: socialAccount.platform, values };
    return { socialAccountId, captionTemplate, fit, options: given };
  });

/** A schedule as its owner would write it anew, its recurrence excepted. */
export function contentOf(schedule: LockedSchedule): Omit<ScheduleContent, "recurrence"> {
  const { name, timeZone, locale, captionTemplate, policy, fallbackImageId } = schedule;
  return {
    ...{ name, timeZone, locale, captionTemplate, policy, fallbackImageId },
    ...{ leadTimeMinutes: schedule.leadTime, deadlineMinutes: schedule.deadline },
    targets: targetsOf(schedule),
    pictures:
      schedule.pictureSource === "QUEUE"
        ? { queue: { tag: schedule.tag?.name ?? "", repeatAfterDays: schedule.repeatAfterDays } }
        : {
            generate: {
              promptTemplate: schedule.promptTemplate ?? "",
              styleId: schedule.styleId,
              mostPictures: schedule.mostPictures,
              ...generationOf(schedule),
            },
          },
  };
}
