/** Readings as text: CSV for spreadsheets, JSON for programs. Pure. */
import { platformNamed } from "../../platforms/registry.ts";
import { allMetrics, type MetricValues } from "../metric-values.ts";

/** One reading of one target. */
export interface ExportedReading {
  readonly takenAt: Date;
  readonly targetId: string;
  readonly postId: string;
  readonly platform: string;
  readonly account: string;
  readonly caption: string;
  readonly publishedAt: Date | null;
  readonly permalink: string | null;
  readonly values: MetricValues;
}

/** A form of the file: what stands before, between and behind the readings. */
export interface ExportForm {
  readonly mime: string;
  readonly extension: string;
  readonly head: string;
  readonly separator: string;
  readonly foot: string;
  reading(reading: ExportedReading): string;
}

const columns = [
  "takenAt",
  "postId",
  "targetId",
  "platform",
  "account",
  "publishedAt",
  "permalink",
  "caption",
] as const;

/** Spreadsheets take text that begins so for a formula, and run it: an apostrophe in front makes it text. */
const formula = /^\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/u;

/** A text as a cell: never a formula, quoted where it must be (RFC 4180). */
export function csvCell(text: string): string {
  const harmless = formula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

const factsOf = (reading: ExportedReading): Record<(typeof columns)[number], string | null> => ({
  ...{ takenAt: reading.takenAt.toISOString(), postId: reading.postId, targetId: reading.targetId },
  ...{ platform: platformNamed(reading.platform).label, account: reading.account },
  ...{
    publishedAt: reading.publishedAt?.toISOString() ?? null,
    permalink: reading.permalink,
    caption: reading.caption,
  },
});

const csv: ExportForm = {
  ...{ mime: "text/csv; charset=utf-8", extension: "csv", separator: "\r\n", foot: "\r\n" },
  head: `${[...columns, ...allMetrics].join(",")}\r\n`,
  reading: (reading) => {
    const facts = factsOf(reading);
    const texts = columns.map((column) => csvCell(facts[column] ?? ""));
    // A number that is not known is an empty cell, which is no zero.
    const numbers = allMetrics.map((metric) => String(reading.values[metric] ?? ""));
    return [...texts, ...numbers].join(",");
  },
};

const json: ExportForm = {
  ...{ mime: "application/json", extension: "json", head: "[\n", separator: ",\n", foot: "\n]\n" },
  reading: (reading) => {
    const metrics = Object.fromEntries(allMetrics.map((metric) => [metric, reading.values[metric] ?? null]));
    return JSON.stringify({ ...factsOf(reading), metrics });
  },
};

/** The forms by their names. */
export const exportForms = { CSV: csv, JSON: json } as const;
