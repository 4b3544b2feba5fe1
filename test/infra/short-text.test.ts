import fc from "fast-check";
import t from "tap";
import { shortText } from "../../src/infra/short-text.ts";

const name = shortText("The name", 10);

t.test("a text on one line is taken, trimmed, counted as people count", async (t) => {
  t.equal(name.parse("  Ada  "), "Ada");
  t.equal(name.parse("\u{1F58C}".repeat(10)), "\u{1F58C}".repeat(10));
  t.equal(name.parse("\u{1F469}\u200d\u{1F3A8}"), "\u{1F469}\u200d\u{1F3A8}", "a joined emoji holds a joiner");
});

t.test("whatever is taken has no control character and fits", async () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 14 }), (text) => {
      const read = name.safeParse(text);
      return !read.success || (/^[^\p{Cc}\u2028\u2029\u202a-\u202e]+$/u.test(read.data) && [...read.data].length <= 10);
    }),
  );
});

t.test("every fault has its code and says what is allowed", async (t) => {
  const faults: readonly [string, RegExp][] = [
    ["", /The name is empty\. Write 1 to 10/],
    ["x".repeat(11), /has 11 characters; at most 10/],
    ["a\u2028b", /control character/],
    ["a\u202eb", /control character/],
  ];
  for (const [text, message] of faults) t.match(name.safeParse(text).error?.issues[0]?.message, message);
});
