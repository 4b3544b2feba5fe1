import fc from "fast-check";
import t from "tap";
import { decodeGlobalId, encodeGlobalId, rowId, rowIds } from "../../src/graphql/ids.ts";
import { ValidationError } from "../../src/infra/errors.ts";

const row = "0190a7b0-1111-7111-8111-111111111111";

t.test("an id reads back as what it was made of, and fits into an address as it is", async (t) => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Z]\w{0,20}$/), fc.uuid(), (typename, id) => {
      const globalId = encodeGlobalId(typename, id);
      t.match(globalId, /^[\w-]+$/);
      t.same(decodeGlobalId(globalId), { typename, id });
    }),
  );
});

t.test("any other text is the id of nothing", async (t) => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      t.same(decodeGlobalId(text), { typename: "", id: "" });
    }),
  );
});

t.test("a row id of the wanted type", async (t) => {
  t.equal(rowId("Image", encodeGlobalId("Image", row), ["imageId"]), row);
  const issuesOf = (work: () => unknown) => {
    try {
      work();
    } catch (error) {
      if (error instanceof ValidationError) return error.issues;
      throw error;
    }
    return [];
  };
  t.same(
    issuesOf(() => rowId("Image", encodeGlobalId("Post", row), ["imageId"])),
    [
      {
        path: ["imageId"],
        code: "INVALID_ID",
        message: `"${encodeGlobalId("Post", row)}" is the id of a Post. Pass the \`id\` of an Image.`,
      },
    ],
  );
  const ids = [encodeGlobalId("Image", row), "?", encodeGlobalId("User", row), "x".repeat(200)];
  t.same(
    issuesOf(() => rowIds("Image", ids, ["imageIds"])).map(({ path, message }) => [path.join("."), message]),
    [
      ["imageIds.1", '"?" is no id at all. Pass the `id` of an Image.'],
      ["imageIds.2", `"${ids[2]}" is the id of a User. Pass the \`id\` of an Image.`],
      ["imageIds.3", `"${"x".repeat(80)}" is no id at all. Pass the \`id\` of an Image.`],
    ],
    "every wrong id of a list, with its place",
  );
});
