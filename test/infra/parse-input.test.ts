import t from "tap";
import { z } from "zod";
import { ValidationError } from "../../src/infra/errors.ts";
import { parseInput } from "../../src/infra/parse-input.ts";

const input = z.object({
  name: z.string().trim().min(1, "Give a name.").max(10, "At most 10 characters."),
  code: z.string().min(5).optional(),
  count: z.number().min(1).max(9).default(1),
  tags: z.array(z.string().max(3, "At most 3 characters.")).min(1).max(2).default(["a"]),
  at: z
    .date()
    .refine((date) => date.getTime() > 0, { error: "That is in the past.", params: { code: "IN_THE_PAST" } })
    .optional(),
  even: z
    .number()
    .refine((number) => number % 2 === 0, "Only even numbers.")
    .optional(),
});

function issues(value: unknown) {
  try {
    parseInput(input, value);
    return [];
  } catch (error) {
    if (error instanceof ValidationError) return error.issues;
    throw error;
  }
}

t.test("what keeps the rules comes back as parsed, with its defaults", async (t) => {
  t.same(parseInput(input, { name: " Ada " }), { name: "Ada", count: 1, tags: ["a"] });
});

t.test("every broken rule has its code and the way to the value", async (t) => {
  const broken: readonly [unknown, string, string][] = [
    [{ name: "" }, "EMPTY", "name"],
    [{ name: "x".repeat(11) }, "TOO_LONG", "name"],
    [{ name: "x", code: "abc" }, "TOO_SHORT", "code"],
    [{ name: "x", count: 0 }, "TOO_SMALL", "count"],
    [{ name: "x", count: 10 }, "TOO_LARGE", "count"],
    [{ name: "x", tags: [] }, "TOO_FEW", "tags"],
    [{ name: "x", tags: ["a", "b", "c"] }, "TOO_MANY", "tags"],
    [{ name: "x", tags: ["a", "long"] }, "TOO_LONG", "tags.1"],
    [{ name: "x", at: new Date(-1) }, "IN_THE_PAST", "at"],
    [{ name: "x", even: 3 }, "INVALID", "even"],
    [{ name: 7 }, "INVALID", "name"],
    [null, "INVALID", ""],
  ];
  for (const [value, code, path] of broken) {
    t.same(
      issues(value).map((issue) => [issue.code, issue.path.join(".")]),
      [[code, path]],
      JSON.stringify(value),
    );
  }
});

t.test("all faults are told at once, each in words", async (t) => {
  const found = issues({ name: "", tags: ["long", "longer"], count: 0 });
  t.same(found.map((issue) => issue.path.join(".")).toSorted(), ["count", "name", "tags.0", "tags.1"]);
  t.match(
    found.map((issue) => issue.message),
    ["Give a name."],
  );
  t.throws(() => parseInput(input, { name: "" }), { code: "VALIDATION_FAILED", message: "Give a name." });
});
