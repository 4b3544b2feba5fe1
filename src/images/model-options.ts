/** A model's own settings, as asked and as stored. */
import { z } from "zod";
import type { ImageModel } from "../image-providers/capabilities.ts";
import type { ValidationIssue } from "../infra/errors.ts";

/** What somebody sets; at most a few dozen, which is more than any model has. */
export const modelOptionsInput = z
  .array(z.object({ name: z.string(), value: z.string() }))
  .max(50, "Set at most 50 options.");

/** One setting. */
export type ModelOptionValue = z.output<typeof modelOptionsInput>[number];

const stored = z.record(z.string(), z.string());

/** Stored settings by name. What is there was written by us. */
export const storedOptions = (value: unknown): Readonly<Record<string, string>> => stored.parse(value);

/** What is wrong with settings, each by its place in the list. */
export function optionIssues(options: readonly ModelOptionValue[], model: ImageModel): ValidationIssue[] {
  return options.flatMap(({ name, value }, index): ValidationIssue[] => {
    const at = (field: string) => ["options", String(index), field];
    const option = model.options.find((known) => known.name === name);
    if (option === undefined) {
      const known = model.options.map((other) => other.name).join(", ") || "none";
      const message = `${model.label} has no option ${JSON.stringify(name)}. It has: ${known}.`;
      return [{ path: at("name"), code: "UNKNOWN_OPTION", message }];
    }
    if (options.findIndex((other) => other.name === name) !== index) {
      return [{ path: at("name"), code: "DUPLICATE", message: `The option "${name}" is set twice.` }];
    }
    if (option.values.includes(value)) return [];
    const message = `The option "${name}" is ${JSON.stringify(value)}; allowed are ${option.values.join(", ")}.`;
    return [{ path: at("value"), code: "UNKNOWN_VALUE", message }];
  });
}
