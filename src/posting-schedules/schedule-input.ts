/** What somebody says of a schedule. */
import { z } from "zod";
import { ValidationError, type ValidationIssue } from "../infra/errors.ts";
import { ianaTimeZone } from "../infra/time-zone.ts";
import { recurrenceInput } from "./recurrence-input.ts";
import { templateIssues } from "./template.ts";

const day = 24 * 60;

const captionTemplate = z.string().max(10_000, "The template is longer than 10,000 characters.");

const locale = z.string().transform((text, context) => {
  try {
    const [found] = Intl.DateTimeFormat.supportedLocalesOf([text]);
    if (found !== undefined) return found;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  const message = `"${text.slice(0, 40)}" is no locale that we know. Write a language, such as "en", "de" or "pt-BR".`;
  context.addIssue({ code: "custom", message, params: { code: "UNKNOWN_LOCALE" } });
  return z.NEVER;
});

const minutes = (least: number, most: number, allowed: string) =>
  z
    .number()
    .int()
    .min(least, { error: (issue) => `It is ${String(issue.input)} minutes; ${allowed}.` })
    .max(most, { error: (issue) => `It is ${String(issue.input)} minutes; ${allowed}.` });

/** Exactly one of the two, as GraphQL makes sure. */
const pictures = z.object({
  queue: z
    .object({
      tag: z.string().trim().min(1, "Name the tag of the pictures to take."),
      repeatAfterDays: z
        .number()
        .int()
        .min(0, "It is below 0 days.")
        .max(3_650, "It is more than ten years (3,650 days).")
        .default(90),
    })
    .optional(),
  generate: z
    .object({
      promptTemplate: z
        .string()
        .trim()
        .min(1, "The prompt is empty. Describe the pictures in words.")
        .max(4_000, "The prompt is longer than 4,000 characters."),
      styleId: z.uuid().nullish(),
      provider: z.string().max(100).nullish(),
      model: z.string().max(100).nullish(),
      aspectRatio: z.string().trim().max(20).nullish(),
      mostPictures: z
        .number()
        .int()
        .min(1, "Ask for at least one picture.")
        .max(5, "At most 5 pictures are asked for, for one occurrence.")
        .default(2),
    })
    .optional(),
});

/** Everything of a schedule: `newSchedule` takes it whole, a change takes parts. */
export const scheduleFields = z.object({
  name: z.string().trim().min(1, "The schedule has no name.").max(80, "The name is longer than 80 characters."),
  timeZone: ianaTimeZone,
  locale,
  recurrence: recurrenceInput,
  captionTemplate,
  targets: z
    .array(
      z.object({
        socialAccountId: z.uuid(),
        captionTemplate: captionTemplate.nullish(),
        options: z
          .object({
            platform: z.string(),
            values: z.record(z.string(), z.union([z.boolean(), z.string(), z.array(z.string())])),
          })
          .nullish(),
        fit: z.enum(["CROP", "PAD"]).nullish(),
      }),
    )
    .min(1, "The schedule has no target. Name at least one social account.")
    .max(50, "A schedule takes at most 50 targets."),
  pictures,
  leadTimeMinutes: minutes(5, 30 * day, "allowed are 5 to 43,200 (30 days)"),
  deadlineMinutes: minutes(0, 30 * day, "allowed are 0 to 43,200 (30 days)"),
  policy: z.enum(["FALLBACK", "SKIP", "ASK"]),
  fallbackImageId: z.uuid().nullish(),
});

/** A whole schedule, as somebody wrote it. */
export type ScheduleContent = z.output<typeof scheduleFields>;

/** What each source of pictures needs where nobody said otherwise, in minutes. */
const usualTimes = {
  queue: { leadTime: day, deadline: 60 },
  generate: { leadTime: 2 * day, deadline: 4 * 60 },
} as const;

/** A schedule to make. */
export const newSchedule = scheduleFields
  .extend({
    locale: locale.default("en"),
    leadTimeMinutes: scheduleFields.shape.leadTimeMinutes.nullish(),
    deadlineMinutes: scheduleFields.shape.deadlineMinutes.nullish(),
  })
  .transform(({ leadTimeMinutes, deadlineMinutes, ...content }): ScheduleContent => {
    const { leadTime, deadline } = content.pictures.queue ? usualTimes.queue : usualTimes.generate;
    return {
      ...content,
      leadTimeMinutes: leadTimeMinutes ?? leadTime,
      deadlineMinutes: deadlineMinutes ?? deadline,
    };
  });

/** What does not fit together. Paths lead into the input. */
export function contentFaults(content: Omit<ScheduleContent, "recurrence">): ValidationIssue[] {
  const {
    locale: language,
    targets,
    policy,
    fallbackImageId,
    leadTimeMinutes: leadTime,
    deadlineMinutes: deadline,
  } = content;
  const accounts = targets.map(({ socialAccountId }) => socialAccountId);
  const caption = { use: "caption", locale: language } as const;
  const issues = [
    ...templateIssues(content.captionTemplate, { ...caption, path: ["captionTemplate"] }),
    ...targets.flatMap((target, index) =>
      templateIssues(target.captionTemplate ?? "", { ...caption, path: ["targets", `${index}`, "captionTemplate"] }),
    ),
    ...accounts.flatMap((id, index): ValidationIssue[] =>
      accounts.indexOf(id) === index
        ? []
        : [{ path: ["targets", `${index}`], code: "DUPLICATE", message: "The same account is named twice." }],
    ),
  ];
  if (content.pictures.generate) {
    const path = ["pictures", "generate", "promptTemplate"];
    issues.push(...templateIssues(content.pictures.generate.promptTemplate, { path, use: "prompt", locale: language }));
  }
  if (deadline >= leadTime) {
    const message = `The picture must be there ${deadline} minutes before, but work begins only ${leadTime} minutes before. Make \`leadTimeMinutes\` longer or \`deadlineMinutes\` shorter.`;
    issues.push({ path: ["deadlineMinutes"], code: "TOO_LARGE", message });
  }
  if (policy === "FALLBACK" && !fallbackImageId) {
    const message =
      "The policy is FALLBACK, but there is no fallback picture. Name an approved one, or choose SKIP or ASK.";
    issues.push({ path: ["fallbackImageId"], code: "MISSING", message });
  }
  return issues;
}

/** Throws a `ValidationError` when there is anything to say. */
export function refuse(issues: readonly ValidationIssue[]): void {
  if (issues.length > 0) throw new ValidationError(issues);
}
