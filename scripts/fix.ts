/** `npm run fix`: corrects what a program can correct. */
import { writeFile } from "node:fs/promises";
import { lintParameters } from "./check-steps.ts";
import { environmentFile, environmentText } from "./print-environment.ts";
import { createProgress } from "./progress.mjs";
import { runTool } from "./run-tool.ts";
import { writeSchema } from "./write-schema.ts";

/** Applies safe corrections, then formats, then writes the generated texts. What needs a person is left to `npm run check`. */
export async function fix(): Promise<number> {
  const progress = createProgress();
  await progress.step("Correcting what the linter can", async () => {
    // It ends with 1 when something is left, which `check` will tell.
    const { code, said } = await runTool("oxlint", [...lintParameters, "--fix", "--silent", "src", "scripts", "test"]);
    if (code !== 0 && code !== 1) throw new Error(said);
  });
  await progress.step("Formatting", async () => {
    const { code, said } = await runTool("@biomejs/biome", ["check", "--write"]);
    if (code !== 0) throw new Error(said);
  });
  await progress.step("Writing .env.example", () => writeFile(environmentFile, environmentText()));
  return writeSchema();
}
