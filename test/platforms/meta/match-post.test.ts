import fc from "fast-check";
import t from "tap";
import { isSameText, publishWindow } from "../../../src/platforms/meta/match-post.ts";

t.test("texts are the same whatever a platform does to line ends, spaces and composed letters", async (t) => {
  const pairs = [
    ["Café\r\n  at dusk ", "Cafe\u0301\nat dusk"],
    ["a\u200bb", "ab"],
    ["", "   "],
    [`${"x".repeat(200)} and more`, "x".repeat(200)],
  ] as const;
  for (const [one, other] of pairs) t.ok(isSameText(one, other), JSON.stringify([one, other]));
  t.notOk(isSameText("A boat", "A boat at dusk"), "a beginning is not the whole");
  t.notOk(isSameText("x".repeat(199), `${"x".repeat(199)}y`));
});

t.test("a text is itself, and another one is not", async (t) => {
  const text = fc.string({ unit: "grapheme", maxLength: 300 });
  fc.assert(fc.property(text, (one) => isSameText(one, one) && isSameText(` ${one}\r\n`, one)));
  fc.assert(fc.property(text, (one) => !isSameText(`a${one.slice(0, 50)}`, `b${one}`)));
  t.pass();
});

t.test("a post may be a little older than its send by the platform's clock, and some minutes younger", async (t) => {
  const sentAt = new Date("2026-12-02T12:00:00Z");
  const { since, until } = publishWindow(new Date("2026-12-02T13:00:00Z"), sentAt);
  t.same([since, until], [new Date("2026-12-02T11:58:00Z"), new Date("2026-12-02T12:15:00Z")]);
  const earlier = publishWindow(new Date("2026-12-02T11:00:00Z"), sentAt);
  t.same(earlier.since, new Date("2026-12-02T10:58:00Z"));
});
