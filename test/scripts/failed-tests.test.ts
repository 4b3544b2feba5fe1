import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { collectFailures, describeFailures } from "../../scripts/failed-tests.ts";
import type { Teardown } from "../support/database.ts";

const packages = fileURLToPath(new URL("../../node_modules", import.meta.url));
const runner = path.join(path.dirname(createRequire(import.meta.url).resolve("tap/package.json")), "dist/esm/run.mjs");

/** What the runner prints of these files, and the failures read from it. Paths are shortened to the files' names. */
async function failuresOf(t: Teardown, files: Record<string, string>) {
  // Where the files find the packages, and nothing else finds the files.
  const folder = await mkdtemp(path.join(packages, ".atelier-failing-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const paths = Object.keys(files).map((name) => path.join(folder, name));
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("TAP")));
  const printed = await new Promise<string>((resolve) => {
    execFile(process.execPath, [runner, "--reporter=tap", ...paths], { env }, (_error, stdout) => resolve(stdout));
  });
  const { take, failures } = collectFailures();
  for (const line of printed.split("\n")) take(line);
  return failures.map((one) => ({ ...one, file: path.basename(one.file) }));
}

t.test("every failure of a run is told once, with the names around it and what differs", async (t) => {
  const failures = await failuresOf(t, {
    "a.test.mjs": `
      import t from "tap";
      t.test("holds", async (t) => t.equal(1, 1));
      t.test("outer", async (t) => {
        t.ok(true, "fine");
        t.test("inner", async (t) => {
          t.equal(1, 2, "not the same");
          t.same({ a: 1 }, { a: 1 }, "fine again");
          t.equal("x", "y", "nor these");
        });
        t.test("holds as well", async (t) => t.ok(true));
      });
      t.test("throws", async () => { throw new Error("on the way"); });
    `,
    "b.test.mjs": 'import t from "tap"; t.ok(true);',
    "c.test.mjs": "process.exit(3);",
  });
  t.same(
    failures.map((one) => [one.file, ...one.path].join(" › ")),
    [
      "a.test.mjs › outer › inner › not the same",
      "a.test.mjs › outer › inner › nor these",
      "a.test.mjs › throws › on the way",
      "c.test.mjs",
    ],
  );
  const [first] = failures;
  t.match(first?.said.join("\n"), /-1|\+2/, "what differs");
  t.match(describeFailures(failures), /✗ a\.test\.mjs › outer › inner › not the same\n {4}/);
});
