/** A slice of `npm run test:crash`: the whole of it takes hours of killing, this one minutes. */
import t from "tap";
import { describeReport, runCrashSuite } from "../support/crash/run-crash-suite.ts";

t.setTimeout(480_000);

t.test("workers and database die while they publish: nothing appears twice, nothing is lost", async (t) => {
  const say = (line: string) => t.comment(line);
  const report = await runCrashSuite({
    ...{ seed: 7, publications: 80, spread: 40_000, chaos: 60_000, calm: 300_000, workers: 2, say },
  });
  for (const line of describeReport(report)) t.comment(line);
  t.same(report.unfinished, [], "everything came to rest");
  t.ok(report.kills >= 3, `${report.kills} kills`);
  t.ok(report.restarts >= 1, `${report.restarts} restarts of the database`);
  for (const [name, { duplicates, losses, overtaken, unknown }] of Object.entries(report.classes)) {
    t.same({ duplicates, losses, overtaken }, { duplicates: 0, losses: 0, overtaken: 0 }, name);
    if (name === "keyed" || name === "handle") t.equal(unknown, 0, `${name} can always be found out`);
  }
});
