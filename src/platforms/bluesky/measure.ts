import { z } from "zod";
import type { Measurement, MeasureOutcome, Metric } from "../measuring.ts";
import { askXrpc, type BlueskySetup, refusalOf, trouble } from "./xrpc.ts";

/** What Bluesky counts, by its own field. Nobody counts how often a post was shown. */
const fields = {
  LIKES: "likeCount",
  COMMENTS: "replyCount",
  SHARES: "repostCount",
  QUOTES: "quoteCount",
  SAVES: "bookmarkCount",
} as const satisfies Partial<Record<Metric, string>>;

/** Its metrics, and for how many posts it answers at once. */
export const measuring = { metrics: ["LIKES", "COMMENTS", "SHARES", "QUOTES", "SAVES"] as const, batch: 25 };

const answerShape = z.object({ posts: z.array(z.looseObject({ uri: z.string() })) });
const count = z.number().int().nonnegative();

/** Numbers of public posts; read without any account. */
export async function measure(
  setup: BlueskySetup,
  uris: readonly string[],
  signal: AbortSignal,
): Promise<MeasureOutcome> {
  const server = new URL(setup.appView).origin;
  const answer = await askXrpc(setup, { server, method: "app.bsky.feed.getPosts", query: { uris }, signal });
  if (answer.kind === "unanswered") return trouble(answer);
  const found = answer.status === 200 ? answerShape.safeParse(answer.json).data : undefined;
  if (found !== undefined) {
    return { kind: "measured", posts: new Map(found.posts.map((post) => [post.uri, measurementOf(post)])) };
  }
  const refusal = refusalOf(answer, setup.clock.now());
  return refusal?.kind === "rate-limited" ? refusal : trouble(answer);
}

function measurementOf(post: Readonly<Record<string, unknown>>): Measurement {
  const values: Partial<Record<Metric, number>> = {};
  const unknown: Partial<Record<Metric, string>> = {};
  for (const metric of measuring.metrics) {
    const value = count.safeParse(post[fields[metric]]).data;
    if (value === undefined) unknown[metric] = "The server does not tell it.";
    else values[metric] = value;
  }
  return { values, unknown };
}
