/** A storage check as lines for a person. */
import type { StorageFinding, StorageTotals } from "./check-storage.ts";
import type { StorageRepair } from "./repair-storage.ts";

/** A finding, and what was done about it; null when nothing was to be done. */
export interface ReportedFinding extends StorageFinding {
  readonly repair: StorageRepair | null;
}

/** Whether the operator must still do something. */
export const isOpen = ({ repair }: ReportedFinding): boolean => repair === null || repair.action === "LEFT";

/** One finding: kind, file, what is wrong, whom it concerns, what was done. */
export function describeFinding({ kind, key, detail, imageIds, repair }: ReportedFinding): string {
  const concerned = imageIds.length === 0 ? [] : [`    images: ${imageIds.join(", ")}`];
  const done = repair === null ? [] : [`    → ${repair.detail}`];
  return [`${kind.padEnd(9)} ${key}`, `    ${detail}`, ...concerned, ...done].join("\n");
}

/** The end of the report. */
export function describeTotals(totals: StorageTotals, findings: readonly ReportedFinding[]): string {
  const looked = `Looked at ${count(totals.files, "file")} (${size(totals.bytes)}) and ${count(totals.images, "image")}.`;
  const notes = [
    ...(totals.young > 0 ? [`${count(totals.young, "file")} without an image: too young to judge.`] : []),
    ...(totals.lost > 0 ? [`${count(totals.lost, "image")} marked as lost; bring the files back from a backup.`] : []),
  ];
  if (findings.length === 0) return [looked, ...notes, "All is well."].join("\n");
  const kinds = ["MISSING", "DAMAGED", "ORPHANED", "RECOVERED"] as const;
  const parts = kinds.flatMap((kind) => {
    const found = findings.filter((finding) => finding.kind === kind).length;
    return found === 0 ? [] : [`${found} ${kind.toLowerCase()}`];
  });
  const open = findings.filter(isOpen).length;
  const advice = findings.every(({ repair }) => repair === null)
    ? "Nothing was changed. With --repair the check repairs what it can."
    : `${count(findings.length - open, "finding")} dealt with${open === 0 ? "." : `, ${open} left.`}`;
  return [looked, ...notes, `Found ${parts.join(", ")}.`, advice].join("\n");
}

const count = (number: number, noun: string) => `${number.toLocaleString("en-GB")} ${noun}${number === 1 ? "" : "s"}`;

function size(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
