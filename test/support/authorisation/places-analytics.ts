/** What is measured, where the matrix asks for it: see places.ts. */
import { randomUUID } from "node:crypto";
import { encodeGlobalId } from "../../../src/graphql/ids.ts";
import { addMilliseconds } from "../../../src/infra/clock.ts";
import type { Services } from "../../../src/services.ts";

/** Things of a place, by their public ids. */
export interface MeasuredThings {
  /** A target with a picture that went out two days ago and has been measured. */
  measuredTarget(): Promise<string>;
  /** A file of numbers that could not be written. */
  metricExport(): Promise<string>;
}

const day = 24 * 60 * 60_000;

/** Makes them in a workspace. */
export function measuredThings(
  { db, clock }: Services,
  { workspaceId, target }: { workspaceId: string; target: () => Promise<string> },
): MeasuredThings {
  return {
    metricExport: async () => {
      const [from, to] = [addMilliseconds(clock.now(), -day), clock.now()];
      const data = { workspaceId, format: "CSV", from, to, status: "FAILED", createdAt: to } as const;
      return encodeGlobalId("MetricExport", (await db.metricExport.create({ data })).id);
    },
    measuredTarget: async () => {
      const id = await target();
      const publishedAt = addMilliseconds(clock.now(), -2 * day);
      const out = { status: "PUBLISHED", externalId: randomUUID(), scheduledAt: publishedAt, publishedAt } as const;
      const { socialAccountId } = await db.postTarget.update({ where: { id }, data: out });
      const takenAt = addMilliseconds(clock.now(), -day);
      const numbers = { values: { LIKES: 3 }, nextSyncAt: null };
      await db.targetMetrics.update({ where: { targetId: id }, data: { ...numbers, syncedAt: takenAt } });
      await db.$queryRaw`select metric_partitions(${takenAt.toISOString().slice(0, 10)}::date, 1)`;
      const snapshot = {
        targetId: id,
        takenAt,
        workspaceId,
        socialAccountId,
        values: { LIKES: 3 },
        gains: { LIKES: 3 },
      };
      await db.metricSnapshot.create({ data: snapshot });
      return encodeGlobalId("PostTarget", id);
    },
  };
}

/** Those of a workspace that is gone. */
export async function goneMeasured(was: MeasuredThings): Promise<MeasuredThings> {
  const [measuredTarget, metricExport] = [await was.measuredTarget(), await was.metricExport()];
  return { measuredTarget: () => Promise.resolve(measuredTarget), metricExport: () => Promise.resolve(metricExport) };
}
