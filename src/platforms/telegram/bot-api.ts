/** Questions to Telegram's Bot API (https://core.telegram.org/bots/api), and what its refusals mean. */
import { z } from "zod";
import type { Clock } from "../../infra/clock.ts";
import type { OutboundHttp, OutboundRequest } from "../../infra/outbound-http.ts";
import { Secret } from "../../infra/secret.ts";
import { type AskOutcome, askPlatform, believedMoment, quotation, retryAfterOf } from "../ask-platform.ts";
import type { Credentials } from "../connection.ts";
import type { Refusal } from "../publication.ts";

/** What the adapter is built from. */
export interface TelegramSetup {
  readonly http: OutboundHttp;
  readonly clock: Clock;
  /** Where the Bot API is, without a trailing slash; the operator's word. */
  readonly api: string;
}

/** One question. */
export interface TelegramCall {
  /** The method's name, such as `sendPhoto`. */
  readonly method: string;
  readonly token: Secret | undefined;
  /** A record goes out as JSON. */
  readonly input: FormData | Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
}

/**
 * A question as the outbound client takes it. The token is part of the path, so that neither this request nor its address may ever
 * be logged or told.
 */
export function telegramRequest(
  { api }: TelegramSetup,
  { method, token, input, signal }: TelegramCall,
): OutboundRequest {
  const json = !(input instanceof FormData);
  return {
    ...{ url: `${api}/bot${token?.reveal() ?? ""}/${method}`, method: "POST", signal },
    headers: { accept: "application/json", ...(json && { "content-type": "application/json" }) },
    ...{ body: json ? JSON.stringify(input) : input, trustedOrigin: new URL(api).origin },
  };
}

/** Asks once. For everything but the call that makes a post public. */
export function askTelegram(setup: TelegramSetup, call: TelegramCall): Promise<AskOutcome> {
  return askPlatform(setup.http, telegramRequest(setup, call));
}

/** An answer of the Bot API. */
export type TelegramAnswer = Omit<Extract<AskOutcome, { kind: "answered" }>, "kind">;

const success = z.object({ ok: z.literal(true), result: z.unknown() });

/** What an answer that says yes carries; undefined where it is another one. */
export function resultOf<Schema extends z.ZodType>(
  { status, json }: Pick<TelegramAnswer, "status" | "json">,
  shape: Schema,
): z.output<Schema> | undefined {
  if (status !== 200) return undefined;
  const body = success.safeParse(json).data;
  return body === undefined ? undefined : shape.safeParse(body.result).data;
}

const failure = z.object({
  ...{ ok: z.literal(false), error_code: z.number().int(), description: z.string().catch("") },
  parameters: z.object({ retry_after: z.number().nonnegative().optional() }).optional().catch(undefined),
});

/** The token as a whole, and its secret part alone, which also stands in an address that writes the colon otherwise. */
function secretsOf({ token }: Credentials): Credentials {
  const [, secret = ""] = token?.reveal().split(":") ?? [];
  return { ...(token !== undefined && { token }), secret: new Secret(secret) };
}

/** What a bot that may not post is told. There is no code for it, only these words, which are the API's own and in one language. */
const noAccess =
  /not enough rights|need administrator rights|have no rights|chat not found|not a member|CHAT_WRITE_FORBIDDEN|CHAT_ADMIN_REQUIRED|CHANNEL_PRIVATE|USER_BANNED_IN_CHANNEL|member list is inaccessible|user not found/i;

/** Pictures of an album are sent one by one behind the API: when it names one that failed, others may be out. */
const partial = /failed to send message #|group send failed/i;

/** What an answer refuses; null where it refuses nothing for certain. */
export function refusalOf(
  { status, headers, json }: TelegramAnswer,
  now: Date,
  credentials: Credentials,
): Refusal | null {
  const body = failure.safeParse(json).data;
  if (status === 429) {
    const wait = body?.parameters?.retry_after;
    const retryAt = wait === undefined ? retryAfterOf(headers, now) : believedMoment(now.getTime() + wait * 1_000, now);
    return { kind: "rate-limited", retryAt, message: "Telegram takes no more messages of this bot for the moment." };
  }
  if (body === undefined || body.error_code !== status) return null;
  const says = quotation(body.description, secretsOf(credentials));
  switch (status) {
    // A token that never was one is answered 404.
    case 401:
    case 404:
      return {
        kind: "unauthorized",
        message: `Telegram does not accept the bot's token.${says} Get the token from @BotFather and connect the channel again.`,
      };
    case 403:
      return { kind: "unauthorized", message: `The bot may not post to the channel.${says} ${makeAdmin}` };
    case 400:
      if (partial.test(body.description)) return null;
      if (noAccess.test(body.description)) {
        return { kind: "unauthorized", message: `The bot may not post to the channel.${says} ${makeAdmin}` };
      }
      return { kind: "refused", code: "INVALID_CONTENT", message: `Telegram refused it.${says}` };
    case 413:
      return { kind: "refused", code: "TOO_LARGE", message: `Telegram refused it as too large.${says}` };
    default:
      return null;
  }
}

/** What to do about a bot that may not post. */
export const makeAdmin = "Make it an administrator of the channel with the right to post messages.";

/** What an answer means that is neither what was asked for nor a refusal. */
export const trouble = (answer: AskOutcome): { readonly kind: "unavailable"; readonly message: string } => ({
  kind: "unavailable",
  message:
    answer.kind === "unanswered"
      ? answer.message
      : `Telegram answered ${answer.status} and nothing usable. Try again later.`,
});
