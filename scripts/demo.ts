/** `npm run demo`: starts Atelier and walks its main job over the public API: from a prompt to a published picture. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { openApi } from "./demo-api.ts";
import { type Account, DemoWalk } from "./demo-walk.ts";
import { createProgress, reportFailure } from "./progress.mjs";
import { freePort, startProcess } from "./server-process.ts";

const prompt = "a lighthouse on a cliff above a calm sea at dusk, two birds, warm orange sky";

const accountShape = z.object({ email: z.string(), password: z.string(), displayName: z.string() });

/** Walks the demo. `--exit` ends afterwards instead of leaving the server running; `--json` prints one object at the end. */
export async function demo(parameters: string[]): Promise<number> {
  const json = parameters.includes("--json");
  const exits = parameters.includes("--exit");
  const progress = createProgress();
  if (existsSync(".env")) process.loadEnvFile(".env");
  const steps: { name: string; ms: number }[] = [];
  let server: Awaited<ReturnType<typeof startProcess>> | null = null;

  /** Runs a step, shows it and remembers how long it took. */
  const step = async <T>(name: string, work: () => Promise<T>, note?: (result: T) => string): Promise<T> => {
    const started = performance.now();
    try {
      return await progress.step(name, work, note);
    } finally {
      steps.push({ name, ms: Math.round(performance.now() - started) });
    }
  };

  try {
    const wanted = Number(process.env["PORT"] ?? 4000);
    const port = await freePort(wanted);
    if (port !== wanted) progress.say(`  Port ${wanted} is taken; using ${port}.`);
    const publicUrl = `http://localhost:${port}`;
    const environment = { PORT: String(port), PUBLIC_URL: publicUrl, LOG_LEVEL: process.env["LOG_LEVEL"] ?? "warn" };
    server = await step("Starting Postgres, web server and worker", () =>
      startProcess("all", environment, json ? "pipe" : "inherit"),
    );
    const account = await demoAccount(process.env["DATA_DIR"] ?? ".data");
    const walk = new DemoWalk({ api: openApi(publicUrl), step, bar: progress.bar });
    const result = await walk.run(account, prompt);
    walk.close();
    progress.say(summary(publicUrl, result.showcaseUrl, result.permalink, account));
    if (json)
      process.stdout.write(
        `${JSON.stringify({ ok: true, publicUrl: result.permalink, imageId: result.imageId, postId: result.postId, steps })}\n`,
      );
    if (exits) return (await server.stop()) === 0 ? 0 : 1;
    progress.say("  The server goes on running. Press Ctrl-C to stop it.\n");
    const running = server;
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void running.stop());
    return (await running.ended) ?? 0;
  } catch (error) {
    await server?.stop();
    const whatToDo = "Read the message above, run `npm start` to see the server's own log, and try again.";
    reportFailure(steps.at(-1)?.name ?? "Setting up", error, whatToDo, steps);
    return 1;
  }
}

/** The demo's account, made once for each data folder, so that a second run finds the first one's pictures. */
async function demoAccount(dataFolder: string): Promise<Account> {
  const file = path.join(dataFolder, "demo-account.json");
  if (existsSync(file)) return accountShape.parse(JSON.parse(await readFile(file, "utf8")));
  const account = {
    email: `demo-${randomBytes(3).toString("hex")}@example.org`,
    password: randomBytes(9).toString("base64url"),
    displayName: "Demo",
  };
  await mkdir(dataFolder, { recursive: true });
  await writeFile(file, JSON.stringify(account), { mode: 0o600 });
  return account;
}

function summary(publicUrl: string, showcaseUrl: string, permalink: string, account: Account): string {
  return `
  Published: ${permalink}
  Gallery:   ${showcaseUrl}  (feed: ${showcaseUrl}/feed.atom)
  Explorer:  ${publicUrl}/graphiql
  Sign in:   ${account.email}  ${account.password}
`;
}
