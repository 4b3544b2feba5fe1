/** Finds out what became of an interrupted post: by its photos first, then among the Page's posts. */
import { z } from "zod";
import { isSameText, publishWindow } from "../meta/match-post.ts";
import { type ReadTrouble, readTrouble } from "../meta/refusal.ts";
import type { PublishRequest, ReconcileOutcome } from "../publication.ts";
import { callsOf, type Facebook, type PageCalls, words } from "./page.ts";
import { photoRef } from "./publish.ts";

const photoShape = z.object({ page_story_id: z.string().optional().catch(undefined) });
const storyShape = z.object({
  id: z.string(),
  permalink_url: z.string().nullish().catch(null),
  is_published: z.boolean().catch(true),
});

/** Looks a post up. A photo that names no post proves nothing, nor does a list that does not show one. */
export async function reconcile(
  self: Facebook,
  request: PublishRequest,
  signal: AbortSignal,
): Promise<ReconcileOutcome> {
  const calls = callsOf(self, request.session);
  const photos = request.images.flatMap((_image, index) => request.refs.get(photoRef(index))?.value ?? []);
  for (const photo of photos) {
    const story = await storyOf(calls, photo, signal);
    if (story.kind === "present" || story.kind === "unreadable") return story;
  }
  return findInList(self, calls, { request, photos }, signal);
}

/** The post that shows a photo. */
async function storyOf(
  { graph, token, account }: PageCalls,
  photo: string,
  signal: AbortSignal,
): Promise<Extract<ReconcileOutcome, { kind: "present" | "unreadable" }> | { readonly kind: "none" }> {
  const fields = { fields: "page_story_id,created_time" };
  const looked = await graph.get({ path: `/${photo}`, fields, token, account, signal });
  if (looked.kind !== "answered") return noneOr(readTrouble(looked, words, token));
  const id = photoShape.safeParse(looked.json).data?.page_story_id;
  if (id === undefined) return { kind: "none" };
  const question = { fields: { fields: "id,permalink_url,is_published" }, token, account, signal };
  const answer = await graph.get({ path: `/${id}`, ...question });
  if (answer.kind !== "answered") return noneOr(readTrouble(answer, words, token));
  const story = storyShape.safeParse(answer.json).data;
  if (story === undefined || !story.is_published) return { kind: "none" };
  return { kind: "present", externalId: story.id, permalink: story.permalink_url ?? null };
}

const noneOr = ({ kind, message }: ReadTrouble) =>
  kind === "missing" ? ({ kind: "none" } as const) : ({ kind: "unreadable", message } as const);

const media = z.object({ target: z.object({ id: z.string() }).optional().catch(undefined) });
const attachments = z.object({
  data: z.array(
    media.extend({
      subattachments: z
        .object({ data: z.array(media) })
        .optional()
        .catch(undefined),
    }),
  ),
});
const postShape = storyShape.extend({
  message: z.string().catch(""),
  created_time: z.string().transform((text) => new Date(text)),
  application: z.object({ id: z.string() }).optional().catch(undefined),
  attachments: attachments.optional().catch(undefined),
});
const listShape = z.object({
  data: z.array(postShape),
  paging: z
    .object({ next: z.string().optional(), cursors: z.object({ after: z.string().optional() }).optional() })
    .optional()
    .catch(undefined),
});
const listFields =
  "id,message,created_time,permalink_url,application{id,name},attachments{media_type,target,subattachments},is_published";

type Post = z.output<typeof postShape>;

/** Pages of 25 that are read at most; the window is short. */
const mostPages = 4;

interface Wanted {
  readonly request: PublishRequest;
  readonly photos: readonly string[];
}

async function findInList(
  { clock, app }: Facebook,
  { graph, token, account }: PageCalls,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<ReconcileOutcome> {
  const sentAt = wanted.request.sentAt ?? clock.now();
  const { since, until } = publishWindow(sentAt, sentAt);
  const found: Post[] = [];
  let after: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const from = String(Math.floor(since.getTime() / 1_000));
    const fields = { fields: listFields, since: from, limit: "25", ...(after !== undefined && { after }) };
    const answer = await graph.get({ path: `/${account}/published_posts`, fields, token, account, signal });
    if (answer.kind !== "answered") {
      return { kind: "unreadable", message: readTrouble(answer, words, token).message };
    }
    const list = listShape.safeParse(answer.json).data;
    if (list === undefined) return { kind: "unreadable", message: "Facebook gave an answer that could not be read." };
    found.push(...list.data.filter((post) => isOurs(post, wanted, app.id, { since, until })));
    after = list.paging?.next === undefined ? undefined : list.paging.cursors?.after;
    if (after === undefined) break;
  }
  const [post, ...others] = found;
  if (post === undefined) {
    return { kind: "absent", certain: false, message: "Neither the photos nor the Page's list show such a post." };
  }
  if (others.length > 0) {
    const message = "The Page shows several posts with this text at this time. Look which one it is.";
    return { kind: "unknown", message };
  }
  return { kind: "present", externalId: post.id, permalink: post.permalink_url ?? null };
}

function isOurs(post: Post, { request, photos }: Wanted, app: string, window: { since: Date; until: Date }): boolean {
  const { created_time: at, application, attachments: attached } = post;
  if (!post.is_published || at < window.since || at > window.until) return false;
  if (application !== undefined && application.id !== app) return false;
  const shown = (attached?.data ?? []).flatMap(({ target, subattachments }) =>
    subattachments === undefined ? [target?.id] : subattachments.data.map((each) => each.target?.id),
  );
  // The very photos that were uploaded for it say more than its words.
  if (shown.some((id) => id !== undefined && photos.includes(id))) return true;
  const named = shown.length > 0 && shown.every((id) => id !== undefined);
  if (named && photos.length > 0) return false;
  return (
    isSameText(post.message, request.caption) && (attached === undefined || shown.length === request.images.length)
  );
}
