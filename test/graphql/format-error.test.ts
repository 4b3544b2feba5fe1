import { GraphQLError, GraphQLInt, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, graphql } from "graphql";
import t from "tap";
import { formatError } from "../../src/graphql/format-error.ts";
import { BadUserInputError, ForbiddenError, OverloadedError } from "../../src/infra/errors.ts";

/** What a client and the log get when a field `broken(size: Int! = 1)` resolves to `value`, or throws it. */
async function outcome(value: unknown, source = "{ broken }", variableValues = {}) {
  const resolve = () => {
    if (value instanceof Error) throw value;
    return value;
  };
  const size = { type: new GraphQLNonNull(GraphQLInt), defaultValue: 1 };
  const query = new GraphQLObjectType({
    name: "Query",
    fields: { broken: { type: GraphQLInt, args: { size }, resolve } },
  });
  const { errors = [] } = await graphql({ schema: new GraphQLSchema({ query }), source, variableValues });
  const logged: Record<string, unknown>[] = [];
  const log = { error: (fields: Record<string, unknown>) => void logged.push(fields) };
  const [told] = errors.map((error) => formatError(error, log as never).toJSON());
  return { told, logged };
}

t.test("a known failure keeps its message and code", async (t) => {
  const { told, logged } = await outcome(new ForbiddenError("Ask an owner."));
  t.match(told, { message: "Ask an owner.", path: ["broken"], extensions: { code: "FORBIDDEN" } });
  t.same(logged, []);
  t.match((await outcome(new OverloadedError(3))).told, { extensions: { code: "OVERLOADED", retryAfter: 3 } });
  t.match((await outcome(new BadUserInputError("no cursor"))).told, { message: "no cursor" });
});

t.test("a bug leaves as an id alone, and is logged whole", async (t) => {
  const secret = new Error("connect postgresql://atelier:secret@db failed");
  const { told, logged } = await outcome(secret);
  const errorId = String(told?.extensions?.["errorId"]);
  t.same(told, {
    message: `Something went wrong on our side. Tell the operator this id: ${errorId}`,
    locations: [{ line: 1, column: 3 }],
    path: ["broken"],
    extensions: { code: "INTERNAL", errorId },
  });
  t.match(logged, [{ errorId, err: secret, path: ["broken"] }]);
});

t.test("an answer of ours that does not fit the schema is our fault, not the client's", async (t) => {
  for (const value of [2 ** 40, "seven", new GraphQLError("library text")]) {
    const { told, logged } = await outcome(value);
    t.match(told, { message: /^Something went wrong on our side/, extensions: { code: "INTERNAL" } });
    t.equal(logged.length, 1);
  }
});

t.test("what the client sent wrong is told as it is", async (t) => {
  const query = "query ($size: Int!) { broken(size: $size) }";
  t.match((await outcome(1, query, { size: "x" })).told, {
    message: /^Variable "\$size" got invalid value "x"/,
    extensions: { code: "BAD_USER_INPUT" },
  });
  const { told } = await outcome(1, "query ($size: Int = 2) { broken(size: $size) }", { size: null });
  t.match(told, { message: /^Argument "size"/, path: ["broken"], extensions: { code: "BAD_USER_INPUT" } });
});
