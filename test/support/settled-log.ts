import type { Services } from "../../src/services.ts";
import { eventually } from "./eventually.ts";

/**
 * Waits until the event log shows everything written so far. It shows an event once every older transaction of the cluster has
 * ended, those of neighbouring tests included; whoever reads from "now" could otherwise still meet what happened before.
 */
export async function settledLog({ db }: Services): Promise<void> {
  const [{ id }] = await db.$queryRaw<[{ id: string }]>`select pg_current_xact_id()::text as id`;
  await eventually("everything written is in the event log", async () => {
    const [{ passed }] = await db.$queryRaw<[{ passed: boolean }]>`
      select pg_snapshot_xmin(pg_current_snapshot()) > ${id}::xid8 as passed`;
    return passed;
  });
}
