import { GraphQLScalarType } from "graphql";
import t from "tap";
import { schema } from "../../src/schema.ts";

function scalar(name: string): GraphQLScalarType {
  const type = schema.getType(name);
  if (type instanceof GraphQLScalarType) return type;
  throw new Error(`There is no scalar ${name}.`);
}

t.test("an instant reads with any zone and answers in UTC with milliseconds", async (t) => {
  const dateTime = scalar("DateTime");
  for (const [written, answered] of [
    ["2026-11-22T09:00:00Z", "2026-11-22T09:00:00.000Z"],
    ["2026-11-22T10:00:00+01:00", "2026-11-22T09:00:00.000Z"],
    ["2026-11-22T09:00:00.123456Z", "2026-11-22T09:00:00.123Z"],
    ["2028-02-29T23:59:59.999-12:00", "2028-03-01T11:59:59.999Z"],
  ]) {
    t.equal(dateTime.serialize(dateTime.parseValue(written)), answered);
  }
});

t.test("what is no instant, or none that can be kept, is told how to write one", async (t) => {
  const dateTime = scalar("DateTime");
  for (const written of [
    ...[
      "2026-11-22T09:00:00",
      "2026-11-22",
      "2026-02-30T09:00:00Z",
      "2027-02-29T09:00:00Z",
      "tomorrow",
      "",
      1_795_338_000,
    ],
    ...["0000-12-31T23:59:59Z", "9999-12-31T23:59:59-01:00", "2026-11-22T24:00:00Z", "2026-11-22T09:00:60Z", null, {}],
  ]) {
    t.throws(() => dateTime.parseValue(written), {
      message: `${JSON.stringify(written)} is no instant. Write RFC 3339 with a zone, such as "2026-11-22T09:00:00Z".`,
    });
  }
});

t.test("a cursor is a text", async (t) => {
  t.equal(scalar("Cursor").parseValue("abc"), "abc");
  t.throws(() => scalar("Cursor").parseValue(7), { message: "A cursor is the text that an event carried." });
});
