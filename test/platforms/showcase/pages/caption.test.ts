import t from "tap";
import { entryTitle, excerpt, renderText, splitCaption } from "../../../../src/platforms/showcase/pages/caption.ts";
import { anEntry } from "./sample-gallery.ts";

const rendered = (text: string): string => renderText(text).join("").trim();

t.test("line breaks stay, blank lines part paragraphs", (t) => {
  const expected = '<p dir="auto">one<br>\ntwo</p>\n<p dir="auto">three</p>';
  t.equal(rendered("one\ntwo\n\n\nthree\n"), expected);
  t.equal(rendered("one\r\ntwo\r\n \r\nthree"), expected, "also those of Windows");
  t.equal(rendered("one\u2028two\n\nthree"), expected, "also Unicode's own");
  t.equal(rendered(" \n "), "");
  t.end();
});

t.test("http and https addresses become links that give no credit", (t) => {
  const link = (url: string): string => `<a href="${url}" rel="nofollow noopener ugc">${url}</a>`;
  const cases = [
    ["see https://a.example/x?y=1&z=2.", `see ${link("https://a.example/x?y=1&amp;z=2")}.`],
    ["(http://a.example/b)", `(${link("http://a.example/b")})`],
    ["https://a.example/Hill_(painting)", link("https://a.example/Hill_(painting)")],
    ["HTTPS://A.example, #dawn @mira", `${link("HTTPS://A.example")}, #dawn @mira`],
    ["https://a.example https://b.example", `${link("https://a.example")} ${link("https://b.example")}`],
  ] as const;
  for (const [text, expected] of cases) t.equal(rendered(text), `<p dir="auto">${expected}</p>`);
  t.end();
});

t.test("anything else stays text", (t) => {
  for (const text of [
    "javascript:alert(1)",
    "data:text/html,x",
    "ftp://a.example",
    "xhttp://a.example",
    "https://",
    "https://...",
    "https://bank.example@evil.example/",
    "www.a.example #hashtag",
  ]) {
    t.equal(rendered(text), `<p dir="auto">${text}</p>`, text);
  }
  t.end();
});

t.test("a link ends where it could mislead or break out", (t) => {
  t.match(rendered('https://a.example/"onclick="x'), '<a href="https://a.example/" rel="nofollow noopener ugc">');
  t.match(rendered("https://a.example/\u202Egpj.exe"), '<a href="https://a.example/" rel="nofollow noopener ugc">');
  t.end();
});

t.test("a short first line is the title, and no word is lost", (t) => {
  t.same(splitCaption("  Dusk\n\nOver the bay.\n#sea "), { title: "Dusk", body: "Over the bay.\n#sea" });
  t.same(splitCaption("Dusk"), { title: "Dusk", body: "" });
  t.same(splitCaption(""), { title: null, body: "" });
  t.same(splitCaption("See https://a.example\nmore"), { title: null, body: "See https://a.example\nmore" });
  const long = "word ".repeat(40).trim();
  t.same(splitCaption(long), { title: null, body: long });
  t.end();
});

t.test("an excerpt is one line, cut between words and never inside a visible character", (t) => {
  t.equal(excerpt("one\n two\tthree", 20), "one two three");
  t.equal(excerpt("one two three", 9), "one two…");
  t.equal(excerpt("Donaudampfschiff", 6), "Donau…");
  t.equal(excerpt("👩‍👩‍👧‍👦".repeat(5), 3), `${"👩‍👩‍👧‍👦".repeat(2)}…`);
  t.equal(excerpt("five!", 5), "five!");
  t.end();
});

t.test("an entry without words is untitled", (t) => {
  t.equal(entryTitle(anEntry({ caption: " \n" })), "Untitled");
  t.equal(entryTitle(anEntry({ caption: "Dusk\nOver the bay" })), "Dusk");
  t.end();
});
