/** The one place where what opens social accounts is sealed and opened: stored accounts, and those about to be connected. */
import { z } from "zod";
import type { KeyRing } from "../infra/key-ring.ts";
import type { SealedColumn } from "../infra/reseal.ts";
import { seal, unseal } from "../infra/sealed.ts";
import { Secret } from "../infra/secret.ts";
import type { AccountSession, ConnectableAccount, Credentials } from "../platforms/connection.ts";
import { credentialsText, readCredentials } from "../platforms/stored-credentials.ts";
import { type RemoteAccountColumns, remoteAccount } from "./remote-account.ts";

const accountPlace = (row: string) => ({ table: "social_account", column: "credentials", row });
const pendingPlace = (row: string) => ({ table: "connection_attempt", column: "pending", row });
const choicePlace = (row: string) => ({ table: "connection_attempt", column: "accounts", row });

/** Credentials as they are stored for an account; null where the platform needs none. */
export function sealCredentials(keys: KeyRing, accountId: string, credentials: Credentials): string | null {
  if (Object.keys(credentials).length === 0) return null;
  return seal(keys, accountPlace(accountId), credentialsText(credentials));
}

/** An account with what opens it, for one call to its platform. Throws a `SealError` when its key is gone. */
export function openSession(
  keys: KeyRing,
  row: RemoteAccountColumns & { readonly id: string; readonly credentials: string | null },
): AccountSession {
  const credentials =
    row.credentials === null ? {} : readCredentials(unseal(keys, accountPlace(row.id), row.credentials));
  return { account: remoteAccount(row), credentials };
}

/** What must be known again when somebody comes back from a platform: the PKCE verifier, and what the adapter asked to keep. */
export interface PendingSecrets {
  readonly codeVerifier: Secret;
  readonly pending: Credentials;
}

const pendingText = z.object({ codeVerifier: z.string(), pending: z.string() });

/** Seals {@link PendingSecrets} for an attempt to connect. */
export function sealPending(keys: KeyRing, attemptId: string, { codeVerifier, pending }: PendingSecrets): string {
  const text = { codeVerifier: codeVerifier.reveal(), pending: credentialsText(pending).reveal() };
  return seal(keys, pendingPlace(attemptId), new Secret(JSON.stringify(text)));
}

/** Opens what {@link sealPending} sealed. Throws a `SealError` when its key is gone. */
export function openPending(keys: KeyRing, attemptId: string, sealed: string): PendingSecrets {
  const { codeVerifier, pending } = readJson(pendingText, unseal(keys, pendingPlace(attemptId), sealed));
  return { codeVerifier: new Secret(codeVerifier), pending: readCredentials(new Secret(pending)) };
}

const choicesText = z.array(
  z.object({
    account: z.object({
      ...{ remoteId: z.string(), handle: z.string(), name: z.string(), url: z.string().nullable(), method: z.string() },
      details: z.record(z.string(), z.string()),
    }),
    credentials: z.string(),
    expiresAt: z.coerce.date().nullable(),
    scopes: z.array(z.string()),
  }),
);

/** Seals accounts that somebody may connect, until they decide. */
export function sealChoices(keys: KeyRing, attemptId: string, accounts: readonly ConnectableAccount[]): string {
  const text = accounts.map(({ credentials, ...rest }) => ({
    ...rest,
    credentials: credentialsText(credentials).reveal(),
  }));
  return seal(keys, choicePlace(attemptId), new Secret(JSON.stringify(text)));
}

/** Opens what {@link sealChoices} sealed. Throws a `SealError` when its key is gone. */
export function openChoices(keys: KeyRing, attemptId: string, sealed: string): ConnectableAccount[] {
  return readJson(choicesText, unseal(keys, choicePlace(attemptId), sealed)).map(({ credentials, ...rest }) => ({
    ...rest,
    credentials: readCredentials(new Secret(credentials)),
  }));
}

/** The columns that are sealed here. */
export const sealedAccountColumns: readonly SealedColumn[] = [
  { table: "social_account", column: "credentials", row: "id::text" },
  { table: "connection_attempt", column: "pending", row: "id::text" },
  { table: "connection_attempt", column: "accounts", row: "id::text" },
];

/** A parser's message would quote the secret, so it does not leave. */
function readJson<Schema extends z.ZodType>(schema: Schema, text: Secret): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(text.reveal()));
  } catch {
    throw new Error("A sealed text holds something else than what was sealed.");
  }
}
