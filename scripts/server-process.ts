import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const entry = path.join(fileURLToPath(new URL("..", import.meta.url)), "src", "main.ts");
const readyMessage = z.object({ ready: z.literal(true) });

/** A running Atelier process. */
export interface ServerProcess {
  readonly process: ChildProcess;
  /** Resolves with the exit code once it has ended; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Asks it to stop, and waits until it has. */
  stop(): Promise<number | null>;
}

/**
 * Starts a role and waits until it is ready. Rejects with what it said when it ends before that. Tests may name another file
 * than the product's own entry.
 */
export async function startProcess(
  role: string,
  environment: Readonly<Record<string, string>>,
  stdio: "inherit" | "pipe",
  file = entry,
): Promise<ServerProcess> {
  const child = spawn(process.execPath, [file, role], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", stdio, stdio, "ipc"],
  });
  const said: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => void said.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => void said.push(chunk));
  const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  const ready = new Promise<void>((resolve) =>
    child.on("message", (message) => readyMessage.safeParse(message).success && resolve()),
  );
  await Promise.race([
    ready,
    ended.then((code) => {
      throw new Error(
        `Atelier ended before it was ready (code ${code}).\n${Buffer.concat(said).toString().slice(-4_000)}`,
      );
    }),
  ]);
  const stop = () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    return ended;
  };
  return { process: child, ended, stop };
}

/** The first free port from `wanted` upwards, on the loopback address. */
export async function freePort(wanted: number): Promise<number> {
  for (let port = wanted; port < wanted + 100; port += 1) if (await isFree(port)) return port;
  throw new Error(`No port from ${wanted} to ${wanted + 99} is free. Set PORT to a free one.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}
