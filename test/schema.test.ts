import {
  type GraphQLNamedType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
} from "graphql";
import t from "tap";
import { schema } from "../src/schema.ts";

const types = Object.values(schema.getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
);

/** Everything that can carry a description, by its place. */
function* described(type: GraphQLNamedType): Generator<readonly [string, string | null | undefined]> {
  yield [type.name, type.description];
  if (isEnumType(type)) {
    for (const value of type.getValues()) yield [`${type.name}.${value.name}`, value.description];
  }
  if (isInputObjectType(type)) {
    for (const field of Object.values(type.getFields())) yield [`${type.name}.${field.name}`, field.description];
  }
  if (isObjectType(type) || isInterfaceType(type)) {
    for (const field of Object.values(type.getFields())) {
      yield [`${type.name}.${field.name}`, field.description];
      for (const arg of field.args) yield [`${type.name}.${field.name}(${arg.name})`, arg.description];
    }
  }
}

t.test("everything is described", async (t) => {
  const all = types.flatMap((type) => [...described(type)]);
  t.ok(all.length > 200, "the schema was looked at");
  t.same(
    all.filter(([, description]) => !description?.trim()).map(([place]) => place),
    [],
  );
});

/** Mutations that need not be told anything; an input type without a field does not exist. */
const toldNothing: readonly string[] = ["exportMyData", "keepMyAccount", "removeAvatar", "createStreamTicket"];

t.test("a mutation takes one input and answers a union of success and errors", async (t) => {
  const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});
  t.ok(mutations.length >= 8);
  for (const { name, args, type } of mutations) {
    const result = getNamedType(type);
    const title = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    t.same(
      args.map((arg) => `${arg.name}: ${String(arg.type)}`),
      toldNothing.includes(name) ? [] : [`input: ${title}Input!`],
    );
    t.ok(isUnionType(result), `${name} answers a union`);
    // One that fails must not wipe out what another one of the same operation has done.
    t.notOk(isNonNullType(type), `${name} is nullable`);
    t.equal(result.name, `${title}Result`);
    const members = isUnionType(result) ? result.getTypes() : [];
    const errors = members.filter((member) => member.getInterfaces().some((found) => found.name === "Error"));
    t.same(
      members.filter((member) => !errors.includes(member)).map((member) => member.name),
      [`${title}Success`],
    );
    t.equal(
      errors.some((error) => error.name === "ValidationError"),
      !toldNothing.includes(name),
      `${name} says which rule was broken, where there is one`,
    );
  }
});

t.test("no error type lies about", async (t) => {
  const used = new Set(types.filter(isUnionType).flatMap((union) => union.getTypes().map(({ name }) => name)));
  const errors = types.filter(isObjectType).filter((type) => type.getInterfaces().some(({ name }) => name === "Error"));
  t.same(
    errors.map(({ name }) => name).filter((name) => !used.has(name)),
    [],
  );
});

t.test("names are ours, not those a library makes up", async (t) => {
  const madeUp = /^(Query|Mutation|Subscription).+|ConnectionEdge$|Payload$|InputInput$|SuccessSuccess$/;
  t.same(
    types.map(({ name }) => name).filter((name) => madeUp.test(name)),
    [],
  );
  for (const type of types.filter(isObjectType).filter(({ name }) => name.endsWith("Connection"))) {
    const entity = type.name.replace(/Connection$/, "");
    const fields = type.getFields();
    t.equal(String(fields["edges"]?.type), `[${entity}Edge!]!`);
    t.equal(String(fields["nodes"]?.type), `[${entity}!]!`);
    t.equal(String(fields["pageInfo"]?.type), "PageInfo!");
    t.equal(String(fields["totalCount"]?.type), "Int");
    t.ok(schema.getType(entity), `there is a ${entity}`);
  }
});

t.test("a list that has no end comes in pages", async (t) => {
  const fields = types.flatMap((type) => (isObjectType(type) ? Object.values(type.getFields()) : []));
  const connections = fields.filter(({ type }) => getNamedType(type).name.endsWith("Connection"));
  t.ok(connections.length >= 3);
  for (const { name, args } of connections) {
    const names = args.map((arg) => arg.name);
    for (const arg of ["first", "after", "last", "before"]) t.ok(names.includes(arg), `${name} takes ${arg}`);
  }
});
