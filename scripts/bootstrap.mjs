// The first step of every command, on whatever Node the machine has: installs what is missing, then hands over to the
// project's own Node.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createProgress, reportFailure } from "./progress.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const stamp = path.join(root, "node_modules", ".atelier-lockfile");
const lockfile = path.join(root, "package-lock.json");
const bin = path.join(root, "node_modules", ".bin");

try {
  await install();
} catch (error) {
  reportFailure("Installing packages", error, "Check the network and the registry's answer above, then try again.");
  process.exit(1);
}
const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ""}` };
const child = spawn(path.join(bin, "node"), [path.join(root, "scripts", "run.ts"), ...process.argv.slice(2)], {
  cwd: root,
  env,
  stdio: "inherit",
});
// A terminal sends Ctrl-C to all of us: the child stops in order, and we wait for it.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));

async function install() {
  const hash = createHash("sha256").update(readFileSync(lockfile)).digest("hex");
  if (existsSync(stamp) ? readFileSync(stamp, "utf8") === hash : installedByHand()) {
    writeFileSync(stamp, hash);
    return;
  }
  const progress = createProgress();
  // NOTE Not `npm ci`: it refuses a lockfile that lacks a platform's optional binaries, and a lockfile written where not every
  // platform's packages can be fetched does. All versions still come from the lockfile.
  await progress.step("Installing packages", () =>
    npm(["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"]),
  );
  writeFileSync(stamp, hash);
}

/** Somebody ran npm themselves, after the lockfile last changed. */
function installedByHand() {
  const installed = path.join(root, "node_modules", ".package-lock.json");
  return (
    existsSync(installed) &&
    existsSync(path.join(bin, "node")) &&
    statSync(installed).mtimeMs >= statSync(lockfile).mtimeMs
  );
}

/** @param {string[]} parameters */
function npm(parameters) {
  return new Promise((resolve, reject) => {
    const said = [];
    const run = spawn("npm", parameters, {
      cwd: root,
      shell: process.platform === "win32",
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [run.stdout, run.stderr]) stream.on("data", (chunk) => said.push(chunk));
    run.on("error", reject);
    run.on("exit", (code) => {
      if (code === 0) resolve(undefined);
      else reject(new Error(`npm ${parameters[0]} failed:\n${Buffer.concat(said).toString()}`));
    });
  });
}
