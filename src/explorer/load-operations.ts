import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "graphql";
import { z } from "zod";

const variablesSchema = z.record(z.string(), z.unknown());

/** One prepared operation: a tab of the explorer, and a document that the tests run. */
export interface PreparedOperation {
  /** The file's name without the leading number and the ending: `sign-in` for `01-sign-in.graphql`. */
  readonly name: string;
  /** The first comment line of the file, or the name with spaces. */
  readonly title: string;
  /** The whole document, comments included. */
  readonly query: string;
  /** What stands in `NAME.variables.json`, or null without such a file. */
  readonly variables: Readonly<Record<string, unknown>> | null;
}

/**
 * Reads every `*.graphql` file of a folder, ordered by leading number and then by name, with the `NAME.variables.json`
 * that lies beside it.
 *
 * @throws when a document or a variables file is malformed, when two files share a name, or when variables have no
 * document; the message names the file
 */
export async function loadOperations(folder: string): Promise<PreparedOperation[]> {
  const files = (await readdir(folder)).toSorted(new Intl.Collator("en", { numeric: true }).compare);
  const documents = files.filter((file) => file.endsWith(".graphql"));
  for (const file of files.filter((name) => name.endsWith(".variables.json"))) {
    const document = file.replace(/\.variables\.json$/, ".graphql");
    if (!documents.includes(document)) throw new Error(`${join(folder, file)} has no ${document} beside it.`);
  }
  const operations = await Promise.all(
    documents.map((file) => loadOperation(folder, file, files.includes(variablesFile(file)))),
  );
  for (const [index, { name }] of operations.entries()) {
    const earlier = operations.findIndex((operation) => operation.name === name);
    if (earlier !== index) {
      throw new Error(
        `${documents[earlier]} and ${documents[index]} in ${folder} share the name "${name}": rename one.`,
      );
    }
  }
  return operations;
}

function variablesFile(document: string): string {
  return document.replace(/\.graphql$/, ".variables.json");
}

async function loadOperation(folder: string, file: string, hasVariables: boolean): Promise<PreparedOperation> {
  const query = await readFile(join(folder, file), "utf8");
  explainFailure(join(folder, file), "is not a GraphQL document", () => parse(query));
  const name = file.replace(/^\d+[-_.]?/, "").replace(/\.graphql$/, "");
  const title = /^\s*#+[ \t]*(\S.*)/.exec(query)?.[1]?.trim() ?? name.replaceAll(/[-_]/g, " ");
  if (!hasVariables) return { name, title, query, variables: null };
  const path = join(folder, variablesFile(file));
  const text = await readFile(path, "utf8");
  const variables = explainFailure(path, "is not a JSON object", () => variablesSchema.parse(JSON.parse(text)));
  return { name, title, query, variables };
}

function explainFailure<T>(path: string, fault: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${path} ${fault}: ${detail}`, { cause });
  }
}
