import fc from "fast-check";
import t from "tap";
import { addressesIn } from "../../../src/platforms/x/addresses.ts";
import { rulesBy } from "../../../src/platforms/x/rules.ts";
import { weightOf } from "../../../src/platforms/x/weight.ts";
import { weighedByX } from "../../simulators/x-text.ts";

const examples = [
  ["", 0],
  ["Hello, world! 👋", 16],
  ["see example.com now", 31],
  ["foo.de", 23],
  ["test.ts file", 12],
  ["me@example.org", 14],
  ["漢字漢", 6],
  ["①", 2],
  ["é—“”…•", 8],
  ["e\u0301", 1],
  ["👨‍👩‍👧‍👦", 2],
  ["🇩🇪", 2],
  ["#️⃣", 2],
  [`https://example.org/${"a".repeat(200)}`, 23],
  ["https://example.org/a, then", 29],
  ["(https://en.wikipedia.org/wiki/Boat_(ship))", 25],
  ["見てexample.org見て", 31],
  ["https://example.org/a…", 25],
  ["http://localhost:3000/a", 23],
  ["http://192.168.1.1/a", 20],
  ["https://t.co/abc123/more", 28],
  ["@example.com #example.com", 25],
  ["example.com:8080", 28],
  ["a_b.com b-a.com", 31],
] as const;

t.test("texts weigh what X says", async (t) => {
  for (const [text, weight] of examples) {
    t.equal(weightOf(text), weight, text);
    t.equal(weighedByX(text), weight, `${text}, by X's own library`);
  }
});

t.test("emoji that are younger than X's library are one all the same", async (t) => {
  for (const text of ["🫠", "🧑🏽‍🚀", "🫱🏻‍🫲🏿", "🐦‍🔥"]) t.equal(weightOf(text), 2, text);
});

const word = fc.stringMatching(/^[a-zäöüßéñ]{1,12}$/);
const path = fc.stringMatching(/^(\/[a-zA-Z0-9_~.-]{0,12}){0,3}(\?[a-z]{1,5}=[a-z0-9%]{1,5})?$/);
const host = fc.tuple(
  fc.stringMatching(/^([a-z0-9]{1,10}\.){1,2}$/),
  fc.constantFrom("com", "org", "de", "co.uk", "museum", "ts"),
);
const address = fc
  .tuple(fc.constantFrom("https://", "http://", "HTTPS://", ""), host, path)
  // Behind an ending that is none, X's library may take parts of the path for addresses of their own: no path there.
  .map(([scheme, [name, top], rest]) => `${scheme}${name}${top}${top === "ts" ? "" : rest}`);
const script = fc.stringMatching(/^[\u4e00-\u4eff\u0430-\u044f\u3041-\u3096]{1,6}$/);
const piece = fc.oneof(
  word,
  address,
  script,
  fc.constantFrom("👋", "🇩🇪", "👩‍👩‍👧", "1", "$A", "#tag", "@ada", "a@b.de"),
);
const joint = fc.constantFrom(" ", "\n", ", ", ". ", "! ", " – ", "… ", " (", ") ", "” ", "„", ": ", "/ ");
const texts = fc.array(fc.tuple(piece, joint), { maxLength: 12 }).map((pairs) => pairs.flat().join(""));

t.test("what people write weighs the same as by X's own library", async (t) => {
  fc.assert(
    fc.property(texts, (text) => weightOf(text) === weighedByX(text)),
    { numRuns: 2_000 },
  );
  // Which ends of hosts there are changes with the years, so noise has none.
  const noise = fc.string({ unit: "grapheme-ascii" }).filter((text) => !/\.[a-z]/i.test(text));
  fc.assert(
    fc.property(noise, (text) => weightOf(text) === weighedByX(text)),
    { numRuns: 2_000 },
  );
  t.pass();
});

t.test("addresses lie one behind the other, within the text", async (t) => {
  const noise = fc.string({
    unit: fc.constantFrom(...("a.b/:-_@#(é中👋?=%~".match(/./gu) ?? []), "https://", "x.com", " "),
  });
  const property = fc.property(noise, (text) => {
    let from = 0;
    return addressesIn(text).every(({ start, end }) => {
      const right = start >= from && end > start && end <= text.length;
      from = end;
      return right;
    });
  });
  fc.assert(property, { numRuns: 2_000 });
  t.pass();
});

t.test("no text takes long to weigh, whatever it is made of", async (t) => {
  const n = 20_000;
  for (const text of [
    ...["@a", "a.", "a-", "é.", "com.", "a.com ", "aa.", "https://"].map((part) => part.repeat(n)),
    ...["(", "()", "(a", "!", "a&", "/?"].map((part) => `https://a.com/${part.repeat(n)}`),
  ]) {
    t.ok(weightOf(text) > 0, "it ends at all, well within the test's own time limit");
  }
});

t.test("who pays X may write more, and nobody two cashtags", async (t) => {
  t.equal(rulesBy({}).caption.max, 280);
  t.equal(rulesBy({ longPosts: "yes" }).caption.max, 25_000);
  const codes = (text: string) =>
    rulesBy({})
      .caption.faults?.(text)
      .map(({ code }) => code);
  t.same(codes("Buy $ABC at 10$, not for $20 or a$b"), []);
  t.same(codes("Buy $ABC and $BRK.B"), ["TOO_MANY_CASHTAGS"]);
  t.same(codes("A\ufeffboat"), ["INVALID_CHARACTER"]);
});
