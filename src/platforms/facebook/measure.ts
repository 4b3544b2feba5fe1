/** Numbers of a Page's posts: three that are fields of the post, and the insights that are still alive. */
import { z } from "zod";
import type { AccountSession } from "../connection.ts";
import type { Measurement, MeasureOutcome, Metric } from "../measuring.ts";
import type { GraphAnswer } from "../meta/graph.ts";
import { meaningOf } from "../meta/graph-error.ts";
import { isTrouble, mergeNumbers, type PostNumbers, readInsights } from "../meta/insights.ts";
import { readTrouble } from "../meta/refusal.ts";
import { callsOf, type Facebook, words } from "./page.ts";

/** Every `impressions` metric ended in June 2026; these are their successors. */
const insightNames: ReadonlyMap<string, Metric> = new Map([
  ...([["post_media_view", "VIEWS"] as const, ["post_total_media_view_unique", "REACH"]] as const),
  ["post_clicks", "CLICKS"],
]);

const summary = z.object({ summary: z.object({ total_count: z.number() }) });

/** A number that is a field of the post. */
interface CountedField {
  readonly metric: Metric;
  /** What is asked for. */
  readonly field: string;
  readonly read: (post: Readonly<Record<string, unknown>>) => number | undefined;
}

const countedFields: readonly CountedField[] = [
  {
    ...{ metric: "LIKES", field: "reactions.limit(0).summary(true)" },
    read: (post) => summary.safeParse(post["reactions"]).data?.summary.total_count,
  },
  {
    ...{ metric: "COMMENTS", field: "comments.limit(0).summary(true)" },
    read: (post) => summary.safeParse(post["comments"]).data?.summary.total_count,
  },
  {
    ...{ metric: "SHARES", field: "shares" },
    // A post that nobody shared has no such field.
    read: (post) => z.object({ count: z.number() }).safeParse(post["shares"] ?? { count: 0 }).data?.count,
  },
];

/** What is counted. */
export const facebookMetrics: readonly Metric[] = [
  ...insightNames.values(),
  ...countedFields.map(({ metric }) => metric),
];

/** Asks for the numbers of each post. */
export async function measure(
  self: Facebook,
  session: AccountSession,
  externalIds: readonly string[],
  signal: AbortSignal,
): Promise<MeasureOutcome> {
  const { graph, token, account } = callsOf(self, session);
  const posts = new Map<string, Measurement>();
  for (const id of externalIds) {
    const counted = await countFields((fields) =>
      graph.get({ path: `/${id}`, fields: { fields: `id,${fields}` }, token, account, signal }),
    );
    if (isTrouble(counted)) return counted;
    if (counted === null) continue;
    const insights = await readInsights(words, insightNames, (metrics) =>
      graph.get({ path: `/${id}/insights`, fields: { metric: metrics.join(",") }, token, account, signal }),
    );
    if (isTrouble(insights)) return insights;
    if (insights !== null) posts.set(id, mergeNumbers([counted, insights]));
  }
  return { kind: "measured", posts };
}

const postShape = z.record(z.string(), z.unknown());

async function countFields(ask: (fields: string) => Promise<GraphAnswer>): Promise<PostNumbers> {
  const whole = await ask(countedFields.map(({ field }) => field).join(","));
  if (whole.kind === "answered") return numbersOf(countedFields, whole.json);
  if (!isOneFieldsFault(whole)) return endOf(whole);
  const parts: Measurement[] = [];
  for (const counted of countedFields) {
    const single = await ask(counted.field);
    if (single.kind === "answered") parts.push(numbersOf([counted], single.json));
    else if (isOneFieldsFault(single)) parts.push({ values: {}, unknown: { [counted.metric]: lacksPermission } });
    else return endOf(single);
  }
  return mergeNumbers(parts);
}

const lacksPermission = "Facebook tells it only with a permission that was not granted.";

function endOf(trouble: Exclude<GraphAnswer, { kind: "answered" }>): PostNumbers {
  const read = readTrouble(trouble, words);
  return read.kind === "missing" ? null : read;
}

const isOneFieldsFault = (trouble: Exclude<GraphAnswer, { kind: "answered" }>): boolean =>
  trouble.kind === "failed" && ["content", "permission"].includes(meaningOf(trouble.error, words.table));

function numbersOf(fields: readonly CountedField[], json: unknown): Measurement {
  const post = postShape.safeParse(json).data ?? {};
  return mergeNumbers(
    fields.map(({ metric, read }): Measurement => {
      const number = read(post);
      return number === undefined
        ? { values: {}, unknown: { [metric]: "Facebook did not tell it." } }
        : { values: { [metric]: number }, unknown: {} };
    }),
  );
}
