import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { root } from "./run-tool.ts";

const versions = z.record(z.string(), z.string()).default({});
const manifest = z.object({
  dependencies: versions,
  devDependencies: versions,
  optionalDependencies: versions,
  allowScripts: z.record(z.string(), z.boolean()),
});
const lockfile = z.object({
  packages: z.record(
    z.string(),
    z.object({ resolved: z.string().optional(), hasInstallScript: z.boolean().optional() }),
  ),
});

/** Checks package.json and its lockfile. Rejects with every fault. */
export async function checkPackages(): Promise<string> {
  const read = async (name: string): Promise<unknown> => JSON.parse(await readFile(path.join(root, name), "utf8"));
  const { allowScripts, ...lists } = manifest.parse(await read("package.json"));
  const packages = Object.entries(lockfile.parse(await read("package-lock.json")).packages);
  const name = (place: string) => place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);
  const withScript = new Set(packages.filter(([, entry]) => entry.hasInstallScript).map(([place]) => name(place)));
  const faults = [
    ...packages.flatMap(([place, { resolved }]) =>
      resolved === undefined
        ? []
        : [
            `package-lock.json: ${place} comes from ${resolved}. Remove the "resolved" line: npm asks the registry it is set up for (.npmrc leaves such lines out).`,
          ],
    ),
    ...[...withScript]
      .filter((found) => !Object.hasOwn(allowScripts, found))
      .map((found) => `package.json: ${found} brings an install script. List it in "allowScripts", false if we can.`),
    ...Object.keys(allowScripts)
      .filter((listed) => !withScript.has(listed))
      .map((listed) => `package.json: "allowScripts" lists ${listed}, which has no install script (any more).`),
    ...Object.values(lists)
      .flatMap((list) => Object.entries(list))
      .filter(([, version]) => !/^\d+\.\d+\.\d+/.test(version))
      .map(([dependency, version]) => `package.json: ${dependency} is not pinned ("${version}"). Name one version.`),
  ];
  if (faults.length > 0) throw new Error(faults.join("\n"));
  return `${packages.length} packages`;
}
