import { describeLive, runLive } from "../test/support/live/run-live.ts";

const say = (line: string) => void process.stdout.write(`${line}\n`);

/**
 * `npm run test:live -- [rounds] [seed]`: two web servers, two workers, one database, readers and writers on both servers. Each
 * round cuts readers and ends a process or the database. Ends with 0 when every reader was told everything of its own, once and
 * in order, and nothing of others.
 */
export async function testLive([count = "100", given = "1"]: readonly string[]): Promise<number> {
  const rounds = Number(count);
  const seed = Number(given);
  if (!Number.isInteger(rounds) || rounds < 1 || !Number.isInteger(seed)) {
    process.stderr.write("Usage: npm run test:live -- [rounds, default 100] [seed, default 1]\n");
    return 2;
  }
  say(`${rounds} rounds, seed ${seed}`);
  const report = await runLive({ seed, rounds, pace: 3_000, calm: 120_000, say });
  for (const line of describeLive(report)) say(line);
  const { lost, doubled, reordered, foreign } = report.faults;
  const good = lost + doubled + reordered + foreign === 0 && report.tooOld.code === "RESYNC_REQUIRED";
  say(good ? "Everything was told, once and in order." : "Something is wrong.");
  return good ? 0 : 1;
}
