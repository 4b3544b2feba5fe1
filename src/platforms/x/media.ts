/**
 * Pictures: uploaded whole (https://docs.x.com/x-api/media), described, and worked on by X for a while. An upload without a post
 * lives for about a day, and its key is what a post is found by.
 */
import { z } from "zod";
import { addMilliseconds } from "../../infra/clock.ts";
import { readJson } from "../ask-platform.ts";
import type { PrepareOutcome, PublishImage, PublishRequest, Refusal } from "../publication.ts";
import { askX, refusalOf, trouble, type XAnswer } from "./api.ts";
import type { X } from "./setup.ts";

const uploadDeadline = 120_000;

/** An upload must live at least this much longer to be used, in milliseconds. */
const leastLife = 10 * 60_000;

/** Seconds that an upload lives where X does not say. */
const usualLife = 86_400;

const processing = z.object({
  state: z.enum(["pending", "in_progress", "succeeded", "failed"]),
  check_after_secs: z.number().nonnegative().catch(2),
});
const answered = z.object({
  data: z.object({
    id: z.string().regex(/^\d+$/),
    media_key: z.string().optional().catch(undefined),
    expires_after_secs: z.number().positive().catch(usualLife),
    processing_info: processing.optional().catch(undefined),
  }),
});

const kept = z.object({
  ...{ id: z.string(), key: z.string(), working: z.boolean() },
  /** When it is gone, in milliseconds since 1970. */
  until: z.number(),
  /** Keys of those before it, which a post may show that went out meanwhile. */
  earlier: z.array(z.string()),
});
type Upload = z.output<typeof kept>;

/** One upload a place: the same picture twice in a post has two descriptions. */
const mediaRef = (index: number) => `media:${index}`;
const describedRef = (index: number) => `described:${index}`;

function uploadAt({ refs }: PublishRequest, index: number): Upload | null {
  const text = refs.get(mediaRef(index))?.value;
  return text === undefined ? null : (kept.safeParse(readJson(Buffer.from(text))).data ?? null);
}

/** The ids of a post's uploads; null where one is missing. */
export function mediaIds(request: PublishRequest): readonly string[] | null {
  const ids = request.images.map((_image, index) => uploadAt(request, index)?.id ?? "");
  return ids.every((id) => id !== "") ? ids : null;
}

/** Every key under which X ever had a picture of this post. */
export function mediaKeys(request: PublishRequest): ReadonlySet<string> {
  const uploads = request.images.flatMap((_image, index) => uploadAt(request, index) ?? []);
  return new Set(uploads.flatMap(({ key, earlier }) => [key, ...earlier]));
}

/** Lets the pictures be uploaded anew, because X no longer has them. */
export async function forgetUploads(request: PublishRequest): Promise<void> {
  for (const index of request.images.keys()) {
    const known = uploadAt(request, index);
    if (known !== null) await request.refs.keep(mediaRef(index), JSON.stringify({ ...known, until: 0 }));
  }
}

/** Uploads the pictures that are not there, describes them, and waits for those that are worked on. */
export async function prepare(x: X, request: PublishRequest, signal: AbortSignal): Promise<PrepareOutcome> {
  for (const [index, image] of request.images.entries()) {
    const refusal =
      (await upload(x, request, index, image, signal)) ?? (await describe(x, request, index, image, signal));
    if (refusal !== null) return refusal;
  }
  for (const index of request.images.keys()) {
    const outcome = await look(x, request, index, signal);
    if (outcome !== null) return outcome;
  }
  return { kind: "ready" };
}

async function upload(
  x: X,
  request: PublishRequest,
  index: number,
  image: PublishImage,
  signal: AbortSignal,
): Promise<Refusal | null> {
  const known = uploadAt(request, index);
  const now = x.clock.now();
  if (known !== null && known.until - leastLife > now.getTime()) return null;
  const form = new FormData();
  form.set("media", new Blob([new Uint8Array(await image.read())], { type: image.mime }), `picture.${image.extension}`);
  form.set("media_category", "tweet_image");
  form.set("media_type", image.mime);
  const { session, refs } = request;
  const answer = await askX(x, { session, path: "/2/media/upload", input: form, signal, deadlineMs: uploadDeadline });
  const made = readUpload(answer);
  if (made === null) return mediaTrouble(x, request, answer);
  const { id, media_key: key = `3_${id}`, expires_after_secs: life, processing_info: work } = made;
  const stored: Upload = {
    ...{ id, key, working: work?.state === "pending" || work?.state === "in_progress" },
    ...{
      until: addMilliseconds(now, life * 1_000).getTime(),
      earlier: known === null ? [] : [known.key, ...known.earlier],
    },
  };
  await refs.keep(mediaRef(index), JSON.stringify(stored));
  return null;
}

const readUpload = (answer: XAnswer) =>
  answer.kind === "answered" && answer.status >= 200 && answer.status < 300
    ? (answered.safeParse(answer.json).data?.data ?? null)
    : null;

/** The text for those who do not see the picture. It belongs to the upload, so a new upload needs it anew. */
async function describe(
  x: X,
  request: PublishRequest,
  index: number,
  { alt }: PublishImage,
  signal: AbortSignal,
): Promise<Refusal | null> {
  const { refs, session } = request;
  const id = uploadAt(request, index)?.id ?? "";
  if (alt.trim() === "" || refs.get(describedRef(index))?.value === id) return null;
  const input = { id, metadata: { alt_text: { text: alt } } };
  const answer = await askX(x, { session, path: "/2/media/metadata", input, signal });
  if (answer.kind !== "answered" || answer.status < 200 || answer.status > 299) return mediaTrouble(x, request, answer);
  await refs.keep(describedRef(index), id);
  return null;
}

async function look(
  x: X,
  request: PublishRequest,
  index: number,
  signal: AbortSignal,
): Promise<Exclude<PrepareOutcome, { kind: "ready" }> | null> {
  const { session, refs } = request;
  const known = uploadAt(request, index);
  if (known === null || !known.working) return null;
  const query = { command: "STATUS", media_id: known.id };
  const answer = await askX(x, { session, path: "/2/media/upload", query, signal });
  const found = readUpload(answer);
  if (found === null) {
    if (answer.kind !== "answered" || answer.status !== 404) return mediaTrouble(x, request, answer);
    await forgetUploads(request);
    return { kind: "unavailable", message: "X lost a picture before it was finished; it is uploaded again." };
  }
  const work = found.processing_info;
  if (work?.state === "pending" || work?.state === "in_progress") {
    const retryAt = addMilliseconds(x.clock.now(), Math.max(1, work.check_after_secs) * 1_000);
    return { kind: "waiting", retryAt, message: "X is working on the pictures." };
  }
  if (work?.state === "failed") {
    await refs.drop(mediaRef(index));
    return { kind: "refused", code: "MEDIA_FAILED", message: "X could not work on a picture. Use another file." };
  }
  await refs.keep(mediaRef(index), JSON.stringify({ ...known, working: false }));
  return null;
}

/** Access that was granted before uploads had a permission of their own is refused as not permitted. */
function mediaTrouble(x: X, { session }: PublishRequest, answer: XAnswer): Refusal {
  const refusal = answer.kind === "answered" ? refusalOf(x, answer, session) : null;
  if (refusal?.kind !== "refused") return trouble(x, answer, session);
  if (refusal.code !== "NOT_PERMITTED") return refusal;
  const message = "X does not let this access upload pictures. Connect the account again and allow everything.";
  return { kind: "unauthorized", message };
}
