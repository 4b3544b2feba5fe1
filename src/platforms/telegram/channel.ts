/** Connecting a channel: a bot opens it, and the form names it, because the Bot API lists no bot's channels. */
import { z } from "zod";
import { Secret } from "../../infra/secret.ts";
import type {
  AccountSession,
  CheckOutcome,
  ConnectionForm,
  ConnectionOutcome,
  Credentials,
  RemoteAccount,
} from "../connection.ts";
import { askTelegram, makeAdmin, refusalOf, resultOf, type TelegramSetup, trouble } from "./bot-api.ts";
import { chatIdOf } from "./chat-id.ts";

/** The bot's number, a colon, and the secret part. */
const tokenShape = /^\d{5,20}:[A-Za-z0-9_-]{30,64}$/;

const botShape = z.object({ id: z.number().int(), is_bot: z.literal(true), username: z.string().min(1) });
const chatShape = z.object({
  ...{ id: z.number().int(), type: z.string(), title: z.string().catch(""), username: z.string().min(1).optional() },
});
const memberShape = z.object({ status: z.string(), can_post_messages: z.boolean().optional() });

const refused = (field: string, code: string, message: string): ConnectionOutcome => ({
  ...{ kind: "refused", field, code, message },
});

/** Connects a channel by a bot's token. What was typed is not repeated: people put tokens into the wrong field. */
export async function connect(
  setup: TelegramSetup,
  { fields }: ConnectionForm,
  signal: AbortSignal,
): Promise<ConnectionOutcome> {
  const token = (fields["botToken"] ?? "").trim();
  if (!tokenShape.test(token)) {
    const message = "That is no bot token. It looks like 123456789:AAE… and @BotFather shows it: /mybots, API Token.";
    return refused("botToken", "INVALID", message);
  }
  const chat = chatIdOf(fields["channel"] ?? "");
  if (chat === null) {
    const message =
      "That names no channel. Write @name, its number, which begins with -100, or a link to one of its posts.";
    return refused("channel", "INVALID", message);
  }
  const credentials = { token: new Secret(token) };
  const look = await lookAtChannel(setup, credentials, chat, signal);
  switch (look.kind) {
    case "found":
      return { kind: "connected", accounts: [{ account: look.account, credentials, expiresAt: null, scopes: [] }] };
    case "denied":
      return refused(look.field, look.code, look.message);
    default:
      return { kind: "unavailable", message: look.message };
  }
}

/** Asks whether the bot may still post. */
export async function check(
  setup: TelegramSetup,
  { account, credentials }: AccountSession,
  signal: AbortSignal,
): Promise<CheckOutcome> {
  const look = await lookAtChannel(setup, credentials, account.remoteId, signal);
  if (look.kind === "found") return { kind: "alive", account: look.account, scopes: null };
  return look.kind === "denied" ? { kind: "unauthorized", message: look.message } : look;
}

type Denied = { readonly kind: "denied"; readonly field: string; readonly code: string; readonly message: string };
type Failed = Denied | Exclude<CheckOutcome, { kind: "alive" | "unauthorized" }>;

/** Who the bot is, what the channel is, and whether the one may post to the other. */
async function lookAtChannel(
  setup: TelegramSetup,
  credentials: Credentials,
  chatId: string,
  signal: AbortSignal,
): Promise<{ readonly kind: "found"; readonly account: RemoteAccount } | Failed> {
  const ask = <Schema extends z.ZodType>(method: string, input: Readonly<Record<string, unknown>>, shape: Schema) =>
    question(setup, { method, input, credentials, signal }, shape);
  const bot = await ask("getMe", {}, botShape);
  if (bot.kind !== "value") return bot;
  const chat = await ask("getChat", { chat_id: chatId }, chatShape);
  if (chat.kind !== "value") return chat;
  const { id, type, title, username } = chat.value;
  const denied = (code: string, message: string): Denied => ({ kind: "denied", field: "channel", code, message });
  if (type !== "channel") return denied("NOT_A_CHANNEL", "That is a chat of another kind. Name a channel.");
  const member = await ask("getChatMember", { chat_id: chatId, user_id: bot.value.id }, memberShape);
  if (member.kind !== "value") return member;
  const { status, can_post_messages: mayPost } = member.value;
  if (status !== "creator" && !(status === "administrator" && mayPost === true)) {
    return denied("NO_PERMISSION", `The bot @${bot.value.username} may not post to the channel. ${makeAdmin}`);
  }
  const handle = username ?? String(id);
  const url = username === undefined ? null : `https://t.me/${username}`;
  const details = { bot: bot.value.username, botId: String(bot.value.id) };
  const account = {
    remoteId: String(id),
    handle,
    name: title === "" ? handle : title,
    url,
    method: "telegram",
    details,
  };
  return { kind: "found", account };
}

interface Question {
  readonly method: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly credentials: Credentials;
  readonly signal: AbortSignal;
}

async function question<Schema extends z.ZodType>(
  setup: TelegramSetup,
  { method, input, credentials, signal }: Question,
  shape: Schema,
): Promise<{ readonly kind: "value"; readonly value: z.output<Schema> } | Failed> {
  const answer = await askTelegram(setup, { method, input, token: credentials["token"], signal });
  if (answer.kind === "unanswered") return trouble(answer);
  const value = resultOf(answer, shape);
  if (value !== undefined) return { kind: "value", value };
  const refusal = refusalOf(answer, setup.clock.now(), credentials);
  if (refusal === null) return trouble(answer);
  if (refusal.kind === "rate-limited" || refusal.kind === "unavailable") return refusal;
  const { message } = refusal;
  if (answer.status === 401 || answer.status === 404)
    return { kind: "denied", field: "botToken", code: "WRONG_TOKEN", message };
  return { kind: "denied", field: "channel", code: "NO_ACCESS", message };
}
