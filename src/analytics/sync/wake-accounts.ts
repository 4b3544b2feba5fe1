import type { Tx } from "../../infra/db.ts";
import { enqueue } from "../../infra/jobs.ts";
import { measureAccountJob } from "../jobs.ts";

/** The key of an account's wake-up in the queue: one waits for each, however often it is asked for. */
export const accountWakeUpKey = (socialAccountId: string): string => `${measureAccountJob.name}:${socialAccountId}`;

/** Enqueues the measuring of accounts in the caller's transaction. */
export async function wakeAccounts(tx: Tx, socialAccountIds: readonly string[]): Promise<void> {
  const wakeUps = socialAccountIds.map((id) => ({ payload: { socialAccountId: id }, key: accountWakeUpKey(id) }));
  await enqueue(tx, measureAccountJob, wakeUps);
}
