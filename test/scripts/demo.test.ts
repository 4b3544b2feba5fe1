import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { createDatabase } from "../support/database.ts";

const task = fileURLToPath(new URL("../../scripts/run.ts", import.meta.url));

/** Runs the demo as `npm run demo -- --exit --json` does, and answers its exit code and its last line. */
async function runDemo(folder: string, databaseUrl: string): Promise<{ code: unknown; last: Record<string, unknown> }> {
  const environment = { DATABASE_URL: databaseUrl, DATA_DIR: folder, PORT: "43210", NODE_ENV: "development" };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [task, "demo", "--exit", "--json"],
      { env: { ...process.env, ...environment } },
      (error, stdout) => {
        resolve({
          code: error === null ? 0 : error.code,
          last: JSON.parse(stdout.trim().split("\n").at(-1) ?? "null"),
        });
      },
    );
  });
}

t.test("the demo", async (t) => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "atelier-demo-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));

  t.test("walks from a prompt to a published page, and says so in one object", async (t) => {
    const { code, last } = await runDemo(folder, await createDatabase(t));
    t.equal(code, 0);
    t.match(last, {
      ok: true,
      publicUrl: /^http:\/\/localhost:\d+\/showcase\/demo-/,
      imageId: /^[\w-]+$/,
      postId: /^[\w-]+$/,
      steps: { length: 9, 0: { name: "Starting Postgres, web server and worker", ms: Number } },
    });
  });

  t.test("says what failed and what to do", async (t) => {
    const { code, last } = await runDemo(folder, "postgresql://somebody:secret@127.0.0.1:1/nowhere");
    t.equal(code, 1);
    t.match(last, {
      ok: false,
      failed: "Starting Postgres, web server and worker",
      message: /DATABASE_URL leads to 127\.0\.0\.1:1\/nowhere, and nobody listens there/,
      whatToDo: /npm start/,
    });
    t.notMatch(JSON.stringify(last), /secret/);
  });
});
