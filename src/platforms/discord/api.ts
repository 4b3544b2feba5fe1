/** Questions to Discord's API (https://discord.com/developers/docs), and what its refusals mean. */
import { z } from "zod";
import type { Clock } from "../../infra/clock.ts";
import type { OutboundHttp, OutboundRequest } from "../../infra/outbound-http.ts";
import { type AskOutcome, askPlatform, quotation } from "../ask-platform.ts";
import type { Credentials } from "../connection.ts";
import type { Refusal } from "../publication.ts";
import type { DiscordAccess } from "./access.ts";
import { limitedUntil, type Pace } from "./pace.ts";

/** What the adapter is built from. */
export interface DiscordSetup {
  readonly http: OutboundHttp;
  readonly clock: Clock;
  /** Where the API is, version included, without a trailing slash; the operator's word. */
  readonly api: string;
  /** This installation's address, by which Discord knows who asks. */
  readonly publicUrl: string;
  readonly pace: Pace;
}

/** One question. */
export interface DiscordCall {
  /** Begins with a slash. A webhook's holds its token, so that it may never be logged or told. */
  readonly path: string;
  readonly access: DiscordAccess;
  /** Sent with POST. */
  readonly form?: FormData;
  readonly signal: AbortSignal;
}

/** A question as the outbound client takes it. */
export function discordRequest(
  { api, publicUrl }: DiscordSetup,
  { path, access, form, signal }: DiscordCall,
): OutboundRequest {
  return {
    ...{ url: `${api}${path}`, method: form === undefined ? "GET" : "POST", signal },
    // Discord lets nobody in who does not say so in this form.
    headers: { accept: "application/json", "user-agent": `DiscordBot (${publicUrl}, 1)`, ...access.headers },
    ...(form !== undefined && { body: form }),
    trustedOrigin: new URL(api).origin,
  };
}

/** Where a call's limits are counted: its method and the channel or webhook, but not the message. */
export const routeOf = ({ access, form }: Pick<DiscordCall, "access" | "form">): string =>
  `${form === undefined ? "GET" : "POST"} ${access.route}`;

/** How asking ended; `resting`: Discord asked for a rest that has not passed, so nothing was asked. */
export type DiscordOutcome = AskOutcome | { readonly kind: "resting"; readonly until: Date };

/** Asks once. For everything but the call that makes a post public. */
export async function askDiscord(setup: DiscordSetup, call: DiscordCall): Promise<DiscordOutcome> {
  const { owner } = call.access;
  const until = setup.pace.restsUntil(routeOf(call), owner);
  if (until !== null) return { kind: "resting", until };
  const answer = await askPlatform(setup.http, discordRequest(setup, call));
  if (answer.kind === "answered") setup.pace.learn(routeOf(call), owner, answer);
  return answer;
}

/** An answer of Discord. */
export type DiscordAnswer = Omit<Extract<AskOutcome, { kind: "answered" }>, "kind">;

const errorBody = z.object({
  ...{ code: z.number().int(), message: z.string().catch(""), errors: z.unknown().optional() },
});

/** The number of an answer's error (https://discord.com/developers/docs/topics/opcodes-and-status-codes#json); null: none. */
export const errorCodeOf = ({ json }: Pick<DiscordAnswer, "json">): number | null =>
  errorBody.safeParse(json).data?.code ?? null;

/** Blocked for what it says or shows: the server's automatic moderation, twice, and Discord's own filter. */
const blocked = new Set([200_000, 200_001, 20_009]);

/** What an answer refuses, by its status and number; null where it refuses nothing for certain. */
export function refusalOf(answer: DiscordAnswer, now: Date, credentials: Credentials): Refusal | null {
  const { status, json } = answer;
  if (status === 429) return limited(limitedUntil(answer, now));
  const body = errorBody.safeParse(json).data;
  if (body === undefined) return null;
  const says = quotation([body.message, ...detailsOf(body.errors)].join(" "), credentials);
  switch (status) {
    case 401:
      return {
        kind: "unauthorized",
        message: `Discord no longer accepts the access.${says} Connect the channel again.`,
      };
    case 403:
      if (blocked.has(body.code)) return { kind: "refused", code: "BLOCKED", message: `Discord blocked it.${says}` };
      return {
        kind: "unauthorized",
        message: `Discord does not allow it.${says} Give the bot its permissions in the channel, or connect it again.`,
      };
    case 404:
      return {
        kind: "unauthorized",
        message: `Discord no longer has the channel or webhook.${says} Connect it again.`,
      };
    case 400:
      return { kind: "refused", code: "INVALID_CONTENT", message: `Discord refused it.${says}` };
    case 413:
      return { kind: "refused", code: "TOO_LARGE", message: `Discord refused it as too large.${says}` };
    default:
      return null;
  }
}

const detail = z.object({ message: z.string() });
const mostDetails = 3;
const deepest = 8;

/** What is wrong with which field stands in lists called `_errors`, at any depth; the message above only says that something is. */
function detailsOf(errors: unknown, depth = 0): readonly string[] {
  if (typeof errors !== "object" || errors === null || depth > deepest) return [];
  const found = Object.entries(errors).flatMap(([name, value]) =>
    name === "_errors" && Array.isArray(value)
      ? value.flatMap((entry) => detail.safeParse(entry).data?.message ?? [])
      : detailsOf(value, depth + 1),
  );
  return found.slice(0, mostDetails);
}

/** Discord asks for a rest. */
export const limited = (retryAt: Date | null): Extract<Refusal, { kind: "rate-limited" }> => ({
  ...{ kind: "rate-limited", retryAt, message: "Discord takes no more requests here for the moment." },
});

/** What an answer means that is neither what was asked for nor a refusal. */
export function trouble(answer: DiscordOutcome): { readonly kind: "unavailable"; readonly message: string } {
  switch (answer.kind) {
    case "unanswered":
      return { kind: "unavailable", message: answer.message };
    case "resting":
      return { kind: "unavailable", message: limited(answer.until).message };
    case "answered":
      return { kind: "unavailable", message: `Discord answered ${answer.status} and nothing usable. Try again later.` };
  }
}
