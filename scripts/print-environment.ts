import { fileURLToPath } from "node:url";
import { z } from "zod";
import { variables } from "../src/config.ts";

/** Where the example stands. */
export const environmentFile = fileURLToPath(new URL("../.env.example", import.meta.url));

const head = `# Every variable that Atelier reads, with its default. \`npm run fix\` writes this file from src/config.ts.
# Copy it to .env and set what you need; a line that starts with # counts for nothing.
`;

const width = 118;

/** A budget of tries, as `tries/minutes`. */
const budget = z
  .object({ burst: z.number(), period: z.number() })
  .transform(({ burst, period }) => `${burst}/${period / 60_000}`);

/** A default as one would type it; lists of a default are empty or of words. */
const plain = z
  .union([z.string(), z.number(), z.boolean(), z.array(z.string()), budget, z.undefined()])
  .transform((value) => value?.toString() ?? "");

/** The example environment as text: what each variable is for, and its default. Throws when one says nothing about itself. */
export const environmentText = (): string => [head, ...Object.keys(variables).map(entry)].join("\n");

function entry(name: string): string {
  const schema = variables[name];
  const description = schema?.description;
  if (schema === undefined || description === undefined) {
    throw new Error(`The variable ${name} has no description: end its schema with \`.describe("…")\`.`);
  }
  const fallback = schema.safeParse(undefined);
  const value = fallback.success ? plain.parse(fallback.data) : "";
  return `${wrap(description).join("\n")}\n# ${name}=${value}\n`;
}

function wrap(text: string): string[] {
  const lines = ["#"];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1) ?? "";
    if (last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`# ${word}`);
  }
  return lines;
}
