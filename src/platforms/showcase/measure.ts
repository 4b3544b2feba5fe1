import type { AccountSession } from "../connection.ts";
import type { MeasureOutcome } from "../measuring.ts";
import type { PlatformContext, PlatformMeasuring } from "../platform.ts";
import type { ViewTally } from "./view-tally.ts";

/** What the showcase counts: how often an entry's own page was shown. */
export const measuring: PlatformMeasuring = { metrics: ["VIEWS"], batch: 100 };

/** Reads the views of entries; what this process has counted and not written yet is in them. */
export async function measure(
  { db }: PlatformContext,
  tally: ViewTally,
  { account }: AccountSession,
  externalIds: readonly string[],
): Promise<MeasureOutcome> {
  await tally.write();
  const entries = await db.showcaseEntry.findMany({
    where: { id: { in: [...externalIds] }, handle: account.remoteId },
    select: { id: true, views: true },
  });
  return {
    kind: "measured",
    posts: new Map(entries.map(({ id, views }) => [id, { values: { VIEWS: views }, unknown: {} }])),
  };
}
