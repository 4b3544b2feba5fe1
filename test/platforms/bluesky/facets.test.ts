import fc from "fast-check";
import t from "tap";
import { facetsOf, mentionedHandles } from "../../../src/platforms/bluesky/facets.ts";
import { readRecord } from "../../simulators/bluesky-record.ts";

/** What each facet covers, cut out of the text's bytes. */
const covered = (text: string, known: readonly string[] = ["alice.test"]) =>
  facetsOf(text, (handle) => (known.includes(handle) ? `did:plc:${handle}` : null)).map(({ index, features }) => [
    Buffer.from(text).subarray(index.byteStart, index.byteEnd).toString(),
    Object.values(features[0] ?? {}).at(-1),
  ]);

t.test("links, mentions and tags are found at their bytes", async (t) => {
  t.same(covered("🛟 Ahoi @alice.test, see https://example.org/a?b=c#d. #Häfen (example.com)"), [
    ["@alice.test", "did:plc:alice.test"],
    ["https://example.org/a?b=c#d", "https://example.org/a?b=c#d"],
    ["#Häfen", "Häfen"],
    ["example.com", "https://example.com"],
  ]);
});

t.test("what is none stays plain text", async (t) => {
  for (const text of [
    "me@example.org",
    "@nobody.test",
    "#1",
    "# boat",
    "#️⃣ keys",
    "a#b",
    "x@alice.test",
    "#!",
    "3.14",
  ]) {
    t.same(covered(text), [], text);
  }
  t.same(covered("#boats, #harbour!"), [
    ["#boats", "boats"],
    ["#harbour", "harbour"],
  ]);
  t.same(covered(`#${"a".repeat(65)}`), [], "a tag that is too long");
  t.same(covered("https://example.org/#tag"), [["https://example.org/#tag", "https://example.org/#tag"]], "one link");
});

t.test("a handle is asked for once, whatever its letters", async (t) => {
  t.same(mentionedHandles("@Alice.test and (@alice.TEST.) and @alice"), ["alice.test"]);
});

t.test("whatever the text, its facets are spans that a server takes", async (t) => {
  const piece = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 12 }),
    fc.webUrl(),
    fc.constantFrom(
      "#boat",
      "@alice.test",
      "#Ä😀",
      "\u200D",
      "👩‍👩‍👧",
      " ",
      "\n",
      "example.org/ä",
      "＃x",
      "@@alice.test",
    ),
  );
  const texts = fc
    .array(piece, { maxLength: 8 })
    .map((pieces) => pieces.join(" ").toWellFormed().slice(0, 250).toWellFormed());
  fc.assert(
    fc.property(texts, (text) => {
      const facets = facetsOf(text, () => "did:plc:alice");
      const record = { $type: "app.bsky.feed.post", text, createdAt: "2026-11-25T09:00:00.000Z" };
      const read = readRecord({ ...record, ...(facets.length > 0 && { facets }) });
      if (typeof read === "string") throw new Error(read);
    }),
    { numRuns: 500 },
  );
  t.pass();
});
