/** Numbers of one post. One metric that does not fit spoils a whole question, so each is then asked for on its own. */
import { z } from "zod";
import type { Measurement, MeasureOutcome, Metric } from "../measuring.ts";
import type { GraphAnswer } from "./graph.ts";
import { meaningOf } from "./graph-error.ts";
import { type GraphTrouble, readTrouble, type TroubleWords } from "./refusal.ts";

/** A metric of ours by the platform's name. */
export type MetricNames = ReadonlyMap<string, Metric>;

const value = z.number();
const insightsShape = z.object({
  data: z.array(
    z.object({
      name: z.string(),
      values: z
        .array(z.object({ value: z.unknown() }))
        .optional()
        .catch(undefined),
      total_value: z.object({ value: z.unknown() }).optional().catch(undefined),
    }),
  ),
});

/** What ends measuring a whole batch: nothing of it is a post's own fault. */
export type MeasureTrouble = Exclude<MeasureOutcome, { kind: "measured" }>;

/** Numbers of one post, null when the post is not there, or what ended the batch. */
export type PostNumbers = Measurement | MeasureTrouble | null;

/** Whether it is what ended the batch. */
export const isTrouble = (numbers: PostNumbers): numbers is MeasureTrouble => numbers !== null && "kind" in numbers;

/** Asks for all metrics at once, else one by one. */
export async function readInsights(
  words: TroubleWords,
  names: MetricNames,
  ask: (metrics: readonly string[]) => Promise<GraphAnswer>,
): Promise<PostNumbers> {
  const all = [...names.keys()];
  const answer = await ask(all);
  if (answer.kind === "answered") return numbersOf(words, names, all, answer.json);
  if (!isOneMetricsFault(answer, words)) return endOf(answer, words);
  const parts: Measurement[] = [];
  for (const name of all) {
    const single = await ask([name]);
    if (single.kind === "answered") {
      parts.push(numbersOf(words, names, [name], single.json));
    } else if (isOneMetricsFault(single, words)) {
      parts.push(notCounted(names, [name], `${words.label} does not count this for this post.`));
    } else if (meaningOfTrouble(single, words) === "permission") {
      parts.push(notCounted(names, [name], permissionWords(words)));
    } else {
      return endOf(single, words);
    }
  }
  return mergeNumbers(parts);

  function endOf(trouble: GraphTrouble, told: TroubleWords): PostNumbers {
    // Also said where too few people saw the post. Either way it says nothing about access.
    if (meaningOfTrouble(trouble, told) === "permission") return notCounted(names, all, permissionWords(told));
    const read = readTrouble(trouble, told);
    return read.kind === "missing" ? null : read;
  }
}

/** Puts numbers of one post together. */
export const mergeNumbers = (parts: readonly Measurement[]): Measurement => ({
  values: Object.assign({}, ...parts.map(({ values }) => values)),
  unknown: Object.assign({}, ...parts.map(({ unknown }) => unknown)),
});

const permissionWords = ({ label }: TroubleWords) =>
  `${label} tells it only with a permission that was not granted, or to a larger audience.`;

const meaningOfTrouble = (trouble: GraphTrouble, { table }: TroubleWords) =>
  trouble.kind === "failed" ? meaningOf(trouble.error, table) : null;

const isOneMetricsFault = (trouble: GraphTrouble, words: TroubleWords): boolean =>
  meaningOfTrouble(trouble, words) === "content";

/** Marks metrics as not known. */
function notCounted(names: MetricNames, asked: readonly string[], reason: string): Measurement {
  const unknown = asked.flatMap((name) => names.get(name) ?? []).map((metric) => [metric, reason] as const);
  return { values: {}, unknown: Object.fromEntries(unknown) };
}

function numbersOf({ label }: TroubleWords, names: MetricNames, asked: readonly string[], json: unknown): Measurement {
  const read = insightsShape.safeParse(json).data;
  if (read === undefined) return notCounted(names, asked, `${label} gave an answer that could not be read.`);
  const parts = asked.map((name): Measurement => {
    const metric = names.get(name);
    const entry = read.data.find((each) => each.name === name);
    const number = value.safeParse(entry?.total_value?.value ?? entry?.values?.at(-1)?.value).data;
    if (metric === undefined) return { values: {}, unknown: {} };
    return number === undefined
      ? notCounted(names, [name], `${label} has no figure yet.`)
      : { values: { [metric]: number }, unknown: {} };
  });
  return mergeNumbers(parts);
}
