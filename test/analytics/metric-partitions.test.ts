import t from "tap";
import { z } from "zod";
import { ensurePartition, keepMetricPartitions } from "../../src/analytics/metric-partitions.ts";
import { openAtelier, personalWorkspace } from "../support/atelier.ts";
import { fillWithNumbers } from "../support/many-numbers.ts";
import { rowIdOf } from "../support/studio.ts";

const names = z.array(z.object({ name: z.string() }));

t.test("months are made ahead, and dropped as a whole when they are old; sums by day outlive them", async (t) => {
  const atelier = await openAtelier(t, { environment: { METRIC_RETENTION_MONTHS: "3" } });
  const { services, clock } = atelier;
  const { db } = services;
  const months = async () =>
    names
      .parse(
        await db.$queryRaw`select inhrelid::regclass::text as name from pg_inherits where inhparent = 'metric_snapshot'::regclass order by 1`,
      )
      .map(({ name }) => name.replace("metric_snapshot_", ""));
  const now = clock.now();
  t.ok((await months()).includes(now.toISOString().slice(0, 7).replace("-", "_")), "the migration made this month");
  const ada = await atelier.signUp("Ada");
  const workspaceId = rowIdOf(await personalWorkspace(ada));
  clock.set(new Date("2028-06-15T12:00:00Z"));
  await fillWithNumbers(services, { workspaceId, targets: 10, snapshots: 300, from: new Date("2028-02-20T00:00:00Z") });
  const before = await db.metricSnapshot.count();
  const dropped = await keepMetricPartitions(services);
  t.ok(dropped > 0);
  const kept = (await months()).filter((month) => month < "2028_10");
  t.same(kept, ["2028_03", "2028_04", "2028_05", "2028_06", "2028_07", "2028_08", "2028_09"]);
  t.equal(await db.metricSnapshot.count({ where: { takenAt: { lt: new Date("2028-03-01T00:00:00Z") } } }), 0);
  t.ok((await db.metricSnapshot.count()) < before);
  t.equal(await keepMetricPartitions(services), 0, "nothing is old any more");
  await ensurePartition(db, new Date("2031-01-31T23:59:59.999Z"));
  await Promise.all([
    ensurePartition(db, new Date("2031-01-05T00:00:00Z")),
    ensurePartition(db, new Date("2031-02-01T00:00:00Z")),
  ]);
  t.same((await months()).slice(-2), ["2031_01", "2031_02"]);
});
