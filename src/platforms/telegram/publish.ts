/** One post: a message, a photo or an album. Nothing of it can be found again: bots read neither history nor their own posts. */
import { z } from "zod";
import { readJson } from "../ask-platform.ts";
import type { PublishImage, PublishOutcome, PublishRequest, ReconcileOutcome } from "../publication.ts";
import { sendOnce } from "../send-once.ts";
import { refusalOf, resultOf, type TelegramSetup, telegramRequest } from "./bot-api.ts";
import { permalinkOf } from "./chat-id.ts";

const messageShape = z.object({
  message_id: z.number().int().positive(),
  chat: z.object({ id: z.number().int(), username: z.string().min(1).optional() }),
});

/** Sends the post. */
export async function publish(
  setup: TelegramSetup,
  request: PublishRequest,
  signal: AbortSignal,
): Promise<PublishOutcome> {
  const { account, credentials } = request.session;
  if (request.images.length === 0 && request.caption.trim() === "") {
    return {
      kind: "refused",
      code: "EMPTY",
      message: "Telegram takes no empty messages. Write a text or add a picture.",
    };
  }
  const { method, input } = await messageOf(request);
  const call = { method, input, token: credentials["token"], signal };
  const sent = await sendOnce(setup.http, telegramRequest(setup, call));
  if (sent.kind !== "answered") return sent;
  const answer = { status: sent.status, headers: sent.headers, json: readJson(sent.body) };
  const messages =
    resultOf(answer, z.union([z.array(messageShape).min(1), messageShape.transform((one) => [one])])) ?? [];
  // The text stands with the first picture, and an album is opened by it.
  const [first] = messages.toSorted((one, other) => one.message_id - other.message_id);
  if (first !== undefined && String(first.chat.id) === account.remoteId) {
    const { message_id: id, chat } = first;
    return { kind: "published", externalId: String(id), permalink: permalinkOf(chat, id) };
  }
  const unclear = { kind: "ambiguous" as const, message: "Telegram's answer does not say whether the post is out." };
  return refusalOf(answer, setup.clock.now(), credentials) ?? unclear;
}

async function messageOf({ session, caption, images, options }: PublishRequest) {
  const form = new FormData();
  form.set("chat_id", session.account.remoteId);
  if (options["silent"] === true) form.set("disable_notification", "true");
  if (options["protected"] === true) form.set("protect_content", "true");
  const [only] = images;
  if (only === undefined) {
    form.set("text", caption);
    return { method: "sendMessage", input: form };
  }
  const look = {
    ...(options["spoiler"] === true && { has_spoiler: true }),
    ...(options["captionAbove"] === true && { show_caption_above_media: true }),
  };
  const said = caption.trim() === "" ? {} : { caption };
  if (images.length === 1) {
    for (const [name, value] of Object.entries({ ...said, ...look })) form.set(name, String(value));
    form.set("photo", ...(await fileOf(only, 0)));
    return { method: "sendPhoto", input: form };
  }
  const media = images.map((_image, index) => ({
    ...{ type: "photo", media: `attach://picture${index}`, ...look },
    ...(index === 0 && said),
  }));
  form.set("media", JSON.stringify(media));
  for (const [index, image] of images.entries()) form.set(`picture${index}`, ...(await fileOf(image, index)));
  return { method: "sendMediaGroup", input: form };
}

async function fileOf(image: PublishImage, index: number): Promise<[Blob, string]> {
  const bytes = new Uint8Array(await image.read());
  return [new Blob([bytes], { type: image.mime }), `picture${index}.${image.extension}`];
}

/** There is nothing to look at, so an interrupted send is a person's to judge. */
export function reconcile(): Promise<ReconcileOutcome> {
  const message = "Telegram lets bots read nothing back. Look into the channel, then decide.";
  return Promise.resolve({ kind: "unknown", message });
}
