/** Finds out what became of an interrupted post, among the account's own: each read of one costs the operator money. */
import { z } from "zod";
import type { AccountSession } from "../connection.ts";
import { isSameText, publishWindow } from "../meta/match-post.ts";
import type { PublishRequest, ReconcileOutcome, VerifyOutcome } from "../publication.ts";
import { permalinkOf } from "./account.ts";
import { addressesIn } from "./addresses.ts";
import { askX, trouble } from "./api.ts";
import { mediaKeys } from "./media.ts";
import { meaningOf, readProblem } from "./problem.ts";
import { begunRef } from "./publish.ts";
import type { X } from "./setup.ts";

const entities = z.object({
  urls: z
    .array(
      z.object({
        ...{ url: z.string(), expanded_url: z.string().optional().catch(undefined) },
        media_key: z.string().optional().catch(undefined),
      }),
    )
    .catch([]),
});
const words = z.object({ text: z.string().catch(""), entities: entities.optional().catch(undefined) });
const postShape = words.extend({
  ...{ id: z.string().regex(/^\d+$/), created_at: z.iso.datetime({ offset: true }).transform((at) => new Date(at)) },
  attachments: z.object({ media_keys: z.array(z.string()).catch([]) }).catch({ media_keys: [] }),
  // Long posts have their whole text here. The newer name is what some answers use.
  ...{ note_tweet: words.optional().catch(undefined), note_post: words.optional().catch(undefined) },
});
const listShape = z.object({
  data: z.array(postShape).default([]),
  meta: z.object({ next_token: z.string().optional() }).catch({}),
});
type Post = z.output<typeof postShape>;

const fields = "created_at,text,entities,attachments,note_tweet";
const pageSize = 20;
/** The window is short; more than this in it is not looked through. */
const mostPages = 5;

/** Looks for the post by the pictures that were uploaded for it, else by its words. A list that does not show it is no proof. */
export async function reconcile(x: X, request: PublishRequest, signal: AbortSignal): Promise<ReconcileOutcome> {
  const keys = mediaKeys(request);
  if (keys.size === 0) return { kind: "absent", certain: true, message: "Its pictures never were at X." };
  const listed = await ownPosts(x, request, signal);
  if (!Array.isArray(listed)) return listed;
  const showing = listed.filter(({ attachments }) => attachments.media_keys.some((key) => keys.has(key)));
  const found = showing.length > 0 ? showing : listed.filter((post) => isAlike(post, request));
  const [post, ...others] = found;
  if (post === undefined) return { kind: "absent", certain: false, message: "The account's posts do not show it." };
  if (others.length > 0) {
    return { kind: "unknown", message: "The account shows several posts like this one. Look which one it is." };
  }
  return { kind: "present", externalId: post.id, permalink: permalinkOf(request.session.account, post.id) };
}

/** The account's posts of the time in which this one can have come out. */
async function ownPosts(
  x: X,
  { session, sentAt, refs }: PublishRequest,
  signal: AbortSignal,
): Promise<Post[] | Extract<ReconcileOutcome, { kind: "unreadable" }>> {
  const last = sentAt ?? x.clock.now();
  const { since, until } = publishWindow(refs.get(begunRef)?.at ?? last, last);
  const path = `/2/users/${encodeURIComponent(session.account.remoteId)}/tweets`;
  const posts: Post[] = [];
  let next: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const query = {
      ...{ max_results: String(pageSize), exclude: "retweets", start_time: secondsOf(since), "tweet.fields": fields },
      ...(next !== undefined && { pagination_token: next }),
    };
    const answer = await askX(x, { session, path, query, signal });
    const list =
      answer.kind === "answered" && answer.status === 200 ? listShape.safeParse(answer.json).data : undefined;
    if (list === undefined) return { kind: "unreadable", message: trouble(x, answer, session).message };
    posts.push(...list.data.filter(({ created_at: at }) => at >= since && at <= until));
    next = list.meta.next_token;
    if (next === undefined) return posts;
  }
  return { kind: "unreadable", message: "The account has posted too much since to look through all of it." };
}

const secondsOf = (at: Date): string => at.toISOString().replace(/\.\d+Z$/, "Z");

/** Whether a post says and shows the same. X refuses an account's own repetition, so one that does is hardly another's. */
function isAlike(post: Post, { caption, images }: PublishRequest): boolean {
  const sameCount = post.attachments.media_keys.length === images.length;
  return (
    caption.trim() !== "" && sameCount && isSameText(withPlainAddresses(shownText(post)), withPlainAddresses(caption))
  );
}

/** A post's text as it was written: without the link to its own pictures, and with addresses in place of X's short ones. */
function shownText(post: Post): string {
  const { text, entities: inText } = post.note_tweet ?? post.note_post ?? post;
  let shown = text;
  for (const { url, expanded_url: written, media_key: picture } of inText?.urls ?? []) {
    const ownPicture = picture !== undefined || /\/(photo|video)\/\d+$/.test(written ?? "");
    shown = shown.replaceAll(url, ownPicture ? "" : (written ?? url));
  }
  return shown.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** X adds a scheme to bare addresses, and may write a host in small letters. */
function withPlainAddresses(text: string): string {
  const composed = text.normalize("NFC");
  let plain = "";
  let from = 0;
  for (const { start, end } of addressesIn(composed)) {
    const address = composed.slice(start, end).replace(/^https?:\/\//i, "");
    plain += composed.slice(from, start) + address.replace(/\/$/, "").toLowerCase();
    from = end;
  }
  return plain + composed.slice(from);
}

const oneShape = z.object({ data: z.object({ id: z.string() }) });

/** Reads a post back. */
export async function verify(
  x: X,
  session: AccountSession,
  externalId: string,
  signal: AbortSignal,
): Promise<VerifyOutcome> {
  const answer = await askX(x, { session, path: `/2/tweets/${encodeURIComponent(externalId)}`, signal });
  if (answer.kind === "answered") {
    if (answer.status === 200 && oneShape.safeParse(answer.json).data?.data.id === externalId) {
      return { kind: "there", permalink: permalinkOf(session.account, externalId) };
    }
    // A post that is gone is answered 200, with an error inside.
    const problem = readProblem(answer);
    if (problem !== null && meaningOf(problem) === "missing")
      return { kind: "gone", message: "The post is no longer at X." };
  }
  return { kind: "unavailable", message: trouble(x, answer, session).message };
}
