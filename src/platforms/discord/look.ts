/** Asking for one thing while an account is connected or checked, with what is wrong told at the form's field. */
import type { z } from "zod";
import type { CheckOutcome, ConnectionOutcome, Credentials, RemoteAccount } from "../connection.ts";
import type { DiscordAccess } from "./access.ts";
import { askDiscord, type DiscordSetup, limited, refusalOf, trouble } from "./api.ts";

/** Why an account cannot be used. */
export type Failed =
  | { readonly kind: "denied"; readonly field: string; readonly code: string; readonly message: string }
  | Exclude<CheckOutcome, { kind: "alive" | "unauthorized" }>;

/** An account as it was found. */
export type Look = { readonly kind: "found"; readonly account: RemoteAccount } | Failed;

/** One question, and the field that a refusal belongs to. */
export interface LookQuestion {
  readonly path: string;
  readonly access: DiscordAccess;
  readonly credentials: Credentials;
  readonly signal: AbortSignal;
  /** Of the key that opens; what else is refused belongs to `field`. */
  readonly keyField: string;
  readonly field: string;
}

/** Asks, and reads the answer by a shape. */
export async function lookAt<Schema extends z.ZodType>(
  setup: DiscordSetup,
  { path, access, credentials, signal, keyField, field }: LookQuestion,
  shape: Schema,
): Promise<{ readonly kind: "value"; readonly value: z.output<Schema> } | Failed> {
  const answer = await askDiscord(setup, { path, access, signal });
  if (answer.kind === "resting") return limited(answer.until);
  if (answer.kind === "unanswered") return trouble(answer);
  const value = answer.status === 200 ? shape.safeParse(answer.json) : undefined;
  if (value?.success === true) return { kind: "value", value: value.data };
  const refusal = refusalOf(answer, setup.clock.now(), credentials);
  if (refusal === null) return trouble(answer);
  if (refusal.kind === "rate-limited" || refusal.kind === "unavailable") return refusal;
  const { message } = refusal;
  if (answer.status === 401) return { kind: "denied", field: keyField, code: "WRONG_TOKEN", message };
  return { kind: "denied", field, code: answer.status === 404 ? "NOT_FOUND" : "NO_ACCESS", message };
}

/** What connecting answers after a look. */
export function connected(look: Look, credentials: Credentials): ConnectionOutcome {
  if (look.kind === "found") {
    return { kind: "connected", accounts: [{ account: look.account, credentials, expiresAt: null, scopes: [] }] };
  }
  if (look.kind === "denied") {
    const { field, code, message } = look;
    return { kind: "refused", field, code, message };
  }
  return { kind: "unavailable", message: look.message };
}

/** What checking answers after a look. */
export function checked(look: Look): CheckOutcome {
  if (look.kind === "found") return { kind: "alive", account: look.account, scopes: null };
  return look.kind === "denied" ? { kind: "unauthorized", message: look.message } : look;
}

/** The page of a channel, or of one of its messages. */
export const channelUrl = (guildId: string, channelId: string, messageId?: string): string =>
  ["https://discord.com/channels", guildId, channelId, ...(messageId === undefined ? [] : [messageId])].join("/");
