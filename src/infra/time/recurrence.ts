/**
 * Recurring dates by the rules of RFC 5545. Dates are expanded on the calendar alone, without a zone, from the rule's anchor:
 * each is then resolved by `local-time.ts`. So a schedule for 09:00 stays at 09:00 through every change of the clocks.
 */
import { RRuleTemporal } from "rrule-temporal";
import { Temporal } from "temporal-polyfill";
import { type LocalDateTime, localTimeAt, readLocalDateTime } from "./local-time.ts";

/** A rule that was read and found good. */
export interface Recurrence {
  /** The rule's text in one canonical form, without `RRULE:`. */
  readonly rule: string;
  /** The first date from which everything is counted, whether or not the rule matches it. */
  readonly anchor: LocalDateTime;
}

/** Why a rule cannot be used, for the person who wrote it. */
export interface RecurrenceFault {
  readonly code: "INVALID_RULE" | "UNSUPPORTED_RULE" | "COUNT_WITH_UNTIL" | "NEVER_MATCHES" | "TOO_LONG_AHEAD";
  readonly message: string;
}

const frequencies = ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"] as const;
const weekdays = "MO|TU|WE|TH|FR|SA|SU";

/** Each part that may stand in a rule, and what it may hold. */
const parts: Readonly<Record<string, { readonly pattern: RegExp; readonly allowed: string }>> = {
  FREQ: { pattern: /^(DAILY|WEEKLY|MONTHLY|YEARLY)$/, allowed: "one of DAILY, WEEKLY, MONTHLY, YEARLY" },
  INTERVAL: { pattern: /^[1-9]\d{0,2}$/, allowed: "a number from 1 to 999" },
  COUNT: { pattern: /^[1-9]\d{0,3}$/, allowed: "a number from 1 to 9999" },
  UNTIL: {
    pattern: /^\d{8}(T\d{6}Z?)?$/,
    allowed: "a local date such as 20261231 or 20261231T090000, or an instant such as 20261231T080000Z",
  },
  BYDAY: {
    // NOTE The library puts the 53rd of a year that has 52 into the next one: it is not let through.
    pattern: new RegExp(
      `^([+-]?([1-9]|[1-4]\\d|5[0-2]))?(${weekdays})(,([+-]?([1-9]|[1-4]\\d|5[0-2]))?(${weekdays}))*$`,
    ),
    allowed:
      "weekdays such as MO,WE or, in months and years, 1MO (the first Monday) and -1FR (the last Friday), counted to 52",
  },
  BYMONTHDAY: {
    pattern: /^-?([1-9]|[12]\d|3[01])(,-?([1-9]|[12]\d|3[01]))*$/,
    allowed: "days from 1 to 31, or from -1 (the last) to -31",
  },
  BYMONTH: { pattern: /^([1-9]|1[0-2])(,([1-9]|1[0-2]))*$/, allowed: "months from 1 to 12" },
  BYWEEKNO: {
    pattern: /^-?([1-9]|[1-4]\d|5[0-3])(,-?([1-9]|[1-4]\d|5[0-3]))*$/,
    allowed: "weeks from 1 to 53, or from -1 (the last) to -53, with FREQ=YEARLY",
  },
  BYSETPOS: {
    pattern: /^-?[1-9]\d{0,2}(,-?[1-9]\d{0,2})*$/,
    allowed: "positions such as 1 or -1 (the last), with another BY part",
  },
  WKST: { pattern: /^(MO|TU|WE|TH|FR|SA|SU)$/, allowed: "a weekday" },
};

/** A rule must match within this many years of its anchor: 29 February may wait for eight (1896 to 1904, 2096 to 2104). */
const patienceYears = 9;

/** No rule plans further ahead than this many years. */
const horizonYears = 10;

/**
 * Reads a rule as people write it. `anchor` is a local date and time that exists. An UNTIL in UTC, which programs write, becomes what clocks of `timeZone` show
 * then: so the rule needs no zone any more.
 */
export function readRecurrence(text: string, anchor: LocalDateTime, timeZone = "UTC"): Recurrence | RecurrenceFault {
  const found = text
    .trim()
    .toUpperCase()
    .replace(/^RRULE:/, "")
    .split(";")
    .filter((part) => part !== "");
  const values = new Map<string, string>();
  for (const part of found) {
    const [name = "", value = "", ...rest] = part.split("=");
    const known = parts[name];
    if (known === undefined) return unsupported(name);
    if (values.has(name)) return invalid(`${name} stands in the rule twice.`);
    if (rest.length > 0 || !known.pattern.test(value))
      return invalid(`${name} is "${value}"; it must be ${known.allowed}.`);
    values.set(name, name === "UNTIL" ? localUntil(value, timeZone) : value);
  }
  const fault = contradiction(values, anchor);
  if (fault !== null) return fault;
  const rule = Object.keys(parts)
    .flatMap((name) => (values.has(name) ? [`${name}=${values.get(name)}`] : []))
    .join(";");
  const recurrence = { rule, anchor };
  const horizon = local(plain(anchor).add({ years: horizonYears }));
  if (values.has("COUNT") && goesOnBehind(recurrence, horizon)) {
    const message = `COUNT is ${values.get("COUNT")}, and the last of its dates comes more than ${horizonYears} years after ${anchor}. Make it smaller, or leave it out for a schedule without an end.`;
    return { code: "TOO_LONG_AHEAD", message };
  }
  const patience = plain(anchor).add({ years: patienceYears });
  if (expand(recurrence, { from: anchor, to: local(patience), limit: 1 }).length > 0) return recurrence;
  const message = `The rule "${rule}" matches no day within ${patienceYears} years of ${anchor}. Look at its days and months.`;
  return { code: "NEVER_MATCHES", message };
}

const goesOnBehind = (recurrence: Recurrence, horizon: LocalDateTime): boolean => {
  const to = local(plain(horizon).add({ years: horizonYears }));
  return expand(recurrence, { from: horizon, to, limit: 2 }).some((date) => date > horizon);
};

/** Whether reading found a fault. */
export const isRecurrenceFault = (read: Recurrence | RecurrenceFault): read is RecurrenceFault => "code" in read;

function contradiction(values: ReadonlyMap<string, string>, anchor: LocalDateTime): RecurrenceFault | null {
  const frequency = values.get("FREQ");
  if (frequency === undefined) return invalid(`The rule has no FREQ. Begin with FREQ=${frequencies.join(", FREQ=")}.`);
  const until = values.get("UNTIL");
  if (until !== undefined && values.has("COUNT")) {
    return {
      code: "COUNT_WITH_UNTIL",
      message: "The rule has COUNT and UNTIL; it can end in one way only. Take one out.",
    };
  }
  if (until !== undefined) {
    const end = untilLocal(until);
    if (end === null) return invalid(`UNTIL is "${until}", a date that the calendar does not have.`);
    if (end < anchor) return invalid(`UNTIL is ${end}, before the first date ${anchor}. Nothing would ever happen.`);
    const horizon = local(plain(anchor).add({ years: horizonYears }));
    if (end > horizon) {
      const message = `UNTIL is ${end}, more than ${horizonYears} years after ${anchor}. Leave it out for a schedule without an end.`;
      return { code: "TOO_LONG_AHEAD", message };
    }
  }
  const ordinal = /\d/.test(values.get("BYDAY") ?? "");
  if (ordinal && frequency !== "MONTHLY" && frequency !== "YEARLY") {
    return invalid(
      `BYDAY is "${values.get("BYDAY")}": the first or last weekday of something needs FREQ=MONTHLY or YEARLY.`,
    );
  }
  if (ordinal && values.has("BYWEEKNO")) return invalid("BYDAY must not count weekdays where BYWEEKNO names weeks.");
  if (values.has("BYMONTHDAY") && frequency === "WEEKLY") return invalid("BYMONTHDAY has no meaning with FREQ=WEEKLY.");
  if (values.has("BYWEEKNO") && frequency !== "YEARLY") return invalid("BYWEEKNO needs FREQ=YEARLY.");
  const others = ["BYDAY", "BYMONTHDAY", "BYMONTH", "BYWEEKNO"].some((name) => values.has(name));
  if (values.has("BYSETPOS") && !others) return invalid("BYSETPOS chooses among the days of another BY part; add one.");
  return null;
}

const invalid = (message: string): RecurrenceFault => ({ code: "INVALID_RULE", message });

const unsupported = (name: string): RecurrenceFault => ({
  code: "UNSUPPORTED_RULE",
  message: `"${name}" cannot stand in a rule here; ${Object.keys(parts).join(", ")} can. The time of day comes from the first date.`,
});

/** Which dates are wanted, both ends included. */
export interface Span {
  readonly from: LocalDateTime;
  readonly to: LocalDateTime;
  /** Most dates. */
  readonly limit: number;
}

/** The dates of a recurrence within a span, in order. */
export function expand(recurrence: Recurrence, { from, to, limit }: Span): LocalDateTime[] {
  return expansionOf(recurrence)
    .between(zoned(from), zoned(to), true)
    .slice(0, limit)
    .map((date) => local(Temporal.ZonedDateTime.from(date.toString()).toPlainDateTime()));
}

const expansionOf = ({ rule, anchor }: Recurrence) =>
  new RRuleTemporal({ rruleString: asUtc(rule), dtstart: zoned(anchor), maxIterations: 100_000 });

const zoned = (text: LocalDateTime) => plain(text).toZonedDateTime("UTC");

/** The expansion runs on a calendar without zone, which the library calls UTC. */
function asUtc(rule: string): string {
  return rule.replace(/UNTIL=([^;]+)/, (_part, until: string) => {
    const end = untilLocal(until);
    return end === null ? "" : `UNTIL=${end.replace(/[-:]/g, "")}Z`;
  });
}

/** `20261231T080000Z` as the local time then; everything else, and what the calendar does not have, stays. */
function localUntil(until: string, timeZone: string): string {
  const utc = until.endsWith("Z") ? untilLocal(until.slice(0, -1)) : null;
  return utc === null ? until : localTimeAt(new Date(`${utc}Z`), timeZone).replace(/[-:]/g, "");
}

/** `20261231` ends with that day. */
function untilLocal(until: string): LocalDateTime | null {
  const [, year, month, day, time] = /^(\d{4})(\d{2})(\d{2})(?:T(\d{6}))?$/.exec(until) ?? [];
  const clock = time === undefined ? "23:59:59" : time.replace(/(\d{2})(?=\d)/g, "$1:");
  return readLocalDateTime(`${year}-${month}-${day}T${clock}`);
}

const plain = (text: LocalDateTime): Temporal.PlainDateTime => Temporal.PlainDateTime.from(text);
const local = (date: Temporal.PlainDateTime): LocalDateTime => date.toString({ smallestUnit: "second" });
