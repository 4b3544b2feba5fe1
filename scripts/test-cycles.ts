import { migrate } from "../src/infra/migrate.ts";
import { describeCycles, mostGrowth, runCycles } from "../test/support/cycles/run-cycles.ts";
import { withScratchPostgres } from "./scratch-postgres.ts";

/**
 * `npm run test:cycles -- [cycles]`: clients connect, subscribe and go away in every way, against a server process that then
 * says what it holds. Ends with 0 when that is what it held before.
 */
export async function testCycles([count = "10000"]: readonly string[]): Promise<number> {
  const cycles = Number(count);
  if (!Number.isInteger(cycles) || cycles < 1) {
    process.stderr.write("Usage: npm run test:cycles -- [cycles, default 10000]\n");
    return 2;
  }
  return withScratchPostgres(async (databaseUrl) => {
    await migrate(databaseUrl);
    const report = await runCycles({ databaseUrl, cycles, width: 100 });
    for (const line of describeCycles(report)) process.stdout.write(`${line}\n`);
    const { before, after } = report;
    const left =
      after.listeners + Math.max(0, after.connections - before.connections) + Math.max(0, after.timers - before.timers);
    const grown = Math.max(after.heap - before.heap, after.buffers - before.buffers);
    const good = left === 0 && grown < mostGrowth;
    process.stdout.write(good ? "Nothing was left behind.\n" : `${left} things left behind, ${grown} bytes more.\n`);
    return good ? 0 : 1;
  });
}
