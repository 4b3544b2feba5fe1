/**
 * X's API v2: uploads, posts, own posts, numbers, rate limits. As strict as the real thing where it is known, and stricter where
 * that costs nothing: unknown fields, parameters and wrong order are offences. Ids hold the moment they were made at.
 */
import { z } from "zod";
import type { TestClock } from "../support/clock.ts";
import type { Teardown } from "../support/database.ts";
import type { PlatformSimulator } from "./platform-simulator.ts";
import { type Asked, jsonOf, type Reply, type SimulatedPlatform, simulatePlatform } from "./simulated-platform.ts";
import { xMedia } from "./x-media.ts";
import { type XOAuth, xOAuth } from "./x-oauth.ts";
import { xReads } from "./x-reads.ts";
import { day, invalid, problem, rateHeaders, typed, type XPost, type XState } from "./x-state.ts";
import { weighedByX } from "./x-text.ts";

/** A running simulator with what only X can do. */
export interface XSimulator
  extends PlatformSimulator,
    Pick<SimulatedPlatform, "clock" | "asked" | "interfere">,
    Pick<XState, "user" | "server" | "uploads" | "posts"> {
  readonly oauth: XOAuth;
  /** A call may be made so often until a moment; earlier calls beyond it are offences. */
  limit(call: string, left: number, until: Date): void;
  /** The account's owner posts at X itself, with so many pictures. */
  postByHand(text: string, images?: number): string;
  forgetUploads(): void;
}

const firstMoment = 1_288_834_974_657;

const postBody = z.strictObject({
  text: z.string().min(1).optional(),
  media: z.strictObject({ media_ids: z.array(z.string()).min(1).max(4) }).optional(),
  reply_settings: z.enum(["following", "mentionedUsers", "subscribers", "verified"]).optional(),
  ...{ made_with_ai: z.boolean().optional(), paid_partnership: z.boolean().optional() },
});
const unauthorised = problem(401, "Unauthorized", "Unauthorized");

/** Starts one for a test. */
export async function xSimulator(t: Teardown, clock: TestClock): Promise<XSimulator> {
  const limits = new Map<string, { left: number; readonly until: Date }>();
  let count = 0;
  const state: XState = {
    user: { id: "2244994945", username: "ada", name: "Ada", subscription_type: "None" },
    server: { processing: 0, memory: day, credits: true, naming: "tweet", hidesMedia: false },
    ...{ uploads: new Map(), posts: [], base: () => base },
    nextId: () => {
      count += 1;
      return String((BigInt(clock.now().getTime() - firstMoment) << 22n) + BigInt(count));
    },
    age: (at) => clock.now().getTime() - at.getTime(),
    offend: (what) => void base.offences.push(what),
  };
  const { user, server, uploads, posts, nextId, age, offend } = state;
  const { upload, status, describe, alive } = xMedia(state);
  const { shown, list, several, one, me } = xReads(state);

  const post = (asked: Asked): Reply => {
    const parsed = postBody.safeParse(jsonOf(asked));
    if (!parsed.success || (parsed.data.text === undefined && parsed.data.media === undefined)) {
      offend(`a post: ${parsed.error?.message ?? "empty"}`);
      return invalid({}, "$.text: is missing");
    }
    const { text = "", media: { media_ids: media = [] } = {} } = parsed.data;
    if (weighedByX(text) > (user.subscription_type === "None" ? 280 : 25_000)) {
      return problem(403, "Forbidden", "Your post text is too long.");
    }
    if ((text.match(/(?<!\w)\$[a-z]{1,6}\b/gi)?.length ?? 0) > 1)
      return problem(403, "Forbidden", "Too many cashtags.");
    const found = media.map(alive);
    if (found.includes(null)) return invalid({ "media.media_ids": media }, "Your media IDs are invalid.");
    if (found.some((each) => each?.polls !== 0)) offend("a post with pictures that are worked on");
    if (posts.some((each) => each.text === text && text !== "" && age(each.at) < server.memory)) {
      return problem(403, "Forbidden", "You are not allowed to create a Tweet with duplicate content.");
    }
    const made: XPost = { id: nextId(), text, media, at: clock.now(), fields: parsed.data };
    posts.push(made);
    const altTexts = found.map((each) => each?.alt ?? null);
    base.publicPosts.push({ id: made.id, text, images: media.length, altTexts, at: made.at });
    const history = { [server.naming === "post" ? "edit_history_post_ids" : "edit_history_tweet_ids"]: [made.id] };
    return { status: 201, body: { data: { id: made.id, text: shown(made).text, ...history } } };
  };

  /** What a signed-in call does, and the permissions that it needs. */
  const guarded = (
    asked: Asked,
  ): { readonly scopes: readonly string[]; readonly work: () => Reply | Promise<Reply> } | null => {
    const { method, path, query } = asked;
    const name = `${method} ${path}`;
    const single = method === "GET" ? /^\/2\/tweets\/(\d+)$/.exec(path)?.[1] : undefined;
    if (name === "POST /2/media/upload") return { scopes: ["media.write"], work: () => upload(asked) };
    if (name === "GET /2/media/upload") return { scopes: ["media.write"], work: () => status(asked) };
    if (name === "POST /2/media/metadata") return { scopes: ["media.write"], work: () => describe(asked) };
    if (name === "POST /2/tweets")
      return { scopes: ["tweet.write", "tweet.read", "users.read"], work: () => post(asked) };
    if (name === "GET /2/tweets") return { scopes: ["tweet.read", "users.read"], work: () => several(asked) };
    if (name === `GET /2/users/${user.id}/tweets`)
      return { scopes: ["tweet.read", "users.read"], work: () => list(asked) };
    if (name === "GET /2/users/me") return { scopes: ["users.read", "tweet.read"], work: () => me(asked) };
    return single === undefined ? null : { scopes: ["tweet.read", "users.read"], work: () => one(single, query) };
  };

  const answer = async (asked: Asked): Promise<Reply> => {
    const name = `${asked.method} ${asked.path}`;
    const free = oauth.routes[name];
    if (free !== undefined) return free(asked);
    const call = guarded(asked);
    if (call === null) {
      offend(`nothing is at ${name}`);
      return problem(404, "Not Found", "Not Found");
    }
    const granted = oauth.scopesOf(/^Bearer (.+)$/.exec(asked.headers.authorization ?? "")?.[1] ?? "");
    if (granted === null) return unauthorised;
    if (!call.scopes.every((scope) => granted.includes(scope))) {
      return problem(403, "Forbidden", "You are not permitted to perform this action.");
    }
    if (!server.credits) {
      const detail = "Your enrolled account does not have any credits to fulfill this request.";
      return problem(402, "CreditsDepleted", detail, typed("credits"));
    }
    const limit = limits.get(name);
    const over = limit !== undefined && limit.left <= 0 && clock.now() < limit.until;
    if (over) offend(`${name} before its limit ended`);
    if (limit !== undefined) limit.left -= 1;
    const reply = over ? problem(429, "Too Many Requests", "Too Many Requests") : await call.work();
    return {
      ...reply,
      headers: rateHeaders(Math.max(0, limit?.left ?? 74), limit?.until ?? new Date(clock.now().getTime() + 900_000)),
    };
  };

  const base = await simulatePlatform(t, clock, () => ({
    isIrreversible: ({ method, path }) => method === "POST" && path === "/2/tweets",
    answer,
    rateLimited: (seconds) => ({
      ...problem(429, "Too Many Requests", "Too Many Requests"),
      ...(seconds !== null && { headers: rateHeaders(0, new Date(clock.now().getTime() + seconds * 1_000)) }),
    }),
    unauthorized: () => unauthorised,
    refusedContent: () => problem(403, "Forbidden", "You are not permitted to perform this action."),
  }));
  const oauth = xOAuth(clock, offend);
  return Object.assign(base, {
    ...{ oauth, uploads, posts, user, server, forgetUploads: () => uploads.clear() },
    limit: (call: string, left: number, until: Date) => void limits.set(call, { left, until }),
    postByHand: (text: string, images = 0) => {
      const media = Array.from({ length: images }, () => nextId());
      const made: XPost = { id: nextId(), text, media, at: clock.now(), fields: {} };
      posts.push(made);
      return made.id;
    },
  });
}
