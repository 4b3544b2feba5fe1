/**
 * Fills a workspace with snapshots on a scratch database and draws charts of them: each sum is compared with one that is reckoned
 * here out of the numbers alone, and the time it took is told. Ends with 1 when a sum is wrong.
 * Run with: node scripts/run.ts bench:metrics [targets] [snapshots of each]
 */
import { type MetricSeriesRequest, metricSeries } from "../../src/analytics/figures/metric-series.ts";
import { rebuildCalendar } from "../../src/analytics/rebuild-calendar.ts";
import { createTransact, openDb } from "../../src/infra/db.ts";
import { migrate } from "../../src/infra/migrate.ts";
import { localTimeAt } from "../../src/infra/time/local-time.ts";
import { fillWithNumbers } from "../../test/support/many-numbers.ts";
import { withScratchPostgres } from "../scratch-postgres.ts";

const from = new Date("2026-01-01T00:00:00Z");
const minute = 60_000;
const spacing = 15;
const zone = "Europe/Berlin";

/** Prints a line for each chart. */
export async function benchMetrics([targetCount = "25000", each = "40"]: readonly string[]): Promise<number> {
  const [targets, snapshots] = [Number(targetCount), Number(each)];
  if (
    !(Number.isInteger(targets) && Number.isInteger(snapshots) && targets > 0 && targets <= 30_000 && snapshots > 0)
  ) {
    process.stderr.write("Usage: bench:metrics [targets, at most 30000] [snapshots of each]\n");
    return 2;
  }
  let wrong = 0;
  await withScratchPostgres(async (url) => {
    await migrate(url);
    const db = openDb({ url, poolSize: 4 });
    try {
      wrong = await run({ db, transact: createTransact(db, () => undefined) }, { targets, snapshots });
    } finally {
      await db.$disconnect();
    }
  });
  return wrong === 0 ? 0 : 1;
}

interface Size {
  readonly targets: number;
  readonly snapshots: number;
}

async function run(
  services: { readonly db: ReturnType<typeof openDb>; readonly transact: ReturnType<typeof createTransact> },
  size: Size,
): Promise<number> {
  const { db } = services;
  const data = { email: "bench@example.org", emailKey: "bench@example.org", passwordHash: "-", displayName: "Bench" };
  const user = await db.user.create({ data });
  const { id: workspaceId } = await db.workspace.create({ data: { name: "Bench", timeZone: zone } });
  await db.member.create({ data: { workspaceId, userId: user.id, role: "OWNER" } });
  const filled = await timed(() => fillWithNumbers(services, { workspaceId, ...size, from, spacing }));
  say(`${size.targets * size.snapshots} snapshots of ${size.targets} targets written`, filled.milliseconds);
  // The sums of days are made as they are after a change of the zone: from nothing.
  await db.metricCalendar.update({ where: { workspaceId }, data: { timeZone: "UTC" } });
  const { signal } = new AbortController();
  const summed = await timed(() => rebuildCalendar(services, workspaceId, { signal }));
  say(`${await db.metricDaily.count()} days of targets summed`, summed.milliseconds);
  await db.$executeRaw`analyze`;
  let wrong = 0;
  const base = { workspaceId, from, to: new Date("2027-01-01T00:00:00Z"), bucket: "DAY", groupBy: "NONE" } as const;
  const charts: readonly (readonly [string, MetricSeriesRequest])[] = [
    ["a year of days, from the sums", { ...base, metric: "LIKES", timeZone: null }],
    ["a year of days by account, from the sums", { ...base, metric: "VIEWS", timeZone: null, groupBy: "ACCOUNT" }],
    [
      "a month of days, from the sums",
      { ...base, metric: "LIKES", timeZone: null, to: new Date("2026-02-01T00:00:00Z") },
    ],
    ["a year of months, from the sums", { ...base, metric: "LIKES", timeZone: null, bucket: "MONTH" }],
    ["a year of days in another zone, from the snapshots", { ...base, metric: "LIKES", timeZone: "Asia/Kathmandu" }],
  ];
  for (const [name, request] of charts) {
    const { result, milliseconds } = await timed(() =>
      metricSeries(services, { userId: user.id, grant: null }, request),
    );
    const faults = faultsOf(result, request, size);
    wrong += faults.length;
    const buckets = result.reduce((sum, { points }) => sum + points.length, 0);
    say(
      `${name}: ${buckets} buckets, ${faults.length === 0 ? "all right" : `WRONG: ${faults.slice(0, 3).join("; ")}`}`,
      milliseconds,
    );
  }
  return wrong;
}

/** What differs from the same sums, reckoned here: by what clocks of the zone show at each snapshot. */
function faultsOf(
  series: Awaited<ReturnType<typeof metricSeries>>,
  { metric, bucket, timeZone }: MetricSeriesRequest,
  { targets, snapshots }: Size,
): string[] {
  const shown = timeZone ?? zone;
  const nameOf = (instant: Date) => localTimeAt(instant, shown).slice(0, bucket === "MONTH" ? 7 : 10);
  const names = new Map<number, string>();
  const wanted = new Map<string, number>();
  for (let n = 0; n < targets; n += 1) {
    if (metric === "VIEWS" && n % 2 === 1) continue;
    for (let s = 1; s <= snapshots; s += 1) {
      const at = from.getTime() + n * spacing * minute + s * 360 * minute;
      const name = names.get(at) ?? nameOf(new Date(at));
      names.set(at, name);
      const gain = metric === "VIEWS" ? (n * s) % 11 : (n + s) % 7;
      wanted.set(name, (wanted.get(name) ?? 0) + gain);
    }
  }
  const found = new Map<string, number>();
  for (const { points } of series) {
    for (const point of points) {
      const name = nameOf(point.from);
      if (point.gain !== null) found.set(name, (found.get(name) ?? 0) + point.gain);
    }
  }
  const last = series[0]?.points.at(-1)?.to ?? from;
  const inside = [...wanted].filter(([name]) => name < nameOf(last));
  const extra = [...found.keys()].filter((name) => !wanted.has(name));
  const missed = inside.filter(([name, gain]) => found.get(name) !== gain);
  return [...extra, ...missed.map(([name, gain]) => `${name}: ${found.get(name)}, not ${gain}`)];
}

async function timed<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly milliseconds: number }> {
  const begun = performance.now();
  const result = await work();
  return { result, milliseconds: performance.now() - begun };
}

const say = (what: string, milliseconds: number) =>
  process.stdout.write(`${String(Math.round(milliseconds)).padStart(8)} ms  ${what}\n`);
