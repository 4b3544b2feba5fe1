import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Plugin } from "vite";
import { z } from "zod";

const SCRIPT = fileURLToPath(import.meta.url);
const PROJECT = dirname(dirname(SCRIPT));
const PAGE = join(PROJECT, "src/explorer/page");
const OUTPUT = join(PROJECT, "src/generated/explorer");
const STAMP = "build-stamp";

/** The packages that the page and this build import by name; what they in turn depend on is found in the lockfile. */
const PACKAGES = ["graphiql", "@graphiql/toolkit", "graphql", "graphql-ws", "react", "react-dom", "vite", "zod"];

const lockfileSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      dependencies: z.record(z.string(), z.string()).optional(),
      peerDependencies: z.record(z.string(), z.string()).optional(),
    }),
  ),
});

/** What a build came to: `built` is false when the bundle was already up to date; sizes are bytes, time milliseconds. */
export interface ExplorerBuild {
  readonly folder: string;
  readonly built: boolean;
  readonly files: number;
  readonly bytes: number;
  readonly compressedBytes: number;
  readonly milliseconds: number;
}

/**
 * Brings the explorer's bundle in `src/generated/explorer` up to date, and does nothing when neither the page's sources,
 * nor this script, nor any package behind them has changed. The finished folder is moved into place in one step, so a
 * build that is interrupted leaves the earlier bundle, and two builds at once do not mix.
 *
 * @param log receives one line in plain words
 * @throws when a source does not compile; the message is the bundler's own
 */
export async function buildExplorer({ log }: { log: (line: string) => void }): Promise<ExplorerBuild> {
  const started = performance.now();
  const stamp = await fingerprint();
  const built = (await readStamp()) !== stamp;
  if (built) {
    const scratch = `${OUTPUT}-${process.pid}`;
    try {
      await bundleInChild(scratch);
      await compress(scratch);
      await writeFile(join(scratch, STAMP), stamp);
      await moveIntoPlace(scratch, stamp);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }
  const sizes = await measure();
  const milliseconds = Math.round(performance.now() - started);
  log(
    built
      ? `Explorer built: ${sizes.files} files, ${kilobytes(sizes.bytes)} (${kilobytes(sizes.compressedBytes)} compressed), ${milliseconds} ms.`
      : `Explorer is up to date (${milliseconds} ms).`,
  );
  return { folder: OUTPUT, built, ...sizes, milliseconds };
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1024)} KiB`;
}

/** Two processes may have built the same bundle at the same time: then the one that was first counts. */
async function moveIntoPlace(scratch: string, stamp: string): Promise<void> {
  const earlier = `${scratch}-earlier`;
  try {
    await rename(OUTPUT, earlier).catch((error: unknown) => {
      if (!hasCode(error, "ENOENT")) throw error;
    });
    await rename(scratch, OUTPUT);
  } catch (error) {
    if ((await readStamp()) !== stamp) throw error;
  } finally {
    await rm(earlier, { recursive: true, force: true });
  }
}

async function readStamp(): Promise<string | undefined> {
  try {
    return await readFile(join(OUTPUT, STAMP), "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

async function fingerprint(): Promise<string> {
  const hash = createHash("sha256");
  for (const file of [SCRIPT, ...(await listFiles(PAGE))]) {
    hash.update(`${relative(PROJECT, file)}\0`).update(await readFile(file));
  }
  const lockfile = lockfileSchema.parse(JSON.parse(await readFile(join(PROJECT, "package-lock.json"), "utf8")));
  for (const entry of lockedVersions(lockfile)) hash.update(`${entry}\0`);
  return hash.digest("hex");
}

/** Every package that the bundle can contain, as `path@version`, following npm's own rule for where a dependency lies. */
function lockedVersions({ packages }: z.infer<typeof lockfileSchema>): string[] {
  const found = new Set<string>();
  const visit = (name: string, from: string): void => {
    const path = locate(name, from);
    const entry = path === undefined ? undefined : packages[path];
    if (path === undefined || entry === undefined || found.has(`${path}@${entry.version}`)) return;
    found.add(`${path}@${entry.version}`);
    for (const dependency of Object.keys({ ...entry.dependencies, ...entry.peerDependencies })) visit(dependency, path);
  };
  const locate = (name: string, from: string): string | undefined => {
    for (let folder = from; ; folder = folder.slice(0, Math.max(folder.lastIndexOf("/node_modules/"), 0))) {
      const path = folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
      if (packages[path] !== undefined) return path;
      if (folder === "") return undefined;
    }
  };
  for (const name of PACKAGES) visit(name, "");
  return [...found].toSorted();
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

/**
 * NOTE: Vite writes NODE_ENV of the process that it runs in, and bundles React's development build when NODE_ENV says so.
 * A process of its own with a clean environment keeps both sides honest, and gives the bundler's memory back.
 */
async function bundleInChild(folder: string): Promise<void> {
  await promisify(execFile)(process.execPath, [SCRIPT, "--bundle", folder], { env: { NODE_ENV: "production" } });
}

async function bundle(folder: string): Promise<void> {
  const { build } = await import("vite");
  await build({
    configFile: false,
    envFile: false,
    root: PAGE,
    base: "/graphiql/",
    logLevel: "error",
    publicDir: false,
    plugins: [fontsAsFiles()],
    worker: { format: "es" },
    build: {
      outDir: folder,
      emptyOutDir: true,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      chunkSizeWarningLimit: Number.POSITIVE_INFINITY,
      sourcemap: false,
      license: false,
    },
  });
}

/** GraphiQL's style sheets carry their fonts as `data:` addresses; as files they load on need, and the policy needs no `data:`. */
function fontsAsFiles(): Plugin {
  return {
    name: "atelier:fonts-as-files",
    generateBundle(_options, output) {
      for (const asset of Object.values(output)) {
        if (asset.type !== "asset" || !asset.fileName.endsWith(".css")) continue;
        asset.source = String(asset.source).replace(
          /url\(["']?data:font\/(\w+);base64,([\w+/=]+)["']?\)/g,
          (_match, kind: string, data: string) => {
            const source = Buffer.from(data, "base64");
            const fileName = `assets/font-${createHash("sha256").update(source).digest("hex").slice(0, 12)}.${kind}`;
            this.emitFile({ type: "asset", fileName, source });
            return `url(${basename(fileName)})`;
          },
        );
      }
    },
  };
}

/** Text is stored compressed beside the plain file, once, rather than compressed for every visitor. Fonts already are. */
async function compress(folder: string): Promise<void> {
  const texts = (await listFiles(join(folder, "assets"))).filter((file) =>
    [".js", ".css", ".svg"].includes(extname(file)),
  );
  for (const file of texts) {
    const content = await readFile(file);
    await writeFile(`${file}.gz`, await promisify(gzip)(content, { level: 9 }));
  }
}

async function measure(): Promise<Pick<ExplorerBuild, "files" | "bytes" | "compressedBytes">> {
  const names = (await listFiles(OUTPUT)).filter((file) => basename(file) !== STAMP);
  const plain = names.filter((name) => !name.endsWith(".gz"));
  let bytes = 0;
  let compressedBytes = 0;
  for (const name of plain) {
    const { size } = await stat(name);
    bytes += size;
    compressedBytes += names.includes(`${name}.gz`) ? (await stat(`${name}.gz`)).size : size;
  }
  return { files: plain.length, bytes, compressedBytes };
}

if (import.meta.main) {
  const [flag, folder] = process.argv.slice(2);
  if (flag === "--bundle" && folder !== undefined) await bundle(resolve(folder));
  else await buildExplorer({ log: (line) => process.stdout.write(`${line}\n`) });
}
