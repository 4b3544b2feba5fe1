/** The role `storage-check`: compares pictures' rows with their files, and repairs what it can when asked to. */
import { parseArgs } from "node:util";
import { ConfigError } from "./config.ts";
import { checkStorage } from "./images/check-storage.ts";
import { repairStorage } from "./images/repair-storage.ts";
import { describeFinding, describeTotals, isOpen, type ReportedFinding } from "./images/storage-report.ts";
import type { Services } from "./services.ts";

/** How the check was asked for. */
export interface StorageCheckFlags {
  readonly repair: boolean;
  readonly json: boolean;
  readonly quick: boolean;
  readonly graceHours: number;
}

const hour = 3_600_000;
const usage =
  "Use storage-check [--repair] [--json] [--quick] [--grace-hours=24]: repair what can be, answer as JSON, do not read the files, hours that a file without an image is left alone (at least 1)";

/** Reads the command's flags. Throws a {@link ConfigError} for others. */
export function storageCheckFlags(parameters: readonly string[]): StorageCheckFlags {
  const flag = { type: "boolean", default: false } as const;
  const options = { repair: flag, json: flag, quick: flag, "grace-hours": { type: "string", default: "24" } } as const;
  try {
    const { values } = parseArgs({ args: [...parameters], options });
    const { repair, json, quick, "grace-hours": hours } = values;
    if (!/^[1-9]\d{0,4}$/.test(hours)) throw new Error(`"${hours}" is no number of hours from 1 to 99999`);
    return { repair, json, quick, graceHours: Number(hours) };
  } catch (error) {
    throw new ConfigError([error instanceof Error ? error.message : String(error), usage]);
  }
}

/** Runs it and writes what was found. Answers the process's exit code: 0 when nothing is left to do, 1 otherwise. */
export async function runStorageCheck(
  services: Services,
  { repair, json, quick, graceHours }: StorageCheckFlags,
  write: (text: string) => void,
): Promise<number> {
  const options = { grace: graceHours * hour, contents: !quick };
  const findings: ReportedFinding[] = [];
  const check = checkStorage(services, options);
  let step = await check.next();
  for (; step.done !== true; step = await check.next()) {
    const repaired = repair ? await repairStorage(services, step.value, options) : null;
    const finding = { ...step.value, repair: repaired };
    findings.push(finding);
    if (!json) write(`${describeFinding(finding)}\n`);
  }
  const totals = step.value;
  write(json ? `${JSON.stringify({ totals, findings }, null, 2)}\n` : `${describeTotals(totals, findings)}\n`);
  return findings.some(isOpen) ? 1 : 0;
}
