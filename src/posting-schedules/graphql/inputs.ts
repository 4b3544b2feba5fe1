/** What somebody says of a schedule. */
import { builder } from "../../graphql/builder.ts";
import { readIds } from "../../graphql/read-ids.ts";
import { WeekdayEnum } from "../../graphql/weekday.ts";
import { platforms } from "../../platforms/registry.ts";
import { chosenOptions } from "../../posts/chosen-options.ts";
import { variablesFor } from "../template.ts";
import { DeadlinePolicyEnum } from "./enums.ts";

const RuleInput = builder.inputType("RecurrenceRuleInput", {
  description: "Dates by a rule of RFC 5545.",
  fields: (t) => ({
    text: t.string({
      required: true,
      description:
        "FREQ (DAILY, WEEKLY, MONTHLY, YEARLY), INTERVAL, COUNT or UNTIL, BYDAY, BYMONTHDAY, BYMONTH, BYWEEKNO, BYSETPOS, WKST: `FREQ=MONTHLY;BYDAY=-1FR`. UNTIL is local, or, with a `Z`, in UTC, and belongs to it.",
    }),
    firstAt: t.string({
      required: true,
      description:
        "The first date and its time, local and without zone: `2026-03-02T09:00`. Everything is counted from it, and it gives the time of the day; whether it is a date itself says the rule.",
    }),
  }),
});

const WeekdaySlotsInput = builder.inputType("WeekdaySlotsInput", {
  description: "Times on one day of the week.",
  fields: (t) => ({
    weekday: t.field({ type: WeekdayEnum, required: true, description: "The day." }),
    times: t.stringList({ required: true, description: "Local times, `09:00`; at most 24." }),
  }),
});

const WeeklyInput = builder.inputType("WeeklySlotsInput", {
  description: "Dates by times on days of the week; at most 50 a week.",
  fields: (t) => ({
    slots: t.field({ type: [WeekdaySlotsInput], required: true, description: "The days and their times." }),
    from: t.string({ required: true, description: "The first day, local: `2026-03-02`." }),
    until: t.string({ description: "The last day. Default: without end." }),
  }),
});

/** When a schedule happens. */
export const RecurrenceInput = builder.inputType("RecurrenceInput", {
  description: "When a posting schedule happens: give exactly one.",
  isOneOf: true,
  fields: (t) => ({
    rule: t.field({ type: RuleInput, description: "By a rule." }),
    weekly: t.field({ type: WeeklyInput, description: "By times on days of the week." }),
  }),
});

const captionText = `Holds variables: ${variablesFor("caption").join(", ")}. Written in the schedule's zone and locale.`;

/** Where the posts of a schedule go. */
export const ScheduleTargetInput = builder.inputType("PostingScheduleTargetInput", {
  description: "An account that the posts of a schedule go to.",
  fields: (t) => ({
    socialAccountId: t.id({ required: true, description: "A connected account of the same workspace." }),
    captionTemplate: t.string({ description: `A text for this account alone. ${captionText}` }),
    fit: t.field({
      type: "ImageFit",
      description: "What to do with pictures outside the platform's ratios. Default: they are refused.",
    }),
    ...(platforms.some(({ options }) => options.length > 0) && {
      options: t.field({ type: "PlatformOptionsInput", description: "What only the account's platform has." }),
    }),
  }),
});

const QueueInput = builder.inputType("PictureQueueInput", {
  description:
    "Approved pictures with a tag: those never shown first, then those shown longest ago, and of these the one approved first.",
  fields: (t) => ({
    tag: t.string({ required: true, description: "The tag's name." }),
    repeatAfterDays: t.int({ description: "The same picture is not taken twice within so many days. Default: 90." }),
  }),
});

const GenerateInput = builder.inputType("PictureGenerationInput", {
  description: "A new picture for each date; somebody reviews it before the deadline.",
  fields: (t) => ({
    promptTemplate: t.string({
      required: true,
      description: `What the picture shows. Holds variables: ${variablesFor("prompt").join(", ")}.`,
    }),
    styleId: t.id({ description: "The style, in its newest version. Default: none." }),
    provider: t.string({ description: "As in `generateImages`. Default: the workspace's." }),
    model: t.string({ description: "As in `generateImages`. Default: the provider's first." }),
    aspectRatio: t.string({ description: "As in `generateImages`, such as `4:5`." }),
    mostPictures: t.int({
      description:
        "Pictures that are asked for at most, for one date, when one fails or is rejected: 1 to 5. Default: 2.",
    }),
  }),
});

/** Where the pictures come from. */
export const PicturesInput = builder.inputType("PostingSchedulePicturesInput", {
  description: "Where the pictures of a posting schedule come from: give exactly one.",
  isOneOf: true,
  fields: (t) => ({
    queue: t.field({ type: QueueInput, description: "From the library." }),
    generate: t.field({ type: GenerateInput, description: "New ones." }),
  }),
});

/** What both making and changing a schedule take. */
export const descriptions = {
  name: "What it is called; at most 80 characters.",
  timeZone: "An IANA zone, such as `Europe/Paris`: its dates are local there.",
  locale: "How dates are written in texts: `en`, `de`, `pt-BR`.",
  recurrence: "When it happens.",
  captionTemplate: `The text. ${captionText}`,
  targets: "Where its posts go; at least one account.",
  pictures: "Where its pictures come from.",
  leadTimeMinutes: "Work on a date begins so long before: a post is made, or a picture asked for. 5 to 43,200.",
  deadlineMinutes: "The picture must be there so long before. Shorter than the lead time.",
  policy: "What happens when it is not.",
  fallbackImageId: "An approved image, for the policy FALLBACK.",
} as const;

export { DeadlinePolicyEnum };

type Targets = readonly (typeof ScheduleTargetInput.$inferInput & { readonly options?: unknown })[];
type Pictures = typeof PicturesInput.$inferInput;

/** GraphQL knows null and absent, the verbs absent alone. */
const given = (values: object) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== undefined));

/** The ids inside a schedule's input. Throws a `ValidationError` that names every wrong one. */
export function readParts(input: {
  readonly targets?: Targets | null | undefined;
  readonly pictures?: Pictures | null | undefined;
  readonly fallbackImageId?: string | null | undefined;
}) {
  return readIds((id) => ({
    targets: input.targets?.map(({ options, socialAccountId, ...target }, index) => ({
      ...target,
      options: chosenOptions(options),
      socialAccountId: id("SocialAccount", socialAccountId, ["targets", `${index}`, "socialAccountId"]),
    })),
    pictures: picturesOf(input.pictures ?? null, id),
    fallbackImageId: input.fallbackImageId ? id("Image", input.fallbackImageId, ["fallbackImageId"]) : null,
  }));
}

function picturesOf(pictures: Pictures | null, id: (typename: string, text: string, path: string[]) => string) {
  if (pictures?.queue) {
    const { tag, repeatAfterDays } = pictures.queue;
    return { queue: { tag, ...(typeof repeatAfterDays === "number" && { repeatAfterDays }) } };
  }
  if (!pictures?.generate) return undefined;
  const { promptTemplate, styleId, mostPictures, ...generation } = pictures.generate;
  return {
    generate: {
      ...generation,
      promptTemplate,
      ...(styleId && { styleId: id("Style", styleId, ["pictures", "generate", "styleId"]) }),
      ...(typeof mostPictures === "number" && { mostPictures }),
    },
  };
}

/** GraphQL lets exactly one of the two through. */
export function chosenRecurrence({ rule, weekly }: typeof RecurrenceInput.$inferInput) {
  if (rule) return { rule };
  if (weekly) return { weekly };
  throw new Error("Exactly one of the two was let through.");
}

export { given };
