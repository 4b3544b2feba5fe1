import t from "tap";
import { renderFeed } from "../../../../src/platforms/showcase/pages/render-feed.ts";
import { assertWellFormedXml, contentsOf, readPage, unescape } from "./read-markup.ts";
import { addresses, aGallery, anEntry, anImage, hostileTexts } from "./sample-gallery.ts";

const { feedUrl } = addresses;
const older = anEntry({ url: "https://a.example/1", publishedAt: new Date("2026-05-01T00:00:00Z") });
const newer = anEntry({ url: "https://a.example/2", publishedAt: new Date("2026-05-02T00:00:00Z") });

t.test("the check of well-formedness can fail", (t) => {
  const declaration = '<?xml version="1.0" encoding="utf-8"?>\n';
  t.doesNotThrow(() => assertWellFormedXml(`${declaration}<a/>`));
  for (const broken of ["<a>", "<a>&</a>", "<a>&nbsp;</a>", "<a>]]></a>", "<a>\u0001</a>", "<a b=1/>", "<x:a/>"]) {
    t.throws(() => assertWellFormedXml(declaration + broken), broken);
  }
  t.end();
});

t.test("the newest entry comes first and dates the feed", (t) => {
  const feed = renderFeed({ gallery: aGallery(), entries: [older, newer], feedUrl });
  assertWellFormedXml(feed);
  t.same(contentsOf(feed, "id"), [
    "https://atelier.example/showcase/mira",
    "https://a.example/2",
    "https://a.example/1",
  ]);
  t.same(contentsOf(feed, "updated"), [
    "2026-05-02T00:00:00.000Z",
    "2026-05-02T00:00:00.000Z",
    "2026-05-01T00:00:00.000Z",
  ]);
  t.same(contentsOf(feed, "published"), ["2026-05-02T00:00:00.000Z", "2026-05-01T00:00:00.000Z"]);
  t.end();
});

t.test("what Atom demands of a feed is there", (t) => {
  const feed = renderFeed({ gallery: aGallery(), entries: [newer], feedUrl });
  t.match(feed, '<feed xmlns="http://www.w3.org/2005/Atom"');
  t.match(feed, `<link rel="self" type="application/atom+xml" href="${feedUrl}"/>`);
  t.match(feed, '<link rel="alternate" type="text/html" href="https://atelier.example/showcase/mira"/>');
  t.match(feed, '<link rel="alternate" type="text/html" href="https://a.example/2"/>');
  t.match(feed, "<author><name>Mira Vale</name><uri>https://atelier.example/showcase/mira</uri></author>");
  t.match(feed, "<subtitle>Invented landscapes.</subtitle>");
  t.same(contentsOf(feed, "title"), ["Mira Vale", "The long hill"]);
  t.match(feed, 'term="algorithmicMedia" label="Drawn by a program"/>');
  t.end();
});

t.test("an entry carries its pictures and its caption", (t) => {
  const images = [anImage(), anImage({ url: "https://a.example/media/raw", alt: "" })] as const;
  const feed = renderFeed({ gallery: aGallery(), entries: [anEntry({ caption: "Dusk\nat sea <3", images })], feedUrl });
  assertWellFormedXml(feed);
  t.match(feed, '<link rel="enclosure" type="image/png" href="https://atelier.example/media/hill.png"/>');
  t.match(feed, '<link rel="enclosure" href="https://a.example/media/raw"/>', "no extension, no claim");
  const [content = ""] = contentsOf(feed, "content");
  const page = unescape(content);
  const pictures = readPage(page).filter((tag) => tag.name === "img");
  t.match(pictures, [
    { attributes: { alt: "A hill under a pale sun", width: "1024", height: "683" } },
    { attributes: { alt: "Dusk at sea &lt;3 (picture 2 of 2)" } },
  ]);
  t.match(page, "Dusk<br>\nat sea &lt;3</p>");
  t.match(page, "Drawn by a program");
  t.end();
});

t.test("no text breaks the feed or its content", (t) => {
  for (const text of hostileTexts) {
    const gallery = aGallery({ handle: text, name: text, bio: text });
    const feed = renderFeed({
      gallery,
      entries: [anEntry({ caption: text, images: [anImage({ alt: text })] })],
      feedUrl,
    });
    assertWellFormedXml(feed);
    t.equal(feed.match(/<entry/g)?.length, 1, JSON.stringify(text));
    const tags = readPage(unescape(contentsOf(feed, "content")[0] ?? ""));
    t.same(
      tags.filter((tag) => !/^(p|a|img|br|small)$/.test(tag.name)),
      [],
    );
  }
  t.end();
});

t.test("an empty feed is a feed", (t) => {
  const feed = renderFeed({ gallery: aGallery({ name: " ", bio: null }), entries: [], feedUrl });
  assertWellFormedXml(feed);
  t.same(contentsOf(feed, "updated"), ["1970-01-01T00:00:00.000Z"]);
  t.same(contentsOf(feed, "title"), ["@mira"], "a title and an author cannot be blank");
  t.notMatch(feed, "subtitle");
  t.end();
});
