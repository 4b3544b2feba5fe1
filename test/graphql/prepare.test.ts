import { getIntrospectionQuery } from "graphql";
import t from "tap";
import { createPrepare, type OperationRequest } from "../../src/graphql/prepare.ts";
import { schema } from "../../src/schema.ts";

const prepare = createPrepare(schema, {
  ...{ characters: 15_000, tokens: 1_500, depth: 12, aliases: 30, directives: 50, cost: 10_000 },
});

const answer = (request: OperationRequest, introspection = true) => {
  const prepared = prepare(request, { introspection });
  if (prepared.ok) return prepared.operation.name?.value ?? prepared.operation.operation;
  return prepared.errors.map(({ message, extensions }) => `${String(extensions["code"])}: ${message}`);
};

t.test("finds the operation that is meant", async (t) => {
  const two = "query A { me { id } } query B { me { email } }";
  t.equal(answer({ query: "{ me { id } }" }), "query");
  t.equal(answer({ query: two, operationName: "B" }), "B");
  t.same(answer({ query: two }), [
    "BAD_REQUEST: The document has several operations and no `operationName`; it has A, B.",
  ]);
  t.same(answer({ query: two, operationName: "C" }), ['BAD_REQUEST: The document has no operation "C"; it has A, B.']);
  t.match(answer({ query: "fragment F on User { id }" }), ['GRAPHQL_VALIDATION_FAILED: Fragment "F" is never used.']);
});

t.test("tells what is no GraphQL, with its place", async (t) => {
  const prepared = prepare({ query: "{ me {\n  id" }, { introspection: true });
  t.match(prepared, {
    ok: false,
    errors: [
      {
        message: "Syntax Error: Expected Name, found <EOF>.",
        locations: [{ line: 2, column: 5 }],
        extensions: { code: "GRAPHQL_PARSE_FAILED" },
      },
    ],
  });
  const ast = JSON.stringify({ kind: "Document", definitions: [] });
  t.match(answer({ query: ast }), [/^GRAPHQL_PARSE_FAILED: /], "a serialised syntax tree is no way round the limits");
});

t.test("tells every field that does not exist, up to twenty", async (t) => {
  t.same(answer({ query: "{ me { agee } mee { id } }" }), [
    'GRAPHQL_VALIDATION_FAILED: Cannot query field "agee" on type "User".',
    'GRAPHQL_VALIDATION_FAILED: Cannot query field "mee" on type "Query". Did you mean "me"?',
  ]);
  const many = Array.from({ length: 40 }, (_, n) => `nothing${n}`).join(" ");
  t.equal(answer({ query: `{ ${many} }` }).length, 21, "and that it stopped there");
});

t.test("subscriptions are validated like everything else", async (t) => {
  t.match(answer({ query: "subscription { imageChanged { image { nope } } }" }), [/Cannot query field "nope"/]);
  t.match(answer({ query: "subscription { imageChanged { ...F } } fragment F on ImageChangedEvent { ...F }" }), [
    /Cannot spread fragment "F" within itself/,
  ]);
});

t.test("the schema is shown to whom it may be, whoever asked first", async (t) => {
  for (const query of [getIntrospectionQuery(), '{ __type(name: "User") { name } }']) {
    for (const allowed of [true, false, true]) {
      const found = answer({ query }, allowed);
      if (allowed) t.type(found, "string");
      else t.match(found, [/^GRAPHQL_VALIDATION_FAILED: GraphQL introspection has been disabled/]);
    }
  }
  t.equal(answer({ query: "{ me { __typename } }" }, false), "query", "__typename is not the schema");
});

t.test("introspection that feeds on itself is refused", async (t) => {
  const nested = "{ fields { type ".repeat(10);
  t.match(answer({ query: `{ __schema { types ${nested} { name } ${"} }".repeat(10)} } }` }), [
    /Maximum introspection depth exceeded/,
  ]);
});

t.test("the one character that no text can hold is refused, in variables and in the document", async (t) => {
  const query = "mutation ($input: LoginInput!) { login(input: $input) { __typename } }";
  const refusal = ["BAD_REQUEST: A text holds the character U+0000, which no text here can hold. Leave it out."];
  t.same(answer({ query, variables: { input: { email: "a\0", password: "" } } }), refusal);
  t.same(answer({ query, variables: { list: [["a", "\0"]] } }), refusal);
  t.same(answer({ query: 'mutation { login(input: { email: "\\u0000", password: "" }) { __typename } }' }), refusal);
  t.same(answer({ query: 'mutation { login(input: { email: "\\u{0}", password: "" }) { __typename } }' }), refusal);
  t.equal(answer({ query, variables: { input: { email: "\u0001", password: "" } } }), "mutation");
  let deep: unknown = "bottom";
  for (let level = 0; level < 50_000; level += 1) deep = [deep];
  t.equal(answer({ query, variables: { deep } }), "mutation", "however deep they nest");
});

t.test("a document is remembered, and no more of them than fit", async (t) => {
  const first = prepare({ query: "{ me { id displayName } }" }, { introspection: false });
  const again = prepare({ query: "{ me { id displayName } }" }, { introspection: false });
  t.ok(first.ok && again.ok && first.document === again.document);
  for (let n = 0; n < 600; n += 1)
    prepare({ query: `{ me { id } } # ${n} ${"x".repeat(2_000)}` }, { introspection: false });
  const later = prepare({ query: "{ me { id displayName } }" }, { introspection: false });
  t.ok(later.ok && first.ok && later.document !== first.document);
});
