/**
 * X's API v2: uploads, posts, own posts, numbers, rate limits. As strict as the real thing where it is known, and stricter where
 * that costs nothing: unknown fields, parameters and wrong order are offences. Ids hold the moment they were made at.
 */
import { z } from "zod";
import { sharp } from "../../src/infra/sharp.ts";
import type { TestClock } from "../support/clock.ts";
import type { Teardown } from "../support/database.ts";
import type { PlatformSimulator } from "./platform-simulator.ts";
import {
  type Asked,
  jsonOf,
  listed,
  type Reply,
  type SimulatedPlatform,
  simulatePlatform,
} from "./simulated-platform.ts";
import { type XOAuth, xOAuth } from "./x-oauth.ts";
import { shownByX, weighedByX } from "./x-text.ts";

interface Upload {
  readonly id: string;
  readonly at: Date;
  /** Looks until it is ready. */
  polls: number;
  alt: string | null;
}

interface Post {
  readonly id: string;
  readonly text: string;
  readonly media: readonly string[];
  readonly at: Date;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A running simulator with what only X can do. */
export interface XSimulator extends PlatformSimulator, Pick<SimulatedPlatform, "clock" | "asked" | "interfere"> {
  readonly oauth: XOAuth;
  readonly uploads: ReadonlyMap<string, Upload>;
  readonly posts: readonly Post[];
  readonly user: { id: string; username: string; name: string; subscription_type: string };
  readonly server: {
    /** Looks that a picture is worked on; -1: it fails. */
    processing: number;
    /** Milliseconds for which a text is refused again. */
    memory: number;
    /** False: every call that costs is refused with 402. */
    credits: boolean;
    /** The words that answers use, which X changes in 2026. */
    naming: "tweet" | "post";
    /** Answers name no pictures of posts. */
    hidesMedia: boolean;
  };
  /** A call may be made so often until a moment; earlier calls beyond it are offences. */
  limit(call: string, left: number, until: Date): void;
  /** The account's owner posts at X itself, with so many pictures. */
  postByHand(text: string, images?: number): string;
  forgetUploads(): void;
}

const firstMoment = 1_288_834_974_657;
const day = 24 * 60 * 60_000;

const postBody = z.strictObject({
  text: z.string().min(1).optional(),
  media: z.strictObject({ media_ids: z.array(z.string()).min(1).max(4) }).optional(),
  reply_settings: z.enum(["following", "mentionedUsers", "subscribers", "verified"]).optional(),
  ...{ made_with_ai: z.boolean().optional(), paid_partnership: z.boolean().optional() },
});
const description = z.strictObject({
  id: z.string(),
  metadata: z.strictObject({ alt_text: z.strictObject({ text: z.string().min(1).max(1_000) }) }),
});

const problem = (status: number, title: string, detail: string, rest: object = {}): Reply => ({
  ...{ status, body: { title, detail, type: "about:blank", status, ...rest } },
});
const typed = (type: string) => ({ type: `https://api.x.com/2/problems/${type}` });
const invalid = (parameters: object, message: string): Reply =>
  problem(400, "Invalid Request", "One or more parameters to your request was invalid.", {
    ...{ errors: [{ parameters, message }], ...typed("invalid-request") },
  });
const unauthorised = problem(401, "Unauthorized", "Unauthorized");

/** Starts one for a test. */
export async function xSimulator(t: Teardown, clock: TestClock): Promise<XSimulator> {
  const user = { id: "2244994945", username: "ada", name: "Ada", subscription_type: "None" };
  const server: XSimulator["server"] = {
    processing: 0,
    memory: day,
    credits: true,
    naming: "tweet",
    hidesMedia: false,
  };
  const uploads = new Map<string, Upload>();
  const posts: Post[] = [];
  const limits = new Map<string, { left: number; readonly until: Date }>();
  let count = 0;
  const nextId = (at = clock.now()) => {
    count += 1;
    return String((BigInt(at.getTime() - firstMoment) << 22n) + BigInt(count));
  };
  const age = (at: Date) => clock.now().getTime() - at.getTime();
  const keyOf = (id: string) => `3_${id}`;
  const offend = (what: string) => {
    base.offences.push(what);
  };
  const only = (query: URLSearchParams, names: readonly string[]) => {
    for (const name of query.keys()) if (!names.includes(name)) offend(`an unknown parameter ${name}`);
  };

  const upload = async ({ headers, body }: Asked): Promise<Reply> => {
    const type = headers["content-type"] ?? "";
    if (!type.startsWith("multipart/form-data")) return invalid({ media: [] }, "media is required");
    const form = await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
    const file = form.get("media");
    const strange = [...form.keys()].filter((name) => !["media", "media_category", "media_type"].includes(name));
    if (strange.length > 0 || form.get("media_category") !== "tweet_image")
      offend(`an upload with ${[...form.keys()].join()}`);
    if (!(file instanceof File)) return invalid({ media: [] }, "media is required");
    if (file.size > 5_242_880) return invalid({ media: [] }, "File size exceeds 5242880 bytes.");
    const { format, width, height } = await sharp(Buffer.from(await file.arrayBuffer())).metadata();
    if (!["jpeg", "png", "webp"].includes(format) || `image/${format}` !== form.get("media_type")) {
      return invalid({ media_type: [String(form.get("media_type"))] }, "The media type does not match the file.");
    }
    base.reversibleCalls += 1;
    const made: Upload = { id: nextId(), at: clock.now(), polls: server.processing, alt: null };
    uploads.set(made.id, made);
    const image = { image_type: `image/${format}`, w: width, h: height };
    return { status: 200, body: { data: { ...mediaOf(made), size: file.size, expires_after_secs: 86_400, image } } };
  };
  const mediaOf = ({ id, polls }: Upload) => {
    const failed = { state: "failed", error: { code: 1, name: "InvalidMedia" } };
    const info = polls < 0 ? failed : { state: "in_progress", check_after_secs: 5, progress_percent: 50 };
    return { id, media_key: keyOf(id), ...(polls !== 0 && { processing_info: info }) };
  };
  const alive = (id: string | null) => {
    const found = uploads.get(id ?? "");
    return found !== undefined && age(found.at) < day ? found : null;
  };

  const status = ({ query }: Asked): Reply => {
    only(query, ["command", "media_id"]);
    const found = alive(query.get("media_id"));
    if (query.get("command") !== "STATUS" || found === null) return problem(404, "Not Found", "Media not found.");
    if (found.polls > 0) found.polls -= 1;
    const done = { processing_info: { state: "succeeded", progress_percent: 100 } };
    return { status: 200, body: { data: { ...(found.polls === 0 && done), ...mediaOf(found) } } };
  };

  const describe = (asked: Asked): Reply => {
    const wanted = description.safeParse(jsonOf(asked)).data;
    const found = alive(wanted?.id ?? null);
    if (wanted === undefined || found === null) return invalid({ id: [] }, "The media or its text is invalid.");
    found.alt = wanted.metadata.alt_text.text;
    return { status: 200, body: { data: { id: found.id, associated_metadata: wanted.metadata } } };
  };

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
    const made: Post = { id: nextId(), text, media, at: clock.now(), fields: parsed.data };
    posts.push(made);
    const altTexts = found.map((each) => each?.alt ?? null);
    base.publicPosts.push({ id: made.id, text, images: media.length, altTexts, at: made.at });
    const history = { [server.naming === "post" ? "edit_history_post_ids" : "edit_history_tweet_ids"]: [made.id] };
    return { status: 201, body: { data: { id: made.id, text: shown(made).text, ...history } } };
  };
  const shown = ({ id, text, media }: Post) =>
    shownByX(text, id, { page: `https://x.com/${user.username}/status/${id}/photo/1`, keys: media.map(keyOf) });

  /** A post with the fields that were asked for. */
  const tell = (each: Post, wanted: readonly string[]) => {
    const { text, entities } = shown(each);
    const long = weighedByX(each.text) > 280;
    const counted = { like_count: 4, reply_count: 1, quote_count: 0, bookmark_count: 3, impression_count: 120 };
    const renamed = server.naming === "post";
    const all: Record<string, unknown> = {
      ...{ created_at: each.at.toISOString(), entities, note_tweet: undefined },
      ...(long && { [renamed ? "note_post" : "note_tweet"]: { text, entities } }),
      ...(each.media.length > 0 && !server.hidesMedia && { attachments: { media_keys: each.media.map(keyOf) } }),
      public_metrics: { ...counted, [renamed ? "repost_count" : "retweet_count"]: 2 },
      ...(age(each.at) <= 30 * day && {
        non_public_metrics: { url_link_clicks: 5, user_profile_clicks: 6, engagements: 9 },
      }),
    };
    const asked = Object.entries(all).filter(([name]) => wanted.includes(name.replace("note_post", "note_tweet")));
    return { id: each.id, text: long ? `${text.slice(0, 200)}…` : text, ...Object.fromEntries(asked) };
  };
  const fieldsOf = (query: URLSearchParams) => {
    const names = (query.get("tweet.fields") ?? "").split(",").filter((name) => name !== "");
    const known = [
      "created_at",
      "text",
      "entities",
      "attachments",
      "note_tweet",
      "public_metrics",
      "non_public_metrics",
    ];
    for (const name of names) if (!known.includes(name)) offend(`an unknown field ${name}`);
    return names;
  };

  const list = ({ query }: Asked): Reply => {
    only(query, ["max_results", "exclude", "start_time", "end_time", "tweet.fields", "pagination_token"]);
    const size = Number(query.get("max_results") ?? 10);
    const since = query.get("start_time") ?? "";
    if (!(size >= 5 && size <= 100) || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(since))
      offend(`a list of ${size} since ${since}`);
    const all = posts.filter(({ at }) => listed(base, at) && at.getTime() >= Date.parse(since)).toReversed();
    const from = Number(query.get("pagination_token") ?? 0);
    const page = all.slice(from, from + size);
    const next = from + size < all.length ? { next_token: String(from + size) } : {};
    const data = page.map((each) => tell(each, fieldsOf(query)));
    return { status: 200, body: { ...(data.length > 0 && { data }), meta: { result_count: page.length, ...next } } };
  };

  const missing = (id: string) => ({
    ...{ value: id, resource_id: id, resource_type: "tweet", parameter: "id", title: "Not Found Error" },
    ...{ detail: `Could not find tweet with id: [${id}].`, ...typed("resource-not-found") },
  });
  const several = ({ query }: Asked): Reply => {
    only(query, ["ids", "tweet.fields"]);
    const ids = (query.get("ids") ?? "").split(",");
    if (ids.length > 100) offend(`${ids.length} posts at once`);
    const wanted = fieldsOf(query);
    const found = posts.filter(({ id }) => ids.includes(id));
    const owned = wanted.includes("non_public_metrics");
    if (owned && found.some(({ at }) => age(at) > 30 * day)) offend("an old post's own numbers");
    const errors = ids.filter((id) => !found.some((each) => each.id === id)).map(missing);
    const data = found.map((each) => tell(each, wanted));
    return { status: 200, body: { ...(data.length > 0 && { data }), ...(errors.length > 0 && { errors }) } };
  };
  const one = (id: string, query: URLSearchParams): Reply => {
    const found = posts.find((each) => each.id === id);
    if (found === undefined) return { status: 200, body: { errors: [missing(id)] } };
    return { status: 200, body: { data: tell(found, fieldsOf(query)) } };
  };
  const me = ({ query }: Asked): Reply => {
    only(query, ["user.fields"]);
    return { status: 200, body: { data: { ...user } } };
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
      const made: Post = { id: nextId(), text, media, at: clock.now(), fields: {} };
      posts.push(made);
      return made.id;
    },
  });
}

const rateHeaders = (left: number, until: Date): Record<string, string> => ({
  ...{ "x-rate-limit-limit": "100", "x-rate-limit-remaining": String(left) },
  "x-rate-limit-reset": String(Math.ceil(until.getTime() / 1_000)),
});
