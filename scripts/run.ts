/** What `npm run …` does once packages and Node are there: sets up what is generated, then runs the task. */
import { createProgress, reportFailure } from "./progress.mjs";
import { setUp } from "./set-up.ts";

/** Each task is one file with one function; it is loaded only when it runs, after the set-up it may need. */
const tasks: Readonly<Record<string, () => Promise<(parameters: string[]) => Promise<number>>>> = {
  "bench:library": async () => (await import("./bench/library.ts")).benchLibrary,
  "bench:live": async () => (await import("./bench/live.ts")).benchLive,
  "bench:metrics": async () => (await import("./bench/metrics.ts")).benchMetrics,
  "bench:sketch": async () => (await import("./bench/sketch.ts")).benchSketch,
  check: async () => (await import("./check.ts")).check,
  "contact-sheet": async () => (await import("./contact-sheet.ts")).drawContactSheet,
  demo: async () => (await import("./demo.ts")).demo,
  dev: async () => (await import("./start.ts")).dev,
  fix: async () => (await import("./fix.ts")).fix,
  "db:migration": async () => (await import("./create-migration.ts")).createMigration,
  schema: async () => (await import("./write-schema.ts")).writeSchema,
  screenshots: async () => (await import("./take-screenshots.ts")).takeScreenshots,
  start: async () => (await import("./start.ts")).start,
  test: async () => (await import("./test.ts")).test,
  "test:crash": async () => (await import("./test-crash.ts")).testCrash,
  "test:cycles": async () => (await import("./test-cycles.ts")).testCycles,
  "test:live": async () => (await import("./test-live.ts")).testLive,
};

const [name = "", ...parameters] = process.argv.slice(2);
const load = tasks[name];
if (load === undefined) {
  process.stderr.write(`There is no task "${name}". Tasks: ${Object.keys(tasks).join(", ")}.\n`);
  process.exit(2);
}
let doing = "Setting up";
try {
  await setUp(createProgress());
  const task = await load();
  doing = name;
  process.exitCode = await task(parameters);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  reportFailure(
    doing,
    error,
    "The trace above says where. `npm install` and another try help after a change of versions.",
  );
  process.exitCode = 1;
}
