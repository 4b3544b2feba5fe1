import { fileURLToPath } from "node:url";
import t from "tap";
import { loadOperations } from "../../src/explorer/load-operations.ts";

t.test("reads documents in the order of their numbers, with titles and variables", async (t) => {
  const folder = t.testdir({
    "10-measure.graphql": "query Measure { __typename }",
    "2-generate-images.graphql": "# Draw two pictures.\n# The second line explains more.\nmutation Generate { go }",
    "2-generate-images.variables.json": '{ "input": { "prompt": "a fox" } }',
    "notes.md": "not an operation",
  });
  t.same(await loadOperations(folder), [
    {
      name: "generate-images",
      title: "Draw two pictures.",
      query: "# Draw two pictures.\n# The second line explains more.\nmutation Generate { go }",
      variables: { input: { prompt: "a fox" } },
    },
    { name: "measure", title: "measure", query: "query Measure { __typename }", variables: null },
  ]);
});

t.test("takes the title from the name when the file starts without a comment", async (t) => {
  const folder = t.testdir({ "01-who-am-i.graphql": "query Me { __typename } # not a title" });
  const [operation] = await loadOperations(folder);
  t.equal(operation?.title, "who am i");
});

t.test("names the file that is at fault", async (t) => {
  const cases = [
    { files: { "1-a.graphql": "query {" }, message: /1-a\.graphql is not a GraphQL document: Syntax Error/ },
    { files: { "1-a.graphql": "# only words" }, message: /1-a\.graphql is not a GraphQL document/ },
    {
      files: { "1-a.graphql": "{ a }", "1-a.variables.json": "{ a: 1 }" },
      message: /1-a\.variables\.json is not a JSON object/,
    },
    {
      files: { "1-a.graphql": "{ a }", "1-a.variables.json": "[]" },
      message: /1-a\.variables\.json is not a JSON object/,
    },
    { files: { "1-a.variables.json": "{}" }, message: /1-a\.variables\.json has no 1-a\.graphql beside it/ },
    {
      files: { "1-a.graphql": "{ a }", "2-a.graphql": "{ a }" },
      message: /1-a\.graphql and 2-a\.graphql .* share the name "a"/,
    },
  ];
  for (const [index, { files, message }] of cases.entries()) {
    await t.test(`case ${index}`, async (t) => {
      await t.rejects(loadOperations(t.testdir(files)), { message });
    });
  }
});

t.test("the explorer's own operations are sound", async (t) => {
  const operations = await loadOperations(fileURLToPath(new URL("../../src/explorer/operations", import.meta.url)));
  t.not(operations.length, 0);
});
