import { z } from "zod";
import type { AccountSession } from "../connection.ts";
import type { Measurement, MeasureOutcome, Metric } from "../measuring.ts";
import { askMastodon, type MastodonSetup, refusalOf, trouble } from "./api.ts";
import { serverOf } from "./connect.ts";

/** What a server counts, by its own field. Nobody counts how often a post was shown. */
const fields = {
  LIKES: "favourites_count",
  COMMENTS: "replies_count",
  SHARES: "reblogs_count",
  QUOTES: "quotes_count",
} as const satisfies Partial<Record<Metric, string>>;

/** Its metrics, and for how many posts a server answers at once. */
export const measuring = { metrics: ["LIKES", "COMMENTS", "SHARES", "QUOTES"] as const, batch: 20 };

const statuses = z.array(z.looseObject({ id: z.string() }));
const count = z.number().int().nonnegative();

/** Numbers of own posts: all at once, which Mastodon knows since 4.3, or one after the other. */
export async function measure(
  setup: MastodonSetup,
  session: AccountSession,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<MeasureOutcome> {
  const query = ids.map((id) => ["id[]", id] as const);
  const together = await ask(setup, session, { path: "/api/v1/statuses", query }, signal);
  if (together !== "missing") return together;
  const posts = new Map<string, Measurement>();
  for (const id of ids) {
    const alone = await ask(setup, session, { path: `/api/v1/statuses/${encodeURIComponent(id)}`, query: [] }, signal);
    if (alone === "missing") continue;
    if (alone.kind !== "measured") return alone;
    for (const [key, measurement] of alone.posts) posts.set(key, measurement);
  }
  return { kind: "measured", posts };
}

async function ask(
  setup: MastodonSetup,
  { account, credentials }: AccountSession,
  { path, query }: { readonly path: string; readonly query: readonly (readonly [string, string])[] },
  signal: AbortSignal,
): Promise<MeasureOutcome | "missing"> {
  const answer = await askMastodon(setup, {
    server: serverOf(account),
    path,
    query,
    token: credentials["accessToken"],
    signal,
  });
  if (answer.kind === "unanswered") return trouble(answer);
  const found = answer.status === 200 ? statuses.safeParse([answer.json].flat()).data : undefined;
  if (found !== undefined) {
    return { kind: "measured", posts: new Map(found.map((status) => [status.id, measurementOf(status)])) };
  }
  if (answer.status === 404 || answer.status === 405) return "missing";
  const refusal = refusalOf(answer, setup.clock.now(), credentials);
  return refusal === null || refusal.kind === "refused" ? trouble(answer) : refusal;
}

function measurementOf(status: Readonly<Record<string, unknown>>): Measurement {
  const values: Partial<Record<Metric, number>> = {};
  const unknown: Partial<Record<Metric, string>> = {};
  for (const metric of measuring.metrics) {
    const value = count.safeParse(status[fields[metric]]).data;
    if (value === undefined) unknown[metric] = "The server does not tell it.";
    else values[metric] = value;
  }
  return { values, unknown };
}
