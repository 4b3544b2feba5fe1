import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { migrate } from "../src/infra/migrate.ts";
import { createProgress } from "./progress.mjs";
import { withScratchPostgres } from "./scratch-postgres.ts";

/** Test files of one area: `posts/schedule` means every test file whose path under `test/` starts so. */
const filesOf = (area: string): string[] => {
  const found = globSync(`test/${area.replace(/^test\//, "")}{,*,*/**/*,/**/*}.test.ts`);
  return area.endsWith(".ts") ? [area] : found;
};

/** `npm test`: one Postgres for the run, migrated once; every test file clones the template. Parameters narrow the files. */
export async function test(parameters: string[]): Promise<number> {
  const progress = createProgress();
  const areas = parameters.filter((parameter) => !parameter.startsWith("-"));
  const flags = parameters.filter((parameter) => parameter.startsWith("-"));
  const files = [...new Set(areas.length === 0 ? globSync("test/**/*.test.ts") : areas.flatMap(filesOf))].toSorted();
  if (files.length === 0) {
    progress.say(`No test file matches ${areas.join(", ")}. Name a path under test/, such as posts/schedule.`);
    return 2;
  }
  return withScratchPostgres(async (databaseUrl) => {
    await progress.step("Preparing the test database", () => migrate(databaseUrl));
    const tap = path.join(
      path.dirname(createRequire(import.meta.url).resolve("tap/package.json")),
      "dist",
      "esm",
      "run.mjs",
    );
    const env = { ...process.env, NODE_ENV: "test", TEST_DATABASE_URL: databaseUrl };
    const child = spawn(process.execPath, [tap, ...flags, ...files], { stdio: "inherit", env });
    // Ctrl-C reaches the tests as well; we stay to remove the database behind them.
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
    return new Promise<number>((resolve) => child.on("exit", (code) => resolve(code ?? 1)));
  });
}
