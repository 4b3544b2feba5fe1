/** A slice of `npm run test:cycles`. */
import t from "tap";
import { describeCycles, mostGrowth, runCycles } from "../support/cycles/run-cycles.ts";
import { createDatabase } from "../support/database.ts";

t.test("clients that come and go in every way leave nothing behind", async (t) => {
  const report = await runCycles({ databaseUrl: await createDatabase(t), cycles: 240, width: 24 });
  for (const line of describeCycles(report)) t.comment(line);
  const { before, after } = report;
  t.equal(after.listeners, 0);
  t.equal(after.connections, before.connections);
  t.ok(after.timers <= before.timers, `${after.timers} timers, ${before.timers} before`);
  t.ok(after.heap - before.heap < mostGrowth, `${after.heap - before.heap} bytes more`);
  t.ok(after.buffers - before.buffers < mostGrowth, `${after.buffers - before.buffers} bytes of buffers more`);
});
