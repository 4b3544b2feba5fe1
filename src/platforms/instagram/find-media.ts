/** Finds what a container became: Instagram tells that one was published, but never under which id. */
import { z } from "zod";
import { isSameText, publishWindow } from "../meta/match-post.ts";
import { readTrouble } from "../meta/refusal.ts";
import type { PublishRequest } from "../publication.ts";
import { type AccountCalls, type Instagram, words } from "./account.ts";

const mediaShape = z.object({
  id: z.string(),
  /** The documentation promises it to one of the two hosts only; missing, it is no sign. */
  caption: z.string().optional(),
  permalink: z.string().nullish().catch(null),
  timestamp: z.string().transform((text) => new Date(text)),
  media_type: z.string().catch(""),
  children: z
    .object({ data: z.array(z.unknown()) })
    .optional()
    .catch(undefined),
});
const listShape = z.object({
  data: z.array(mediaShape),
  paging: z
    .object({ next: z.string().optional(), cursors: z.object({ after: z.string().optional() }).optional() })
    .optional()
    .catch(undefined),
});

type Media = z.output<typeof mediaShape>;

/** What a list shows of a post of ours. */
export type Found =
  | { readonly kind: "one"; readonly id: string; readonly permalink: string | null }
  | { readonly kind: "none" }
  | { readonly kind: "several" }
  | { readonly kind: "trouble"; readonly message: string };

const fields = "id,caption,permalink,timestamp,media_type,children{id}";

/** Pages of 25 that are read at most; the window is short. */
const mostPages = 4;

/** Looks through the account's newest posts of the time in which this one can have become public. */
export async function findMedia(
  { clock }: Instagram,
  { graph, token, account }: AccountCalls,
  request: PublishRequest,
  signal: AbortSignal,
): Promise<Found> {
  const sentAt = request.sentAt ?? clock.now();
  const { since, until } = publishWindow(request.refs.get("container")?.at ?? sentAt, sentAt);
  const matching: Media[] = [];
  let after: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const seconds = String(Math.floor(since.getTime() / 1_000));
    const query = { fields, since: seconds, limit: "25", ...(after !== undefined && { after }) };
    const answer = await graph.get({ path: `/${account}/media`, fields: query, token, account, signal });
    if (answer.kind !== "answered") return { kind: "trouble", message: readTrouble(answer, words, token).message };
    const list = listShape.safeParse(answer.json).data;
    if (list === undefined) return { kind: "trouble", message: "Instagram gave an answer that could not be read." };
    matching.push(...list.data.filter((media) => isOurs(media, request, since, until)));
    after = list.paging?.next === undefined ? undefined : list.paging.cursors?.after;
    if (after === undefined) break;
  }
  const [media, ...others] = matching;
  if (media === undefined) return { kind: "none" };
  return others.length > 0 ? { kind: "several" } : { kind: "one", id: media.id, permalink: media.permalink ?? null };
}

function isOurs(
  { caption, timestamp, media_type, children }: Media,
  request: PublishRequest,
  since: Date,
  until: Date,
) {
  const images = request.images.length;
  const kind = images > 1 ? "CAROUSEL_ALBUM" : "IMAGE";
  return (
    timestamp >= since &&
    timestamp <= until &&
    media_type === kind &&
    (children === undefined || images === 1 || children.data.length === images) &&
    (caption === undefined || isSameText(caption, request.caption))
  );
}
