import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { buildExplorer } from "./build-explorer.ts";
import type { createProgress } from "./progress.mjs";

const run = promisify(execFile);
const root = fileURLToPath(new URL("..", import.meta.url));

/** Makes what is generated and out of date: the database client and its GraphQL types, and the explorer's page. */
export async function setUp(progress: ReturnType<typeof createProgress>): Promise<void> {
  const wanted = await clientFingerprint();
  const stamp = path.join(root, "src", "generated", ".fingerprint");
  if ((await readFile(stamp, "utf8").catch(() => "")) !== wanted) {
    await progress.step("Generating the database client", generateClient);
    await mkdir(path.dirname(stamp), { recursive: true });
    await writeFile(stamp, wanted);
  }
  const lines: string[] = [];
  await progress.step("Building the explorer", () => buildExplorer({ log: (line) => void lines.push(line) }));
}

/** Runs Prisma's generators. The variable names an executable that is there, so that Prisma looks for none to download. */
async function generateClient(): Promise<void> {
  const prisma = path.join(root, "node_modules", "prisma", "build", "index.js");
  const env = {
    ...process.env,
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    PRISMA_HIDE_UPDATE_MESSAGE: "1",
    CHECKPOINT_DISABLE: "1",
  };
  await run(process.execPath, [prisma, "generate", "--config", path.join(root, "scripts", "prisma.config.ts")], {
    cwd: root,
    env,
  });
}

async function clientFingerprint(): Promise<string> {
  const files = [
    "prisma/schema.prisma",
    "node_modules/prisma/package.json",
    "node_modules/@pothos/plugin-prisma/package.json",
  ];
  const hash = createHash("sha256");
  for (const file of files) hash.update(await readFile(path.join(root, file)));
  return hash.digest("hex");
}
