import fc from "fast-check";
import t from "tap";
import { countCharacters, rulesBy } from "../../../src/platforms/mastodon/rules.ts";

t.test("addresses and mentions count as the server counts them", async (t) => {
  for (const [text, count] of [
    ["", 0],
    ["A boat.", 7],
    ["👩‍👩‍👧‍👦🇩🇪é", 3],
    [`https://example.org/${"a".repeat(200)}`, 23],
    ["See https://example.org/a, and http://b.example.", 4 + 23 + 6 + 23 + 1],
    ["example.org/without-scheme", 26],
    ["@ada@social.example hi", 7],
    ["@ada hi", 7],
    ["me@example.org", 14],
  ] as const) {
    t.equal(countCharacters(text, 23), count, text);
  }
});

t.test("a text without addresses and mentions counts as its reader does", async (t) => {
  const plain = fc.string({ unit: "grapheme" }).filter((text) => !/[@.:/]/.test(text));
  const segments = new Intl.Segmenter("en", { granularity: "grapheme" });
  fc.assert(fc.property(plain, (text) => countCharacters(text, 23) === [...segments.segment(text)].length));
  t.pass();
});

t.test("no text takes long to count, whatever it is made of", async (t) => {
  for (const text of [`@${"a".repeat(50_000)}`, "@a@".repeat(16_000), `@${"a.".repeat(25_000)}@`, "@".repeat(50_000)]) {
    const { caption } = rulesBy({});
    t.ok(caption.measure(text) > 0, "it ends at all, well within the test's own time limit");
  }
});
