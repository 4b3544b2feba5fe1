/** Numbers of own posts. Reads cost money, once a post and day: a hundred are asked for at once, and nothing twice. */
import { z } from "zod";
import type { AccountSession } from "../connection.ts";
import type { Measurement, MeasureOutcome, Metric } from "../measuring.ts";
import { askX, trouble } from "./api.ts";
import type { X } from "./setup.ts";

/** What everybody may see, by X's own fields; some have a second name. */
const publicFields = {
  VIEWS: ["impression_count"],
  LIKES: ["like_count"],
  COMMENTS: ["reply_count"],
  SHARES: ["retweet_count", "repost_count"],
  QUOTES: ["quote_count"],
  SAVES: ["bookmark_count"],
} as const satisfies Partial<Record<Metric, readonly string[]>>;

/** What X tells only the author, and only in a post's first thirty days. */
const ownFields = {
  LINK_CLICKS: ["url_link_clicks"],
  PROFILE_VISITS: ["user_profile_clicks"],
} as const satisfies Partial<Record<Metric, readonly string[]>>;

const own = ["LINK_CLICKS", "PROFILE_VISITS"] as const;

/** Its metrics, for how many posts it answers at once, and what may be read. */
export const measuring = {
  metrics: ["VIEWS", "LIKES", "COMMENTS", "SHARES", "QUOTES", "SAVES", ...own] as const,
  batch: 100,
  readsPerMonth: "X_READS_PER_MONTH",
};

const ownDays = 29 * 24 * 60 * 60_000;
/** Ids of X hold the moment they were made at, in milliseconds after this one. */
const firstMoment = 1_288_834_974_657;

const numbers = z.record(z.string(), z.unknown()).catch({});
const answerShape = z.object({
  data: z.array(z.object({ id: z.string(), public_metrics: numbers, non_public_metrics: numbers })).default([]),
});
const count = z.number().int().nonnegative();

/** Asks for the numbers of each post: young ones with what only the author sees. */
export async function measure(
  x: X,
  session: AccountSession,
  externalIds: readonly string[],
  signal: AbortSignal,
): Promise<MeasureOutcome> {
  const ids = externalIds.filter((id) => /^\d{1,19}$/.test(id));
  const youngest = x.clock.now().getTime() - ownDays;
  const young = ids.filter((id) => madeAt(id) > youngest);
  const posts = new Map<string, Measurement>();
  for (const [group, isYoung] of [[young, true] as const, [ids.filter((id) => !young.includes(id)), false] as const]) {
    if (group.length === 0) continue;
    const outcome = await ask(x, session, { ids: group, isYoung }, signal);
    if (outcome.kind !== "measured") return outcome;
    for (const [id, measurement] of outcome.posts) posts.set(id, measurement);
  }
  return { kind: "measured", posts };
}

const madeAt = (id: string): number => Number(BigInt(id) >> 22n) + firstMoment;

async function ask(
  x: X,
  session: AccountSession,
  { ids, isYoung }: { readonly ids: readonly string[]; readonly isYoung: boolean },
  signal: AbortSignal,
): Promise<MeasureOutcome> {
  const query = {
    ids: ids.join(","),
    "tweet.fields": isYoung ? "public_metrics,non_public_metrics" : "public_metrics",
  };
  const answer = await askX(x, { session, path: "/2/tweets", query, signal });
  const found =
    answer.kind === "answered" && answer.status === 200 ? answerShape.safeParse(answer.json).data : undefined;
  if (found === undefined) return trouble(x, answer, session);
  const posts = found.data.map(({ id, public_metrics: shown, non_public_metrics: owned }) => {
    const parts = [
      numbersOf(publicFields, shown, "X did not tell it."),
      numbersOf(ownFields, owned, isYoung ? notTold : tooOld),
    ];
    return [id, merge(parts)] as const;
  });
  return { kind: "measured", posts: new Map(posts) };
}

const notTold = "X did not tell it.";
const tooOld = "X tells it only in a post's first thirty days.";

function numbersOf(
  fields: Partial<Readonly<Record<Metric, readonly string[]>>>,
  read: Readonly<Record<string, unknown>>,
  reason: string,
): Measurement {
  const values: Partial<Record<Metric, number>> = {};
  const unknown: Partial<Record<Metric, string>> = {};
  for (const metric of measuring.metrics) {
    const names = fields[metric];
    if (names === undefined) continue;
    const value = names.map((name) => count.safeParse(read[name]).data).find((each) => each !== undefined);
    if (value === undefined) unknown[metric] = reason;
    else values[metric] = value;
  }
  return { values, unknown };
}

const merge = (parts: readonly Measurement[]): Measurement => ({
  values: Object.assign({}, ...parts.map(({ values }) => values)),
  unknown: Object.assign({}, ...parts.map(({ unknown }) => unknown)),
});
