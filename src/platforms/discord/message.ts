/** A post as a message of Discord, and what it is known by again. */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { AccountSession } from "../connection.ts";
import type { PublishRequest } from "../publication.ts";
import { isBot } from "./access.ts";
import { channelUrl } from "./look.ts";

/** A message as Discord tells it. */
export const messageShape = z.object({
  ...{ id: z.string().regex(/^\d{1,20}$/), channel_id: z.string(), content: z.string().catch("") },
  author: z.object({ id: z.string() }).optional().catch(undefined),
  attachments: z.array(z.object({ filename: z.string() })).catch([]),
});

/** A message's address. */
export const permalinkOf = ({ account: { details } }: AccountSession, messageId: string): string =>
  channelUrl(details["guildId"] ?? "", details["channelId"] ?? "", messageId);

/** What a post's own key becomes at Discord, which takes 25 characters. */
const markOf = (key: string): string => createHash("sha256").update(key).digest("hex").slice(0, 24);

/** Stands in the file names of a post's pictures, and nowhere else: by it the post is found again. */
export const fileMark = (key: string): string => `atelier-${markOf(key).slice(0, 12)}-`;

const suppressEmbeds = 1 << 2;
const suppressNotifications = 1 << 12;

/** The message as it is sent. */
export async function messageForm({ key, session, caption, images, options }: PublishRequest): Promise<FormData> {
  const flags =
    (options["suppressEmbeds"] === true ? suppressEmbeds : 0) |
    (options["silent"] === true ? suppressNotifications : 0);
  const prefix = options["spoiler"] === true ? "SPOILER_" : "";
  const files = images.map((image, id) => ({
    image,
    id,
    name: `${prefix}${fileMark(key)}${id + 1}.${image.extension}`,
  }));
  const form = new FormData();
  const payload = {
    ...(caption.trim() !== "" && { content: caption }),
    attachments: files.map(({ image: { alt }, id, name: filename }) => ({
      ...{ id, filename },
      ...(alt.trim() !== "" && { description: alt }),
    })),
    // A text names people without calling them: a post is no reason to wake a whole server.
    allowed_mentions: { parse: [] },
    ...(flags !== 0 && { flags }),
    // Within some minutes the same message is answered with the first one. Webhooks do not know it.
    ...(isBot({ account: session.account }) && { nonce: markOf(key), enforce_nonce: true }),
  };
  form.set("payload_json", JSON.stringify(payload));
  for (const { image, id, name } of files) {
    const bytes = new Uint8Array(await image.read());
    form.set(`files[${id}]`, new Blob([bytes], { type: image.mime }), name);
  }
  return form;
}
