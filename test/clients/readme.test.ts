import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What stands between `#region README` and `#endregion`, moved to the left; several regions with an empty line between them. */
function shownOf(recipe: string): string {
  const regions = [...recipe.matchAll(/^ *\/\/ #region README\n([\s\S]*?)^ *\/\/ #endregion$/gm)].map(
    ([, code = ""]) => {
      const indent = /^ */.exec(code)?.[0] ?? "";
      return code.replaceAll(new RegExp(`^${indent}`, "gm"), "");
    },
  );
  return regions.join("\n");
}

t.test("the README shows every recipe as it is tested", async (t) => {
  const readme = await readFile(`${root}README.md`, "utf8");
  const shown = [
    ...readme.matchAll(/\]\((test\/clients\/[\w-]+\/client\.ts)\)(?:(?!```)[\s\S])*?\n\n```ts\n([\s\S]*?)```/g),
  ];
  const recipes = globSync("test/clients/*/client.ts", { cwd: root });
  t.same(shown.map(([, file]) => file).toSorted(), recipes.map((file) => file.split(path.sep).join("/")).toSorted());
  for (const [, file = "", code = ""] of shown) t.equal(code, shownOf(await readFile(root + file, "utf8")), file);
});
