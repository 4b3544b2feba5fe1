/**
 * A post in two steps, even with one picture: photos that nobody sees, and then the post that shows them. The photos are what
 * an interrupted post is found by.
 */
import { z } from "zod";
import { quotation } from "../ask-platform.ts";
import { meaningOf } from "../meta/graph-error.ts";
import { publishTrouble, refusalOf } from "../meta/refusal.ts";
import type { PrepareOutcome, PublishImage, PublishOutcome, PublishRequest } from "../publication.ts";
import { callsOf, type Facebook, type PageCalls, words } from "./page.ts";

/** The reference of a photo that was uploaded and is not shown yet. */
export const photoRef = (index: number): string => `photo${index}`;

/** That the photos were uploaded anew once, because Facebook no longer had them. */
const restagedRef = "restaged";

const idShape = z.object({ id: z.string().min(1) });

/** Uploads what is missing, hidden. */
export async function prepare(self: Facebook, request: PublishRequest, signal: AbortSignal): Promise<PrepareOutcome> {
  const calls = callsOf(self, request.session);
  for (const [index, image] of request.images.entries()) {
    if (request.refs.get(photoRef(index)) !== null) continue;
    const uploaded = await upload(calls, image, signal);
    if (typeof uploaded !== "string") return uploaded;
    await request.refs.keep(photoRef(index), uploaded);
  }
  return { kind: "ready" };
}

async function upload({ graph, token, account }: PageCalls, image: PublishImage, signal: AbortSignal) {
  const file = { field: "source", name: `picture.${image.extension}`, mime: image.mime, bytes: await image.read() };
  const fields = { published: "false", ...(image.alt !== "" && { alt_text_custom: image.alt }) };
  const question = { path: `/${account}/photos`, fields, file, token, account, signal, deadlineMs: 120_000 };
  const answer = await graph.post(question);
  if (answer.kind !== "answered") return refusalOf(answer, words, token);
  const id = idShape.safeParse(answer.json).data?.id;
  if (id !== undefined) return id;
  return { kind: "unavailable", message: "Facebook did not say under which id it took a picture." } as const;
}

/** Shows the photos, with the text. */
export async function publish(self: Facebook, request: PublishRequest, signal: AbortSignal): Promise<PublishOutcome> {
  const { graph, token, account } = callsOf(self, request.session);
  const photos = request.images.map((_image, index) => request.refs.get(photoRef(index))?.value);
  if (photos.includes(undefined)) {
    return { kind: "unavailable", message: "Facebook has not been sent the pictures yet." };
  }
  const attached = photos.map((id) => ({ media_fbid: id }));
  const fields = { message: request.caption, attached_media: JSON.stringify(attached) };
  const answer = await graph.postOnce({ path: `/${account}/feed`, fields, token, account, signal });
  if (answer.kind === "answered") {
    const id = idShape.safeParse(answer.json).data?.id;
    if (id !== undefined) return { kind: "published", externalId: id, permalink: null };
    return { kind: "ambiguous", message: "Facebook gave an answer that could not be read." };
  }
  if (answer.kind === "failed" && answer.error.status < 500 && !answer.error.transient) {
    const { error } = answer;
    const vague = error.code === 100 && ["content", "missing"].includes(meaningOf(error, words.table));
    const mayBeGone = vague && !words.table.has(error.subcode) && request.refs.get(restagedRef) === null;
    if (mayBeGone && (await someAreGone(self, request, signal)))
      return restage(request, quotation(error.says, { token }));
  }
  return publishTrouble(answer, words, token);
}

/** A wrong parameter is most often a photo that Facebook no longer has. */
async function someAreGone(self: Facebook, { session, images, refs }: PublishRequest, signal: AbortSignal) {
  const { graph, token, account } = callsOf(self, session);
  for (const index of images.keys()) {
    const path = `/${refs.get(photoRef(index))?.value}`;
    const answer = await graph.get({ path, fields: { fields: "id" }, token, account, signal });
    if (answer.kind !== "answered") return true;
  }
  return false;
}

/** Lets the photos be uploaded anew, once. */
async function restage({ refs, images }: PublishRequest, quoted: string): Promise<PublishOutcome> {
  await refs.keep(restagedRef, "1");
  for (const index of images.keys()) await refs.drop(photoRef(index));
  return { kind: "unavailable", message: `Facebook no longer has the pictures; they are sent again.${quoted}` };
}
