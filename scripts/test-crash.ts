import { describeReport, runCrashSuite } from "../test/support/crash/run-crash-suite.ts";

/**
 * `npm run test:crash [publications] [seed]`: kills workers and the database while they publish to a simulated platform, and
 * judges by the platform's own log. Ends with 0 when nothing appeared twice and nothing was lost.
 */
export async function testCrash([count = "10000", seed = "1"]: readonly string[]): Promise<number> {
  const publications = Number(count);
  if (!Number.isInteger(publications) || publications < 1 || !Number.isInteger(Number(seed))) {
    process.stderr.write("Usage: npm run test:crash -- [publications, default 10000] [seed, default 1]\n");
    return 2;
  }
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  say(`${publications} publications, seed ${seed}`);
  const chaos = Math.max(60_000, publications * 120);
  const report = await runCrashSuite({
    ...{ seed: Number(seed), publications, chaos, spread: chaos * 0.8, calm: 300_000 + publications * 60, workers: 2, say },
  });
  for (const line of describeReport(report)) say(line);
  const figures = Object.values(report.classes);
  const faults = figures.reduce((sum, { duplicates, losses }) => sum + duplicates + losses, report.unfinished.length);
  for (const { caption, account, status } of report.unfinished) say(`  unfinished: ${account} "${caption}" is ${status}`);
  say(faults === 0 ? "Nothing appeared twice, nothing was lost." : `${faults} faults.`);
  return faults === 0 ? 0 : 1;
}
