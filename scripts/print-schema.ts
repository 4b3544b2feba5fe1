/** Prints the GraphQL schema as the text that stands in `schema.graphql`. */
import { lexicographicSortSchema, printSchema } from "graphql";
import { schema } from "../src/schema.ts";

export const schemaText = (): string => `${printSchema(lexicographicSortSchema(schema))}\n`;
