import { createHash } from "node:crypto";
import type { AccountSession } from "../connection.ts";
import type { Measurement, MeasureOutcome } from "../measuring.ts";
import type { PlatformContext, PlatformMeasuring } from "../platform.ts";

/** What the sandbox says it counts. It never tells shares, as platforms do that grant some numbers and not others. */
export const measuring: PlatformMeasuring = {
  ...{ metrics: ["VIEWS", "LIKES", "COMMENTS", "SHARES"], batch: 20 },
  readsPerMonth: "SANDBOX_READS_PER_MONTH",
};

const hour = 60 * 60_000;

/** Made-up numbers that grow for three days as a post's do, faster at first; the same for everybody who asks at one moment. */
export async function measure(
  { db, clock }: PlatformContext,
  { account }: AccountSession,
  externalIds: readonly string[],
): Promise<MeasureOutcome> {
  const now = clock.now();
  const posts = await db.sandboxPost.findMany({
    where: { id: { in: [...externalIds] }, handle: account.remoteId, publicAt: { lte: now } },
    select: { id: true, publicAt: true },
  });
  return {
    kind: "measured",
    posts: new Map(posts.map(({ id, publicAt }) => [id, numbersOf(id, now.getTime() - (publicAt ?? now).getTime())])),
  };
}

function numbersOf(id: string, age: number): Measurement {
  const reach = 50 + (createHash("sha256").update(id).digest()[0] ?? 0);
  const share = Math.min(1, Math.sqrt(age / (72 * hour)));
  const views = Math.floor(reach * share * 10);
  return {
    values: { VIEWS: views, LIKES: Math.floor(views / 12), COMMENTS: Math.floor(views / 80) },
    unknown: { SHARES: "The sandbox does not tell it." },
  };
}
