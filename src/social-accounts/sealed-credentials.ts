/** The one place where the credentials of social accounts are sealed and opened. */
import type { KeyRing } from "../infra/key-ring.ts";
import { seal, unseal } from "../infra/sealed.ts";
import type { AccountSession, Credentials } from "../platforms/connection.ts";
import { credentialsText, readCredentials } from "../platforms/stored-credentials.ts";
import { type RemoteAccountColumns, remoteAccount } from "./remote-account.ts";

const placeOf = (row: string) => ({ table: "social_account", column: "credentials", row });

/** Credentials as they are stored for an account; null where the platform needs none. */
export function sealCredentials(keys: KeyRing, accountId: string, credentials: Credentials): string | null {
  if (Object.keys(credentials).length === 0) return null;
  return seal(keys, placeOf(accountId), credentialsText(credentials));
}

/** An account with what opens it, for one call to its platform. Throws a `SealError` when its key is gone. */
export function openSession(
  keys: KeyRing,
  row: RemoteAccountColumns & { readonly id: string; readonly credentials: string | null },
): AccountSession {
  const credentials = row.credentials === null ? {} : readCredentials(unseal(keys, placeOf(row.id), row.credentials));
  return { account: remoteAccount(row), credentials };
}
