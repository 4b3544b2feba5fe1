import { fileURLToPath } from "node:url";
import { lexicographicSortSchema, printSchema } from "graphql";
import { schema } from "../src/schema.ts";

/** Where the printed schema stands. */
export const schemaFile = fileURLToPath(new URL("../schema.graphql", import.meta.url));

/** The schema as text, sorted, so that a difference is a change. */
export const schemaText = (): string => `${printSchema(lexicographicSortSchema(schema))}\n`;
