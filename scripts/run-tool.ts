import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

/** The project's folder, in which all tools run. */
export const root = fileURLToPath(new URL("..", import.meta.url));

const manifest = z.object({ bin: z.union([z.string(), z.record(z.string(), z.string())]) });

/** What a tool said, both streams in one, and how it ended: 0 is success, null a signal. */
export interface ToolResult {
  readonly code: number | null;
  readonly said: string;
}

/** Runs the program that an installed package brings (`command` where its name is not the package's) and waits for its end. */
export async function runTool(
  name: string,
  parameters: readonly string[],
  command = path.posix.basename(name),
): Promise<ToolResult> {
  const folder = path.join(root, "node_modules", name);
  const { bin } = manifest.parse(JSON.parse(await readFile(path.join(folder, "package.json"), "utf8")));
  const file = typeof bin === "string" ? bin : bin[command];
  if (file === undefined) throw new Error(`The package ${name} has no program ${command}.`);
  const child = spawn(process.execPath, [path.join(folder, file), ...parameters], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...(process.stderr.isTTY ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" }) },
  });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => said.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  return { code, said: Buffer.concat(said).toString() };
}
