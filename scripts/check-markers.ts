import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { root } from "./run-tool.ts";

const bare = /\bTODO\b(?!\((#\d+|https?:\/\/[^)]+)\))/;

/** A TODO without a place where it is followed up is a wish. Rejects with every one that names no issue. */
export async function checkMarkers(): Promise<void> {
  const files = globSync("{src,scripts,test}/**/*.{ts,tsx,mjs,css,graphql,prisma}", { cwd: root });
  const found: string[] = [];
  for (const file of files) {
    if (file.startsWith(path.join("src", "generated")) || file === path.join("scripts", "check-markers.ts")) continue;
    const lines = (await readFile(path.join(root, file), "utf8")).split("\n");
    for (const [index, line] of lines.entries()) if (bare.test(line)) found.push(`${file}:${index + 1} ${line.trim()}`);
  }
  if (found.length > 0) throw new Error(`A TODO names its issue, as in TODO(#12):\n${found.join("\n")}`);
}
