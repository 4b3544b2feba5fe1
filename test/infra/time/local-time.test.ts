import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import fc from "fast-check";
import t from "tap";
import {
  localTimeAt,
  readLocalDateTime,
  resolveLocalTime,
  zoneDataVersion,
} from "../../../src/infra/time/local-time.ts";

const at = (local: string, zone: string) => {
  const { instant, kind } = resolveLocalTime(local, zone);
  return `${instant.toISOString()} ${kind}`;
};

t.test(
  "a time that clocks skip is the first instant after, one that they show twice the first of the two",
  async (t) => {
    t.equal(at("2026-03-29T02:30:00", "Europe/Paris"), "2026-03-29T01:00:00.000Z SKIPPED_GAP");
    t.equal(at("2026-03-29T02:00:00", "Europe/Paris"), "2026-03-29T01:00:00.000Z SKIPPED_GAP");
    t.equal(at("2026-03-29T03:00:00", "Europe/Paris"), "2026-03-29T01:00:00.000Z NORMAL");
    t.equal(at("2026-10-25T02:30:00", "Europe/Paris"), "2026-10-25T00:30:00.000Z REPEATED_HOUR");
    t.equal(at("2026-10-25T03:00:00", "Europe/Paris"), "2026-10-25T02:00:00.000Z NORMAL");
    t.equal(
      at("2011-12-30T09:00:00", "Pacific/Apia"),
      "2011-12-30T10:00:00.000Z SKIPPED_GAP",
      "a whole day was skipped",
    );
    t.equal(at("2026-10-04T02:15:00", "Australia/Lord_Howe"), "2026-10-03T15:30:00.000Z SKIPPED_GAP", "half an hour");
    t.equal(at("2026-07-01T09:00:00", "UTC"), "2026-07-01T09:00:00.000Z NORMAL");
  },
);

t.test("days and times that do not exist are not read", async (t) => {
  for (const text of [
    ...["2026-02-29T09:00", "2026-04-31T09:00", "2026-01-01T24:00", "2026-01-01T09:60", "2026-13-01T09:00"],
    ...["2026-1-1T9:00", "2026-01-01 09:00", "2026-01-01", "2026-01-01T09:00Z", "2026-01-01T09:00+01:00", "soon", ""],
  ]) {
    t.equal(readLocalDateTime(text), null, text);
  }
  t.equal(readLocalDateTime("2028-02-29T09:00"), "2028-02-29T09:00:00");
});

t.test("what clocks show at an instant resolves to that instant, or to its first showing", async () => {
  const zones = Intl.supportedValuesOf("timeZone");
  const moment = fc.date({ min: new Date("2015-01-01"), max: new Date("2037-12-31"), noInvalidDate: true });
  fc.assert(
    fc.property(fc.constantFrom(...zones), moment, (zone, date) => {
      const instant = new Date(Math.floor(date.getTime() / 1_000) * 1_000);
      const { instant: found, kind } = resolveLocalTime(localTimeAt(instant, zone), zone);
      if (kind === "NORMAL") return found.getTime() === instant.getTime();
      return kind === "REPEATED_HOUR" && found <= instant && localTimeAt(found, zone) === localTimeAt(instant, zone);
    }),
    { numRuns: 2_000 },
  );
});

/** A change of a zone's clocks as `zdump` tells it: the last instant before, and the seconds that clocks add to UTC on both sides. */
interface Change {
  readonly zone: string;
  readonly lastBefore: number;
  readonly before: number;
  readonly after: number;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function changesOf(zones: readonly string[]): Change[] {
  const text = execFileSync("zdump", ["-v", "-c", "2015,2038", ...zones], { encoding: "utf8", maxBuffer: 1e9 });
  const lines = text.split("\n").flatMap((line) => {
    const found = /^(\S+)\s+\w+ (\w+)\s+(\d+) (\d+):(\d+):(\d+) (\d+) UTC? = .* gmtoff=(-?\d+)$/.exec(line);
    if (found === null) return [];
    const [, zone = "", month = "", day, hour, minute, second, year, offset] = found;
    const instant = Date.UTC(
      Number(year),
      months.indexOf(month),
      Number(day),
      Number(hour),
      Number(minute),
      Number(second),
    );
    return [{ zone, instant, offset: Number(offset) }];
  });
  return lines.flatMap((line, index) => {
    const next = lines[index + 1];
    if (next === undefined || next.zone !== line.zone || next.instant !== line.instant + 1_000) return [];
    return [{ zone: line.zone, lastBefore: line.instant, before: line.offset, after: next.offset }];
  });
}

const localAt = (instant: number, offset: number) => new Date(instant + offset * 1_000).toISOString().slice(0, 19);

/** Seconds that clocks add to UTC at an instant, as this Node itself tells them. */
function offsetAt(zone: string, instant: number): number {
  const format = formats.get(zone) ?? new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" });
  formats.set(zone, format);
  const name = format.formatToParts(instant).find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [, sign, hours = 0, minutes = 0, seconds = 0] = /^GMT(?:([+-])(\d+):(\d+)(?::(\d+))?)?$/.exec(name) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds));
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** As far from a change as anybody looks. */
const far = 6 * 3_600_000;

/** Whether both zone databases, the machine's and Node's, have this change: governments change their minds between two versions. */
const isKnownToBoth = ({ zone, lastBefore, before, after }: Change): boolean =>
  [lastBefore - far, lastBefore].every((instant) => offsetAt(zone, instant) === before) &&
  [lastBefore + 1_000, lastBefore + far].every((instant) => offsetAt(zone, instant) === after);

t.test("zdump, which knows nothing of us, agrees about every change of every zone from 2015 to 2037", async (t) => {
  if (!existsSync("/usr/share/zoneinfo/tzdata.zi")) {
    t.comment("NOT RUN: this machine has no zone database (package tzdata), so zdump has nothing to tell.");
    return;
  }
  const zones = Intl.supportedValuesOf("timeZone").filter((zone) => existsSync(`/usr/share/zoneinfo/${zone}`));
  const changes = changesOf(zones).filter(({ before, after }) => before !== after);
  t.ok(changes.length > 5_000, `${changes.length} changes in ${zones.length} zones`);
  const known = changes.filter(isKnownToBoth);
  const wrong = known.flatMap(({ zone, lastBefore, before, after }) => {
    const change = lastBefore + 1_000;
    // Two hours outside of what is skipped or shown twice, which in Antarctica are three.
    const away = Math.abs(after - before) * 1_000 + 7_200_000;
    const sides: [string, string, string][] = [
      [localAt(lastBefore - away, before), new Date(lastBefore - away).toISOString(), "NORMAL"],
      [localAt(change + away, after), new Date(change + away).toISOString(), "NORMAL"],
    ];
    const inside: [string, string, string][] =
      after > before
        ? [
            [localAt(change, before), new Date(change).toISOString(), "SKIPPED_GAP"],
            [localAt(change - 1_000, after), new Date(change).toISOString(), "SKIPPED_GAP"],
            [localAt(change, after), new Date(change).toISOString(), "NORMAL"],
          ]
        : [
            [localAt(change, after), new Date(change - (before - after) * 1_000).toISOString(), "REPEATED_HOUR"],
            [localAt(lastBefore, before), new Date(lastBefore).toISOString(), "REPEATED_HOUR"],
          ];
    return [...sides, ...inside]
      .filter(([local, instant, kind]) => at(local, zone) !== `${instant} ${kind}`)
      .map(([local, instant, kind]) => `${zone} ${local}: ${at(local, zone)}, zdump says ${instant} ${kind}`);
  });
  t.same(wrong, [], `of ${known.length} changes that both databases have`);
  // Where they do not, it is the database, not the resolver: for a zone or two.
  const others = new Set(changes.filter((change) => !known.includes(change)).map(({ zone }) => zone));
  t.ok(
    others.size <= 12,
    `Node has version ${zoneDataVersion}; other changes in: ${[...others].join(", ") || "no zone"}`,
  );
});
