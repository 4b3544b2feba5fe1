import { writeFile } from "node:fs/promises";
import { schemaFile, schemaText } from "./print-schema.ts";
import { createProgress } from "./progress.mjs";

/** `npm run schema`: writes `schema.graphql` as the code has it now. */
export async function writeSchema(): Promise<number> {
  await createProgress().step("Writing schema.graphql", () => writeFile(schemaFile, schemaText()));
  return 0;
}
