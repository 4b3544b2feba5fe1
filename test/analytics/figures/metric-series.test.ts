import fc from "fast-check";
import t from "tap";
import { rebuildCalendar } from "../../../src/analytics/rebuild-calendar.ts";
import { decodeGlobalId } from "../../../src/graphql/ids.ts";
import { localTimeAt } from "../../../src/infra/time/local-time.ts";
import { openAtelier, personalWorkspace } from "../../support/atelier.ts";
import { fillWithNumbers } from "../../support/many-numbers.ts";
import { rowIdOf } from "../../support/studio.ts";

const query = `query ($metric: Metric!, $from: DateTime!, $to: DateTime!, $bucket: TimeBucket!, $timeZone: String, $groupBy: SeriesGrouping!) {
  metricSeries(metric: $metric, from: $from, to: $to, bucket: $bucket, timeZone: $timeZone, groupBy: $groupBy) { key points { from to gain targets } }
}`;
const hour = 60 * 60_000;
const signal = new AbortController().signal;

interface Point {
  readonly from: string;
  readonly to: string;
  readonly gain: number | null;
  readonly targets: number;
}
interface Series {
  readonly key: string | null;
  readonly points: readonly Point[];
}

t.test(
  "a series is what one reckons by hand: any zone, bucket and grouping, across changes of the clocks",
  async (t) => {
    const atelier = await openAtelier(t);
    const { services, statements } = atelier;
    const { db } = services;
    const ada = await atelier.signUp("Ada");
    const workspaceId = decodeGlobalId(await personalWorkspace(ada)).id;
    const from = new Date("2026-03-04T00:00:00Z");
    const targets = 300;
    const snapshots = 12;
    await db.workspace.update({ where: { id: workspaceId }, data: { timeZone: "America/New_York" } });
    const accounts = await fillWithNumbers(services, { workspaceId, targets, snapshots, from });
    await db.metricCalendar.update({ where: { workspaceId }, data: { timeZone: "UTC" } });
    await rebuildCalendar(services, workspaceId, { signal });

    const gains = Array.from({ length: targets }, (_, n) =>
      Array.from({ length: snapshots }, (_each, index) => {
        const s = index + 1;
        const values = { LIKES: (n + s) % 7, VIEWS: n % 2 === 0 ? (n * s) % 11 : null, SAVES: null };
        return { n, at: new Date(from.getTime() + 2 * n * hour + s * 6 * hour), values };
      }),
    ).flat();
    /** The same, reckoned here: the bucket of an instant is named by what the clocks of the zone show. */
    const nameOf = (instant: Date, { zone, bucket, start }: { zone: string; bucket: string; start: Date }) => {
      const local = localTimeAt(instant, zone);
      const day = local.slice(0, 10);
      if (bucket === "DAY") return day;
      if (bucket === "MONTH") return day.slice(0, 7);
      // An hour is an hour long, whatever the clocks do meanwhile.
      const offset = Date.parse(`${localTimeAt(start, zone)}Z`) - Math.floor(start.getTime() / 1_000) * 1_000;
      if (bucket === "HOUR") return String(Math.floor((instant.getTime() + offset) / hour));
      const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
      return new Date(Date.parse(`${day}T00:00:00Z`) - weekday * 24 * hour).toISOString().slice(0, 10);
    };

    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("LIKES", "VIEWS", "SAVES"),
        fc.constantFrom("HOUR", "DAY", "WEEK", "MONTH"),
        fc.constantFrom(
          "America/New_York",
          "Europe/Berlin",
          "Asia/Kathmandu",
          "Africa/Cairo",
          "Pacific/Chatham",
          "UTC",
        ),
        fc.constantFrom("NONE", "ACCOUNT", "PLATFORM"),
        fc.integer({ min: 0, max: 26 * 24 * 60 }),
        fc.integer({ min: 1, max: 15 * 24 * 60 }),
        async (metric, bucket, timeZone, groupBy, startMinutes, lengthMinutes) => {
          const start = new Date(from.getTime() + startMinutes * 60_000);
          const end = new Date(start.getTime() + lengthMinutes * 60_000);
          statements.clear();
          const variables = { metric, bucket, timeZone, groupBy, from: start.toISOString(), to: end.toISOString() };
          const { data, errors } = await ada.request(query, variables);
          if (errors !== undefined) throw new Error(JSON.stringify(errors));
          const asked = statements.all().filter((sql) => !/from "public"\."(member|workspace)"/i.test(sql));
          if (asked.length !== 1) throw new Error(`${asked.length} statements`);
          const series: Series[] = data.metricSeries;
          const chart = { zone: timeZone, bucket, start };
          const names = new Set<string>();
          // Every bucket that the range touches, in steps that are shorter than any.
          for (let at = start.getTime(); at < end.getTime(); at += 15 * 60_000) names.add(nameOf(new Date(at), chart));
          names.add(nameOf(new Date(end.getTime() - 1), chart));
          const keyOf = (n: number) =>
            ({
              NONE: "ALL",
              ACCOUNT: n % 2 === 0 ? accounts.even : accounts.odd,
              PLATFORM: n % 2 === 0 ? "SANDBOX" : "BLUESKY",
            })[groupBy];
          const wanted = new Map<string, Map<string, { gain: number; targets: Set<number> }>>();
          for (const { n, at, values } of gains) {
            const value = values[metric];
            const name = nameOf(at, chart);
            if (value === null || !names.has(name)) continue;
            const points = wanted.get(keyOf(n)) ?? new Map();
            const point = points.get(name) ?? { gain: 0, targets: new Set() };
            points.set(name, { gain: point.gain + value, targets: point.targets.add(n) });
            wanted.set(keyOf(n), points);
          }
          const found = new Map(
            series.map(({ key, points }) => [groupBy === "ACCOUNT" ? rowIdOf(key ?? "") : key, points]),
          );
          if (found.size !== wanted.size) throw new Error(`${found.size} groups, not ${wanted.size}`);
          for (const [key, points] of wanted) {
            const told = found.get(key) ?? [];
            if (told.length !== names.size) throw new Error(`${told.length} buckets, not ${names.size}`);
            for (const [index, name] of [...names].entries()) {
              const point = told[index];
              const right = points.get(name);
              const same =
                point?.gain === (right?.gain ?? null) &&
                point?.targets === (right?.targets.size ?? 0) &&
                nameOf(new Date(point?.from ?? 0), chart) === name;
              if (!same)
                throw new Error(
                  `${key} ${name}: ${JSON.stringify(point)}, not ${right?.gain} of ${right?.targets.size}`,
                );
            }
          }
        },
      ),
      { numRuns: 40 },
    );
    t.pass("40 charts");

    t.test("groups are named for people", async (t) => {
      const labels = async (groupBy: string) => {
        const { data } = await ada.request(
          `query ($from: DateTime!, $to: DateTime!, $groupBy: SeriesGrouping!) {
            metricSeries(metric: LIKES, from: $from, to: $to, bucket: MONTH, groupBy: $groupBy) { label } }`,
          { groupBy, from: "2026-03-04T00:00:00Z", to: "2026-03-31T00:00:00Z" },
        );
        return data.metricSeries.map(({ label }: { label: string | null }) => label).toSorted();
      };
      t.same(await labels("ACCOUNT"), ["even", "odd"]);
      t.same(await labels("PLATFORM"), ["BLUESKY", "SANDBOX"]);
      t.same(await labels("SCHEDULE"), [null], "nobody scheduled them");
    });

    t.test("days around a change of the clocks have their real length", async (t) => {
      const { data } = await ada.request(query, {
        ...{ metric: "LIKES", bucket: "DAY", timeZone: null, groupBy: "NONE" },
        ...{ from: "2026-03-08T12:00:00Z", to: "2026-03-08T13:00:00Z" },
      });
      const [point] = data.metricSeries[0].points;
      t.match(point, { from: "2026-03-08T05:00:00.000Z", to: "2026-03-09T04:00:00.000Z" }, "23 hours");
    });

    t.test("the workspace's own days are read from their sums alone", async (t) => {
      const variables = {
        metric: "LIKES",
        bucket: "DAY",
        groupBy: "NONE",
        from: "2026-03-01T05:00:00Z",
        to: "2026-03-31T04:00:00Z",
      };
      const before = (await ada.request(query, { ...variables, timeZone: null })).data.metricSeries;
      const utc = (await ada.request(query, { ...variables, timeZone: "UTC" })).data.metricSeries;
      await db.$executeRaw`delete from metric_snapshot`;
      t.same((await ada.request(query, { ...variables, timeZone: null })).data.metricSeries, before);
      t.equal(utc.length, 1);
      t.same(
        (await ada.request(query, { ...variables, timeZone: "UTC" })).data.metricSeries,
        [],
        "other zones need the snapshots",
      );
    });
  },
);

t.test("ranges out of rule are told by their path", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  const base = { metric: "LIKES", bucket: "DAY", groupBy: "NONE", timeZone: null };
  const issueOf = async (variables: object) => {
    const { data, errors } = await ada.request(query, { ...base, ...variables });
    t.equal(data.metricSeries, null);
    t.equal(errors?.[0]?.extensions.code, "VALIDATION_FAILED");
    return errors?.[0]?.extensions["issues"];
  };
  t.match(await issueOf({ from: "2026-03-02T00:00:00Z", to: "2026-03-02T00:00:00Z" }), [
    { path: ["to"], code: "INVALID_RANGE" },
  ]);
  t.match(await issueOf({ from: "2006-03-02T00:00:00Z", to: "2026-03-02T00:00:00Z" }), [
    { path: ["to"], code: "TOO_LONG" },
  ]);
  t.match(await issueOf({ from: "2024-03-02T00:00:00Z", to: "2026-03-02T00:00:00Z" }), [
    { path: ["bucket"], code: "TOO_MANY" },
  ]);
  t.match(await issueOf({ from: "2026-03-02T00:00:00Z", to: "2026-04-02T00:00:00Z", bucket: "HOUR" }), [
    { path: ["bucket"], code: "TOO_MANY" },
  ]);
  t.match(await issueOf({ from: "2026-03-01T00:00:00Z", to: "2026-03-02T00:00:00Z", timeZone: "Mars/Base" }), [
    { path: ["timeZone"], code: "UNKNOWN_TIME_ZONE" },
  ]);
});
