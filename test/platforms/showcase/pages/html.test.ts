import fc from "fast-check";
import t from "tap";
import { html, xml } from "../../../../src/platforms/showcase/pages/html.ts";
import { assertWellFormedXml, readPage, unescape } from "./read-markup.ts";

t.test("text cannot become markup, in content or in a quoted attribute", (t) => {
  const text = `<b a="1" c='2'>&amp;`;
  const escaped = "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;";
  t.equal(String(html`<p title="${text}">${text}</p>`), `<p title="${escaped}">${escaped}</p>`);
  t.equal(String(xml`<p title="${text}">${text}</p>`), `<p title="${escaped}">${escaped}</p>`);
  t.end();
});

t.test("nested markup stays markup, lists are joined, nothing shows as nothing", (t) => {
  const items = ["a", "<"].map((item) => html`<li>${item}</li>`);
  t.equal(String(html`<ul>${items}${null}${undefined}${false}${0}</ul>`), "<ul><li>a</li><li>&lt;</li>0</ul>");
  t.end();
});

t.test("a look-alike of nested markup is no markup", (t) => {
  const forged = { language: "html", toString: () => "<script>" };
  t.throws(() => html`${forged as unknown as string}`);
  t.end();
});

t.test("HTML inside XML is text", (t) => {
  t.equal(
    String(xml`<content>${html`<p>${"a & b"}</p>`}</content>`),
    "<content>&lt;p&gt;a &amp;amp; b&lt;/p&gt;</content>",
  );
  t.end();
});

t.test("an unquoted attribute is refused", (t) => {
  t.throws(() => html`<p title=${"a"}></p>`, { message: /quotes around the attribute value after "<p title="/ });
  t.end();
});

t.test("characters that XML 1.0 forbids are dropped, white space and emoji stay", (t) => {
  t.equal(String(xml`${"a\u0000b\u001Fc\uFFFEd\uD800e\t\n\r🌞"}`), "abcde\t\n\r🌞");
  t.end();
});

t.test("whatever the text, the document around it keeps its shape and the text comes back", (t) => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      assertWellFormedXml(String(xml`<?xml version="1.0" encoding="utf-8"?>\n<a b="${text}">${text}</a>`));
      const [tag, ...others] = readPage(String(html`<p title="${text}">${text}</p>`));
      const printable = text.replace(/(?![\t\n\r])[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/gu, "");
      return others.length === 0 && unescape(tag?.attributes.title ?? "") === printable;
    }),
    { numRuns: 100 },
  );
  t.end();
});
