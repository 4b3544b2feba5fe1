/**
 * A Mastodon server with one account, `ada`: scopes, uploads that are worked on and belong to one post, keys that are remembered
 * for an hour, the server's own counting, limits told as moments.
 */
import { z } from "zod";
import type { TestClock } from "../support/clock.ts";
import type { Teardown } from "../support/database.ts";
import { type MastodonOauth, mastodonOauth } from "./mastodon-oauth.ts";
import {
  type Asked,
  jsonOf,
  listed,
  type Reply,
  type SimulatedPlatform,
  simulatePlatform,
} from "./simulated-platform.ts";

const keyLife = 60 * 60_000;
const uploadLife = 24 * 60 * 60_000;

interface Upload {
  readonly id: string;
  readonly description: string | null;
  readonly focus: string | null;
  readonly at: Date;
  /** Looks until it is finished. */
  polls: number;
  attached: boolean;
}

interface Status {
  readonly id: string;
  readonly text: string;
  readonly media: readonly string[];
  readonly fields: z.output<typeof statusBody>;
  readonly at: Date;
}

/** A running server. */
export interface MastodonSimulator extends SimulatedPlatform {
  readonly oauth: MastodonOauth;
  readonly accountId: string;
  /** A token of an application that somebody made by hand. */
  readonly token: string;
  readonly uploads: ReadonlyMap<string, Upload>;
  readonly statuses: readonly Status[];
  /** What it is and allows; a test may change it. */
  readonly server: { version: string; maxCharacters: number; maxImages: number; processing: number; batch: boolean };
  /** Posts by others' hands: the account's own list grows. */
  postByHand(text: string): void;
}

const statusBody = z.strictObject({
  status: z.string(),
  media_ids: z.array(z.string()),
  visibility: z.enum(["public", "unlisted", "private", "direct"]),
  sensitive: z.boolean().optional(),
  spoiler_text: z.string().optional(),
  language: z.string().optional(),
});

const failure = (status: number, error: string): Reply => ({ status, body: { error } });

/** Starts one for a test. */
export async function mastodonSimulator(t: Teardown, clock: TestClock): Promise<MastodonSimulator> {
  const accountId = "109302436954721982";
  const uploads = new Map<string, Upload>();
  const statuses: Status[] = [];
  const keys = new Map<string, { readonly status: Status; readonly at: Date }>();
  const server = { version: "4.5.2", maxCharacters: 500, maxImages: 4, processing: 0, batch: true };
  const token = "made-by-hand-0123456789";
  let lastId = 113_000_000_000_000_000n;
  const nextId = () => String((lastId += 1n));
  const age = (at: Date) => clock.now().getTime() - at.getTime();
  const ok = (body: unknown): Reply => ({
    ...{ status: 200, body },
    headers: {
      "x-ratelimit-limit": "300",
      "x-ratelimit-remaining": "290",
      "x-ratelimit-reset": new Date(clock.now().getTime() + 300_000).toISOString(),
    },
  });

  const upload = async ({ headers, body }: Asked): Promise<Reply> => {
    const type = headers["content-type"] ?? "";
    const form = await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
    const file = form.get("file");
    const strange = [...form.keys()].filter((name) => !["file", "description", "focus"].includes(name));
    if (strange.length > 0) base.offences.push(`media fields ${strange.join()}`);
    if (!(file instanceof File) || !/^image\/(jpeg|png|webp|gif)$/.test(file.type))
      return failure(422, "Validation failed: File content type is invalid");
    if (file.size > 16_777_216) return failure(413, "Request entity too large");
    const description = form.get("description");
    const focus = form.get("focus");
    if (typeof description === "string" && [...description].length > 1_500)
      return failure(422, "Validation failed: Description is too long");
    if (typeof focus === "string" && !/^-?[01]\.\d+,-?[01]\.\d+$/.test(focus)) base.offences.push(`focus ${focus}`);
    base.reversibleCalls += 1;
    const made: Upload = {
      ...{ id: nextId(), at: clock.now(), polls: server.processing, attached: false },
      ...{ description: typeof description === "string" ? description : null },
      ...{ focus: typeof focus === "string" ? focus : null },
    };
    uploads.set(made.id, made);
    return { ...ok(mediaOf(made)), status: made.polls > 0 ? 202 : 200 };
  };
  const mediaOf = ({ id, polls, description }: Upload) => ({
    ...{ id, type: "image", description, url: polls > 0 ? null : `${base.url}/media/${id}.jpg` },
  });

  const readMedia = (id: string): Reply => {
    const found = uploads.get(id);
    if (found === undefined || found.attached || age(found.at) > uploadLife) return failure(404, "Record not found");
    if (found.polls > 0) found.polls -= 1;
    return { ...ok(mediaOf(found)), status: found.polls > 0 ? 206 : 200 };
  };

  const post = (asked: Asked): Reply => {
    const key = asked.headers["idempotency-key"];
    if (typeof key !== "string") base.offences.push("a status without a key");
    const known = keys.get(String(key));
    if (known !== undefined && age(known.at) < keyLife) return ok(statusOf(known.status));
    const parsed = statusBody.safeParse(jsonOf(asked));
    if (!parsed.success) {
      base.offences.push(`status: ${parsed.error.message}`);
      return failure(422, "Validation failed");
    }
    const { status: text, media_ids: media, spoiler_text: spoiler = "" } = parsed.data;
    const counted = spoiler + text.replaceAll(/https?:\/\/\S*[^\s.,;:!?]/g, "x".repeat(23));
    const length = [...new Intl.Segmenter("en", { granularity: "grapheme" }).segment(counted)].length;
    if (length > server.maxCharacters) return failure(422, "Validation failed: Text character limit exceeded");
    if (media.length > server.maxImages) return failure(422, "Validation failed: Cannot attach more files");
    const attached = media.map((id) => uploads.get(id));
    const missing = attached.some((found) => found === undefined || found.attached || age(found.at) > uploadLife);
    if (missing) return failure(422, "Validation failed: Media not found or already attached to another post");
    if (attached.some((found) => (found?.polls ?? 0) > 0))
      return failure(422, "Cannot attach files that have not finished processing");
    for (const found of attached) if (found !== undefined) found.attached = true;
    const made: Status = { id: nextId(), text, media, fields: parsed.data, at: clock.now() };
    keys.set(String(key), { status: made, at: clock.now() });
    statuses.push(made);
    const altTexts = attached.map((found) => found?.description ?? null);
    base.publicPosts.push({ id: made.id, text, images: media.length, altTexts, at: clock.now() });
    return ok(statusOf(made));
  };
  const statusOf = ({ id, text, media, at, fields }: Status) => ({
    ...{ id, created_at: at.toISOString(), content: `<p>${text}</p>`, visibility: fields.visibility },
    ...{ uri: `${base.url}/users/ada/statuses/${id}`, url: `${base.url}/@ada/${id}` },
    media_attachments: media.map((mediaId) => ({ id: mediaId, type: "image" })),
    ...{ favourites_count: 4, reblogs_count: 2, replies_count: 1, quotes_count: 0 },
  });

  const list = ({ query }: Asked): Reply => {
    const limit = Number(query.get("limit") ?? 20);
    if (limit > 40) base.offences.push(`a page of ${limit}`);
    const before = query.get("max_id");
    const shown = statuses
      .filter(({ at, id }) => listed(base, at) && (before === null || BigInt(id) < BigInt(before)))
      .toReversed();
    return ok(shown.slice(0, limit).map(statusOf));
  };

  const instance = (): Reply =>
    ok({
      ...{ domain: "social.example", title: "Simulated", version: server.version },
      configuration: {
        statuses: {
          ...{ max_characters: server.maxCharacters, max_media_attachments: server.maxImages },
          characters_reserved_per_url: 23,
        },
        media_attachments: {
          supported_mime_types: ["image/jpeg", "image/png", "image/webp", "video/mp4"],
          ...{ description_limit: 1_500, image_size_limit: 16_777_216, image_matrix_limit: 33_177_600 },
        },
      },
    });

  /** What a signed-in call does, and the permission that it needs. */
  const guarded = (asked: Asked): { readonly scope: string; readonly work: () => Reply | Promise<Reply> } | null => {
    const { method, path, query } = asked;
    const media = /^\/api\/v1\/media\/(\w+)$/.exec(path)?.[1];
    const status = /^\/api\/v1\/statuses\/(\w+)$/.exec(path)?.[1];
    const one = (id: string) => statuses.filter((entry) => entry.id === id).map(statusOf);
    if (method === "POST" && path === "/api/v2/media") return { scope: "write:media", work: () => upload(asked) };
    if (method === "GET" && media !== undefined) return { scope: "write:media", work: () => readMedia(media) };
    if (method === "POST" && path === "/api/v1/statuses") return { scope: "write:statuses", work: () => post(asked) };
    if (method === "GET" && path === `/api/v1/accounts/${accountId}/statuses`)
      return { scope: "read:statuses", work: () => list(asked) };
    if (method === "GET" && path === "/api/v1/statuses" && server.batch)
      return { scope: "read:statuses", work: () => ok(query.getAll("id[]").flatMap(one)) };
    if (method === "GET" && status !== undefined) {
      const work = () => (one(status)[0] === undefined ? failure(404, "Record not found") : ok(one(status)[0]));
      return { scope: "read:statuses", work };
    }
    if (method === "GET" && path === "/api/v1/accounts/verify_credentials") {
      const account = { id: accountId, username: "ada", display_name: "Ada", url: `${base.url}/@ada` };
      return { scope: "read:accounts", work: () => ok(account) };
    }
    return null;
  };

  const answer = (asked: Asked): Reply | Promise<Reply> => {
    const name = `${asked.method} ${asked.path}`;
    const free = oauth.routes[name];
    if (free !== undefined) return free(asked);
    if (name === "GET /api/v2/instance") return instance();
    const work = guarded(asked);
    const bearer = /^Bearer (.+)$/.exec(asked.headers.authorization ?? "")?.[1] ?? "";
    const granted = oauth.tokens.get(bearer);
    if (work === null && name !== "GET /api/v1/apps/verify_credentials") return failure(404, "Not Found");
    if (granted === undefined) return failure(401, "The access token is invalid");
    if (work === null) return ok({ name: "By hand", scopes: granted });
    const allowed = granted.includes(work.scope) || granted.includes(work.scope.split(":")[0] ?? "");
    return allowed ? work.work() : failure(403, "This action is outside the authorized scopes");
  };

  const base = await simulatePlatform(t, clock, () => ({
    isIrreversible: ({ method, path }) => method === "POST" && path === "/api/v1/statuses",
    answer,
    rateLimited: (seconds) => {
      const reset = new Date(clock.now().getTime() + (seconds ?? 0) * 1_000).toISOString();
      return {
        ...failure(429, "Too many requests"),
        ...(seconds !== null && { headers: { "x-ratelimit-reset": reset } }),
      };
    },
    unauthorized: () => failure(401, "The access token is invalid"),
    refusedContent: () => failure(422, "Validation failed: Text character limit exceeded"),
  }));
  const oauth = mastodonOauth((what) => void base.offences.push(what));
  oauth.tokens.set(token, ["read", "write"]);
  return Object.assign(base, {
    ...{ oauth, accountId, token, uploads, statuses, server },
    postByHand: (text: string) => {
      const fields = { status: text, media_ids: [], visibility: "public" as const };
      statuses.push({ id: nextId(), text, media: [], fields, at: clock.now() });
    },
  });
}
