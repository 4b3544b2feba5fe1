/**
 * Telegram's Bot API with one bot: channels in which it may or may not post, captions counted in UTF-16 units, albums of two to ten,
 * nothing that could be read back.
 */
import { z } from "zod";
import { sharp } from "../../src/infra/sharp.ts";
import type { TestClock } from "../support/clock.ts";
import type { Teardown } from "../support/database.ts";
import { type Asked, jsonOf, type Reply, type SimulatedPlatform, simulatePlatform } from "./simulated-platform.ts";

/** A chat as the bot finds it. */
export interface TelegramChat {
  readonly id: number;
  type: string;
  title: string;
  username?: string;
  /** What the bot is there. */
  bot: { status: string; can_post_messages?: boolean };
}

interface Sent {
  readonly method: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A running Bot API. */
export interface TelegramSimulator extends SimulatedPlatform {
  /** The bot's token; a test may end it. */
  token: string;
  /** A public channel that the bot administers, a private one, and a group. */
  readonly chats: { readonly boats: TelegramChat; readonly hidden: TelegramChat; readonly group: TelegramChat };
  /** What was sent, field by field. */
  readonly sent: readonly Sent[];
}

const failure = (status: number, description: string, parameters?: object): Reply => ({
  ...{ status, body: { ok: false, error_code: status, description, ...(parameters && { parameters }) } },
});
const ok = (result: unknown): Reply => ({ status: 200, body: { ok: true, result } });

const flag = z.enum(["true", "false"]).optional();
const shared = { chat_id: z.string(), disable_notification: flag, protect_content: flag };
const shapes = {
  sendMessage: z.strictObject({ ...shared, text: z.string() }),
  sendPhoto: z.strictObject({
    ...{ ...shared, photo: z.instanceof(File), caption: z.string().optional() },
    ...{ has_spoiler: flag, show_caption_above_media: flag },
  }),
  sendMediaGroup: z.object({ ...shared, media: z.string() }).catchall(z.instanceof(File)),
};
const mediaShape = z
  .array(
    z.strictObject({
      ...{ type: z.literal("photo"), media: z.string().startsWith("attach://"), caption: z.string().optional() },
      ...{ has_spoiler: z.boolean().optional(), show_caption_above_media: z.boolean().optional() },
    }),
  )
  .min(2)
  .max(10);

const maxBytes = 10 * 1024 * 1024;

/** Starts one for a test. */
export async function telegramSimulator(t: Teardown, clock: TestClock): Promise<TelegramSimulator> {
  const botId = 123_456_789;
  const admin = () => ({ status: "administrator", can_post_messages: true });
  const chats = {
    boats: { id: -1_001_234_567_890, type: "channel", title: "Boats", username: "boats_daily", bot: admin() },
    hidden: { id: -1_009_876_543_210, type: "channel", title: "Boats, hidden", bot: admin() },
    group: { id: -1_005_555_555_555, type: "supergroup", title: "Talk", username: "boats_talk", bot: admin() },
  } as TelegramSimulator["chats"];
  const sent: Sent[] = [];
  let lastId = 40;

  const chatOf = (named: unknown) =>
    Object.values(chats).find(({ id, username }) =>
      typeof named === "string" && named.startsWith("@")
        ? username?.toLowerCase() === named.slice(1).toLowerCase()
        : String(id) === String(named),
    );
  const seen = ({ id, type, title, username }: TelegramChat) => ({ id, type, title, ...(username && { username }) });

  const photoTrouble = async (file: File): Promise<string | null> => {
    if (file.size > maxBytes) return "Bad Request: file is too big";
    const { width, height, format } = await sharp(Buffer.from(await file.arrayBuffer())).metadata();
    if (!["jpeg", "png"].includes(format)) return "Bad Request: IMAGE_PROCESS_FAILED";
    const ratio = Math.max(width, height) / Math.max(1, Math.min(width, height));
    return width + height > 10_000 || ratio > 20 ? "Bad Request: PHOTO_INVALID_DIMENSIONS" : null;
  };

  const messages = (chat: TelegramChat, count: number, text: string) => {
    const first = lastId + 1;
    lastId += count;
    const words = text.trim();
    base.publicPosts.push({
      ...{ id: String(first), text: words, images: count, altTexts: [], at: clock.now() },
    });
    return [...Array(count).keys()].map((n) => ({
      ...{ message_id: first + n, date: Math.floor(clock.now().getTime() / 1_000), chat: seen(chat) },
      ...(n === 0 && words !== "" && { caption: words }),
      ...(count > 1 && { media_group_id: "13579" }),
    }));
  };

  const send = async (method: keyof typeof shapes, fields: Readonly<Record<string, unknown>>): Promise<Reply> => {
    const parsed = shapes[method].safeParse(fields);
    if (!parsed.success) {
      base.offences.push(`${method}: ${parsed.error.message}`);
      return failure(400, "Bad Request: wrong parameters");
    }
    const chat = chatOf(fields["chat_id"]);
    if (chat === undefined) return failure(400, "Bad Request: chat not found");
    if (["kicked", "left"].includes(chat.bot.status)) {
      return failure(403, "Forbidden: bot is not a member of the channel chat");
    }
    if (chat.bot.can_post_messages !== true) {
      return failure(400, "Bad Request: need administrator rights in the channel chat");
    }
    if (method === "sendMessage") {
      const text = String(fields["text"]);
      if (text.trim() === "") return failure(400, "Bad Request: message text is empty");
      if (text.trim().length > 4_096) return failure(400, "Bad Request: message is too long");
      sent.push({ method, fields });
      const [message] = messages(chat, 1, text);
      Object.assign(base.publicPosts.at(-1) ?? {}, { images: 0 });
      return ok(message);
    }
    const files = Object.entries(fields).filter((entry): entry is [string, File] => entry[1] instanceof File);
    for (const [, file] of files) {
      const trouble = await photoTrouble(file);
      if (trouble !== null) return failure(400, trouble);
    }
    const caption =
      method === "sendPhoto"
        ? String(fields["caption"] ?? "")
        : album(
            fields,
            files.map(([name]) => name),
          );
    if (caption === null) return failure(400, "Bad Request: wrong media");
    if (caption.trim().length > 1_024) return failure(400, "Bad Request: message caption is too long");
    sent.push({ method, fields });
    const made = messages(chat, files.length, caption);
    Object.assign(base.publicPosts.at(-1) ?? {}, { altTexts: files.map(() => null) });
    return ok(method === "sendPhoto" ? made[0] : made);
  };

  /** The caption of an album, whose parts must be there, each once; null where they are not. */
  const album = (fields: Readonly<Record<string, unknown>>, names: readonly string[]): string | null => {
    const media = mediaShape.safeParse(jsonOf({ body: Buffer.from(String(fields["media"])) }));
    const attached = media.data?.map(({ media: name }) => name.slice("attach://".length)) ?? [];
    if (!media.success || attached.join() !== names.join()) {
      base.offences.push(`album of ${attached.join()} with ${names.join()}`);
      return null;
    }
    return media.data.map(({ caption = "" }) => caption).join("");
  };

  const about = (method: string, fields: Readonly<Record<string, unknown>>): Reply => {
    if (method === "getMe") {
      return ok({ id: botId, is_bot: true, first_name: "Atelier", username: "atelier_bot", can_join_groups: true });
    }
    const chat = chatOf(fields["chat_id"]);
    if (chat === undefined) return failure(400, "Bad Request: chat not found");
    if (chat.bot.status === "kicked") return failure(403, "Forbidden: bot was kicked from the channel chat");
    if (method === "getChat") return ok({ ...seen(chat), accent_color_id: 3, max_reaction_count: 11 });
    if (fields["user_id"] !== botId) return failure(400, "Bad Request: user not found");
    if (chat.bot.status === "left") return failure(400, "Bad Request: member list is inaccessible");
    return ok({ user: { id: botId, is_bot: true, first_name: "Atelier" }, ...chat.bot });
  };

  const answer = async (asked: Asked): Promise<Reply> => {
    const [, token, method = ""] = /^\/bot([^/]+)\/(\w+)$/.exec(asked.path) ?? [];
    if (token === undefined || asked.method !== "POST") return failure(404, "Not Found");
    if (!/^\d+:[\w-]{30,}$/.test(token)) return failure(404, "Not Found");
    if (token !== base.token) return failure(401, "Unauthorized");
    const fields = await fieldsOf(asked);
    if (method in shapes) return send(method as keyof typeof shapes, fields);
    if (["getMe", "getChat", "getChatMember"].includes(method)) return about(method, fields);
    base.offences.push(`there is no ${method}`);
    return failure(404, "Not Found: method not found");
  };

  const platform = await simulatePlatform(t, clock, () => ({
    isIrreversible: ({ method, path }) => method === "POST" && /\/send\w+$/.test(path),
    answer,
    rateLimited: (seconds) =>
      seconds === null
        ? failure(429, "Too Many Requests: retry later")
        : failure(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds }),
    unauthorized: () => failure(401, "Unauthorized"),
    refusedContent: () => failure(400, "Bad Request: IMAGE_PROCESS_FAILED"),
  }));
  const token = `${botId}:AAEhBP0av28p_canary-telegram-ZOIAI94u`;
  const base: TelegramSimulator = Object.assign(platform, { token, chats, sent });
  return base;
}

async function fieldsOf({ headers, body }: Asked): Promise<Readonly<Record<string, unknown>>> {
  const type = headers["content-type"] ?? "";
  if (!type.startsWith("multipart/")) return z.record(z.string(), z.unknown()).catch({}).parse(jsonOf({ body }));
  const form = await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
  return Object.fromEntries(form.entries());
}
