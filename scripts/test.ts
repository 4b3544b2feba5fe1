import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";
import { migrate } from "../src/infra/migrate.ts";
import { collectFailures, describeFailures, type FailedTest } from "./failed-tests.ts";
import { createProgress } from "./progress.mjs";
import { withScratchPostgres } from "./scratch-postgres.ts";

/** More failed files than this are no matter of a busy machine. */
const secondLooks = 3;

/** Test files of one area: `posts/schedule` means every test file whose path under `test/` starts so. */
const filesOf = (area: string): string[] => {
  const found = globSync(`test/${area.replace(/^test\//, "")}{,*,*/**/*,/**/*}.test.ts`);
  return area.endsWith(".ts") ? [area] : found;
};

/**
 * `npm test`: one Postgres for the run, migrated once; every test file clones the template. Parameters narrow the files.
 * Where nobody watches, the failures are told once more at the end. With `--second-look`, up to three files that failed run
 * once more, alone: one that passes then is told as unsteady and does not fail the run.
 */
export async function test(parameters: string[]): Promise<number> {
  const progress = createProgress();
  const areas = parameters.filter((parameter) => !parameter.startsWith("-"));
  const flags = parameters.filter((parameter) => parameter.startsWith("-") && parameter !== "--second-look");
  const files = [...new Set(areas.length === 0 ? globSync("test/**/*.test.ts") : areas.flatMap(filesOf))].toSorted();
  if (files.length === 0) {
    progress.say(`No test file matches ${areas.join(", ")}. Name a path under test/, such as posts/schedule.`);
    return 2;
  }
  return withScratchPostgres(async (databaseUrl) => {
    await progress.step("Preparing the test database", () => migrate(databaseUrl));
    const first = await runTap([...flags, ...files], databaseUrl);
    if (first.code === 0 || first.failures.length === 0) return first.code;
    progress.say(`\nFailed:\n${describeFailures(first.failures)}\n`);
    const failed = [...new Set(first.failures.map(({ file }) => file))].filter((file) => files.includes(file));
    if (!parameters.includes("--second-look") || failed.length === 0 || failed.length > secondLooks) return first.code;
    progress.say(`A second look at ${failed.join(", ")}`);
    const second = await runTap([...flags, "--jobs=1", ...failed], databaseUrl);
    if (second.code === 0) progress.say(`\nUnsteady, failed once and passed alone: ${failed.join(", ")}`);
    else progress.say(`\nFailed twice:\n${describeFailures(second.failures)}\n`);
    return second.code;
  });
}

/** The runner's exit code, and where nobody watches also what failed. */
async function runTap(
  parameters: readonly string[],
  databaseUrl: string,
): Promise<{ code: number; failures: readonly FailedTest[] }> {
  const tap = path.join(path.dirname(createRequire(import.meta.url).resolve("tap/package.json")), "dist/esm/run.mjs");
  const env = { ...process.env, NODE_ENV: "test", TEST_DATABASE_URL: databaseUrl };
  const watched = process.stdout.isTTY;
  const child = spawn(process.execPath, [tap, ...parameters], {
    stdio: ["inherit", watched ? "inherit" : "pipe", "inherit"],
    env,
  });
  // Ctrl-C reaches the tests as well; we stay to remove the database behind them.
  const onSignal = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, onSignal);
  const { take, failures } = collectFailures();
  if (child.stdout !== null) {
    const lines = createInterface({ input: child.stdout });
    lines.on("line", (line) => {
      process.stdout.write(`${line}\n`);
      take(line);
    });
  }
  const code = await new Promise<number>((resolve) => child.on("close", (ended) => resolve(ended ?? 1)));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, onSignal);
  return { code, failures };
}
