/** What a test looks at, and lets a worker do, when accounts' access is renewed. */
import { sweepAccounts } from "../../src/social-accounts/refresh/sweep-accounts.ts";
import { openSession } from "../../src/social-accounts/sealed-credentials.ts";
import type { AccountDesk } from "./account-desk.ts";

/** The tokens that are stored of an account, by its public id. */
export async function storedTokens({ atelier, row }: AccountDesk, id: string): Promise<Record<string, string>> {
  const { credentials } = openSession(atelier.services.secretKeys, await row(id));
  return Object.fromEntries(Object.entries(credentials).map(([name, secret]) => [name, secret.reveal()]));
}

/** A worker's round: sweep, then whatever that woke. Answers how many accounts were woken. */
export async function workOnAccounts({ atelier }: AccountDesk): Promise<number> {
  const woken = await sweepAccounts(atelier.services);
  await atelier.drain();
  return woken;
}
