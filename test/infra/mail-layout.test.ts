import t from "tap";
import { layOutMail } from "../../src/infra/mail-layout.ts";

const content = {
  title: "Join <Studio> & co",
  paragraphs: ["Ada invites you.", `"><img src=x onerror=alert(1)>`],
  button: { label: "Join 'now'", url: "https://atelier.example.org/join?token=a&b=c" },
  footer: "You did not expect this? Then do nothing.",
};

t.test("as text it says everything", async (t) => {
  t.equal(
    layOutMail(content).text,
    [
      ...["Join <Studio> & co", "Ada invites you.", `"><img src=x onerror=alert(1)>`],
      ...["Join 'now':\nhttps://atelier.example.org/join?token=a&b=c", "--", `${content.footer}\n`],
    ].join("\n\n"),
  );
});

t.test("as HTML nobody's words are markup, and nothing is loaded from outside", async (t) => {
  const { html } = layOutMail(content);
  t.match(html, "Join &lt;Studio&gt; &amp; co");
  t.match(html, "&quot;&gt;&lt;img src=x onerror=alert(1)&gt;");
  t.match(html, 'href="https://atelier.example.org/join?token=a&amp;b=c"');
  t.match(html, "Join &#39;now&#39;");
  t.match(html, "prefers-color-scheme: dark");
  t.notMatch(html, /<(img|link|script|iframe)|url\(|@import|src="/);
  t.same(html.match(/https?:\/\/[^"<]+/g)?.length, 2, "the button's address, and once more for reading");
});

t.test("a button is not needed, and leads to a page", async (t) => {
  const { button, ...plain } = content;
  t.notMatch(layOutMail(plain).html, "<a ");
  for (const url of ["javascript:alert(1)", "data:text/html,x", "nowhere"]) {
    t.throws(() => layOutMail({ ...plain, button: { ...button, url } }), TypeError, url);
  }
});
