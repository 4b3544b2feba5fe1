/** The one place where webhooks' secrets are made, sealed and opened. */
import { randomBytes } from "node:crypto";
import type { KeyRing } from "../../infra/key-ring.ts";
import type { SealedColumn } from "../../infra/reseal.ts";
import { seal, unseal } from "../../infra/sealed.ts";
import { Secret } from "../../infra/secret.ts";

/** `whsec_` and base64, as Standard Webhooks writes symmetric secrets: https://www.standardwebhooks.com */
const prefix = "whsec_";

/** A fresh secret of 32 random bytes, in the form that receivers are given. */
export const newWebhookSecret = (): Secret => new Secret(`${prefix}${randomBytes(32).toString("base64")}`);

// Both columns are one place: rotating moves the sealed text from the one to the other.
const placeOf = (row: string) => ({ table: "webhook", column: "secret", row });

/** Where sealed secrets of webhooks stand. */
export const sealedWebhookColumns: readonly SealedColumn[] = [
  { table: "webhook", column: "secret", row: "id::text" },
  { table: "webhook", column: "previous_secret", row: "id::text", sealedColumn: "secret" },
];

/** A secret as it is stored for a webhook. */
export const sealWebhookSecret = (keys: KeyRing, webhookId: string, secret: Secret): string =>
  seal(keys, placeOf(webhookId), secret);

/** What a webhook's messages are signed with now. */
export interface StoredSecrets {
  readonly id: string;
  readonly secret: string;
  readonly previousSecret: string | null;
  readonly previousSecretUntil: Date | null;
}

/**
 * The keys that sign at a moment, the newest first: during a rotation both do. Throws a `SealError` when the key that sealed them
 * is gone.
 */
export function signingKeys(keys: KeyRing, stored: StoredSecrets, now: Date): readonly Buffer[] {
  const { id, secret, previousSecret, previousSecretUntil } = stored;
  const both = previousSecret !== null && previousSecretUntil !== null && previousSecretUntil > now;
  return [secret, ...(both ? [previousSecret] : [])].map((sealed) =>
    Buffer.from(unseal(keys, placeOf(id), sealed).reveal().slice(prefix.length), "base64"),
  );
}
