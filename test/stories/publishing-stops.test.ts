/** Workers that are stopped, and workers that are frozen, while they publish. `npm run test:crash` stops twenty. */
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import t, { type Test } from "tap";
import { freezeUnderLoad, type StopReport, stopTwice, stopUnderLoad } from "../support/crash/run-stops.ts";
import { createDatabase } from "../support/database.ts";

t.setTimeout(600_000);

async function place(t: Test) {
  const folder = await mkdtemp(path.join(os.tmpdir(), "atelier-stops-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return { databaseUrl: await createDatabase(t), folder, seed: 11 };
}

function onceEach(t: Test, { classes, unfinished }: StopReport) {
  t.same(unfinished, [], "everything came to rest");
  for (const [name, { duplicates, losses, overtaken }] of Object.entries(classes)) {
    t.same({ duplicates, losses, overtaken }, { duplicates: 0, losses: 0, overtaken: 0 }, name);
  }
}

t.test(
  "a stop in full work is in order: exit 0, no job locked, nothing repeated, nothing unclear (I-21)",
  async (t) => {
    const report = await stopUnderLoad({ ...(await place(t)), times: 4 });
    t.same(report.exits, Array(5).fill(0));
    t.equal(report.locked, 0);
    onceEach(t, report);
    for (const [name, { unknown }] of Object.entries(report.classes)) t.equal(unknown, 0, name);
  },
);

t.test("a worker that is frozen for longer than its leases posts nothing twice when it goes on", async (t) => {
  const report = await freezeUnderLoad(await place(t));
  t.same(report.exits, [0, 0], "and it ends in order");
  onceEach(t, report);
});

t.test(
  "asked again while it stops, a worker ends at once, says so, and leaves the ledger as true as it was",
  async (t) => {
    const report = await stopTwice({ ...(await place(t)), signals: ["SIGTERM", "SIGINT"] });
    t.same(report.exits, [1, 0], "non-zero, and whoever comes after ends in order");
    t.ok(report.took < 5_000, `it waited for nothing: ${report.took} ms`);
    t.ok(report.open > 0, "sends were under way");
    t.same(new Set(report.claimed), new Set(["SENDING"]), "and stand as begun: neither out nor failed");
    onceEach(t, report);
  },
);
