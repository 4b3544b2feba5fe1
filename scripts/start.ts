import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createProgress } from "./progress.mjs";
import { freePort } from "./server-process.ts";

/** `npm start`: web server and worker, on the wanted port or the next free one. `npm start -- serve` runs another role. */
export const start = (parameters: string[]): Promise<number> => runServer([], parameters);

/** `npm run dev`: the same, started again whenever a source file changes. */
export const dev = (parameters: string[]): Promise<number> =>
  runServer(["--watch-path=src", "--watch-preserve-output"], parameters);

async function runServer(flags: readonly string[], [role = "all", ...rest]: string[]): Promise<number> {
  if (existsSync(".env")) process.loadEnvFile(".env");
  const wanted = Number(process.env["PORT"] ?? 4000);
  // A command listens to nothing: the port, and the public URL made of it, are those of the server it asks about.
  const listens = role === "all" || role === "serve";
  const fixed = !listens || process.env["NODE_ENV"] === "production" || wanted === 0;
  const port = fixed ? wanted : await freePort(wanted);
  if (port !== wanted) createProgress().say(`  Port ${wanted} is taken; using ${port}.`);
  const child = spawn(process.execPath, [...flags, "src/main.ts", role, ...rest], {
    stdio: "inherit",
    env: { ...process.env, PORT: String(port) },
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => child.on("exit", (code) => resolve(code ?? 1)));
}
