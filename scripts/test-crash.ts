import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { migrate } from "../src/infra/migrate.ts";
import { openCrashDatabase } from "../test/support/crash/crash-database.ts";
import { deadlyPlaces, killAmongAdapters } from "../test/support/crash/run-adapters.ts";
import { describeReport, runCrashSuite } from "../test/support/crash/run-crash-suite.ts";
import { freezeUnderLoad, type StopPlace, type StopReport, stopUnderLoad } from "../test/support/crash/run-stops.ts";
import type { Teardown } from "../test/support/database.ts";

const say = (line: string) => void process.stdout.write(`${line}\n`);

/**
 * `npm run test:crash [publications] [seed]`: kills workers and the database while they publish to a simulated platform, and
 * judges by the platform's own log; then stops twenty workers in full work, and freezes one. Ends with 0 when nothing appeared
 * twice and nothing was lost.
 */
export async function testCrash([count = "10000", given = "1"]: readonly string[]): Promise<number> {
  const publications = Number(count);
  const seed = Number(given);
  if (!Number.isInteger(publications) || publications < 1 || !Number.isInteger(seed)) {
    process.stderr.write("Usage: npm run test:crash -- [publications, default 10000] [seed, default 1]\n");
    return 2;
  }
  say(`${publications} publications, seed ${seed}`);
  const chaos = Math.max(60_000, publications * 120);
  const pace = { chaos, spread: chaos * 0.8, calm: 300_000 + publications * 60, workers: 2 };
  const report = await runCrashSuite({ seed, publications, ...pace, say });
  for (const line of describeReport(report)) say(line);
  say("Twenty stops in full work");
  const stops = await onOwnDatabase(seed, (place) => stopUnderLoad({ ...place, times: 20 }));
  tell(stops);
  say("A worker that is frozen");
  const freeze = await onOwnDatabase(seed, freezeUnderLoad);
  tell(freeze);
  say("Real adapters among killed workers");
  const adapters = await onOwnTemplate((t) => killAmongAdapters(t, { points: deadlyPlaces, posts: 6 }));
  const { held, platforms, exits, offences } = adapters;
  say(`  killed at ${held.join(", ")} · exits ${exits.join(" ")} · offences ${offences.length}`);
  for (const [name, figures] of Object.entries(platforms)) {
    const cells = Object.entries(figures).map(([title, figure]) => `${title} ${figure}`);
    say(`  ${name.padEnd(9)} ${cells.join(" · ")}`);
  }
  const faults = [
    ...[report, stops, freeze].flatMap(faultsAtTheHarbour),
    ...Object.entries(platforms).flatMap(([name, figures]) => wrongFigures(name, figures)),
    ...offences,
    ...exitFaults("stopped in full work", stops.exits),
    ...exitFaults("frozen", freeze.exits),
    ...exitFaults("among the adapters", exits),
    ...(stops.locked + freeze.locked === 0 ? [] : [`${stops.locked + freeze.locked} jobs were left locked`]),
    // A run in which nobody died proves nothing.
    ...(report.kills > 0 && report.restarts > 0 ? [] : ["no worker was killed, or the database never fell"]),
    ...deadlyPlaces.filter((place) => !held.includes(place)).map((place) => `nobody died at ${place}`),
  ];
  for (const fault of faults) say(`  ${fault}`);
  say(faults.length === 0 ? "Nothing appeared twice, nothing was lost." : `${faults.length} faults.`);
  return faults.length === 0 ? 0 : 1;
}

const faultsAtTheHarbour = ({ classes, unfinished }: Pick<StopReport, "classes" | "unfinished">): string[] => [
  ...Object.entries(classes).flatMap(([name, figures]) => wrongFigures(name, figures)),
  ...unfinished.map(({ caption, status }) => `"${caption}" never came to rest: ${status}`),
];

const wrongFigures = (name: string, { duplicates, losses }: { duplicates: number; losses: number }): string[] => [
  ...(duplicates === 0 ? [] : [`${name}: ${duplicates} duplicates`]),
  ...(losses === 0 ? [] : [`${name}: ${losses} losses`]),
];

const exitFaults = (who: string, exits: readonly (number | null)[]): string[] =>
  exits.filter((code) => code !== 0).map((code) => `a worker ${who} ended with ${code ?? "a signal"} instead of 0`);

function tell({ exits, locked, classes, unfinished }: StopReport): void {
  say(`  exits ${exits.join(" ")} · locked jobs ${locked} · unfinished ${unfinished.length}`);
  for (const [name, { duplicates, losses, unknown }] of Object.entries(classes)) {
    say(`  ${name.padEnd(7)} duplicates ${duplicates} · losses ${losses} · unknown ${unknown}`);
  }
}

async function onOwnDatabase(seed: number, work: (place: StopPlace) => Promise<StopReport>): Promise<StopReport> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "atelier-stops-"));
  const database = await openCrashDatabase();
  try {
    return await work({ databaseUrl: database.url, folder, seed });
  } finally {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Tests make their databases from a migrated one; here it is one that falls with this run. */
async function onOwnTemplate<Report>(work: (t: Teardown) => Promise<Report>): Promise<Report> {
  const closers: (() => unknown)[] = [];
  const database = await openCrashDatabase();
  try {
    await migrate(database.url);
    process.env["TEST_DATABASE_URL"] = database.url;
    return await work({ teardown: (close) => void closers.push(close) });
  } finally {
    for (const close of closers.toReversed()) await close();
    await database.close();
  }
}
