import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".ttf": "font/ttf",
  ".woff": "font/woff",
  ".woff2": "font/woff2",
};

/** A file of the bundle in memory; `gzipped` is there for text. */
export interface ExplorerAsset {
  readonly contentType: string;
  readonly content: Buffer;
  readonly gzipped: Buffer | undefined;
}

/** The built explorer: its page, and its assets by file name. */
export interface ExplorerBundle {
  readonly page: string;
  readonly assets: ReadonlyMap<string, ExplorerAsset>;
}

/**
 * Reads the whole bundle (about 9 MB) that `scripts/build-explorer.ts` made.
 *
 * @throws when the folder holds no bundle, naming the command that builds it, or a file of an unknown type
 */
export async function loadExplorerBundle(folder: string): Promise<ExplorerBundle> {
  const page = await readFile(join(folder, "index.html"), "utf8").catch((cause: unknown) => {
    throw new Error(`The explorer has not been built: ${folder} has no page. Run: node scripts/build-explorer.ts`, {
      cause,
    });
  });
  const names = await readdir(join(folder, "assets"));
  const read = (name: string): Promise<Buffer> => readFile(join(folder, "assets", name));
  const assets = new Map<string, ExplorerAsset>();
  for (const name of names.filter((file) => !file.endsWith(".gz"))) {
    const contentType = CONTENT_TYPES[extname(name)];
    if (contentType === undefined)
      throw new Error(`The explorer's bundle holds ${name}, whose content type is not known.`);
    const gzipped = names.includes(`${name}.gz`) ? await read(`${name}.gz`) : undefined;
    assets.set(name, { contentType, content: await read(name), gzipped });
  }
  return { page, assets };
}
