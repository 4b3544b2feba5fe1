import { buildSchema, isInterfaceType } from "graphql";

/** Which types implement which interface, for Apollo's cache: run it over `schema.graphql` when you build, and keep the answer. */
export function possibleTypesOf(schemaText: string): Record<string, string[]> {
  const schema = buildSchema(schemaText);
  const interfaces = Object.values(schema.getTypeMap()).filter(isInterfaceType);
  return Object.fromEntries(
    interfaces.map((type) => [type.name, schema.getPossibleTypes(type).map(({ name }) => name)]),
  );
}
