import t from "tap";
import type { ShowcaseEntry } from "../../../../src/platforms/showcase/pages/model.ts";
import { renderEntryPage } from "../../../../src/platforms/showcase/pages/render-entry-page.ts";
import { renderGalleryPage } from "../../../../src/platforms/showcase/pages/render-gallery-page.ts";
import { renderNotFoundPage } from "../../../../src/platforms/showcase/pages/render-not-found-page.ts";
import { readPage, type Tag, unescape } from "./read-markup.ts";
import { addresses, aGallery, anEntry, anImage, hostileTexts } from "./sample-gallery.ts";

const galleryPage = (changes: Partial<Parameters<typeof renderGalleryPage>[0]> = {}): string =>
  renderGalleryPage({ gallery: aGallery(), entries: [anEntry()], nextPageUrl: null, ...addresses, ...changes });
const entryPage = (changes: Partial<Parameters<typeof renderEntryPage>[0]> = {}): string =>
  renderEntryPage({ gallery: aGallery(), entry: anEntry(), olderUrl: null, newerUrl: null, ...addresses, ...changes });

const several = anEntry({ images: [anImage(), anImage({ alt: "" }), anImage({ width: 900, height: 1600 })] });
const everyPage: Readonly<Record<string, string>> = {
  "a gallery": galleryPage({ entries: [anEntry(), several, anEntry({ caption: "", provenance: null })] }),
  "an empty gallery": galleryPage({ entries: [], gallery: aGallery({ bio: null }) }),
  "an entry": entryPage(),
  "an entry with several pictures": entryPage({
    entry: several,
    olderUrl: "https://a.example/o",
    newerUrl: "https://a.example/n",
  }),
  "an entry whose caption has no title": entryPage({ entry: anEntry({ caption: "https://a.example/long-read" }) }),
  "an entry without a caption": entryPage({ entry: anEntry({ caption: "" }) }),
  "a missing entry": renderNotFoundPage({ gallery: aGallery(), ...addresses }),
  "a missing gallery": renderNotFoundPage({ gallery: null, ...addresses }),
};

const named = (tags: readonly Tag[], name: string): Tag[] => tags.filter((tag) => tag.name === name);
const links = (page: string, rel: string): string[] =>
  readPage(page)
    .filter((tag) => (tag.name === "link" || tag.name === "a") && tag.attributes.rel === rel)
    .map((tag) => unescape(tag.attributes.href ?? ""));
const metas = (page: string, property: string): string[] =>
  named(readPage(page), "meta")
    .filter((tag) => tag.attributes.property === property || tag.attributes.name === property)
    .map((tag) => unescape(tag.attributes.content ?? ""));

for (const [what, page] of Object.entries(everyPage)) {
  t.test(`${what}: a well-formed page that the strict content security policy lets through`, (t) => {
    const tags = readPage(page);
    t.ok(page.startsWith('<!doctype html>\n<html lang="en">'));
    for (const element of ["html", "head", "title", "body", "main", "h1"])
      t.equal(named(tags, element).length, 1, element);
    const forbidden = tags.filter((tag) => /^(script|style|iframe|object|embed|base|form|template)$/.test(tag.name));
    t.same(forbidden, []);
    const active = tags
      .flatMap((tag) => Object.keys(tag.attributes))
      .filter((name) => name === "style" || name.startsWith("on"));
    t.same(active, []);
    t.same(links(page, "stylesheet"), [`${addresses.assetsUrl}/showcase.css`]);
    t.end();
  });

  t.test(`${what}: every picture is described, has its size and lies on its colour`, (t) => {
    const tags = readPage(page);
    for (const { attributes } of named(tags, "img")) {
      t.not(attributes.alt?.trim() ?? "", "");
      t.match(attributes, { width: /^\d+$/, height: /^\d+$/, srcset: / \d+w$/, sizes: /./ });
    }
    t.equal(named(tags, "rect").length, named(tags, "img").length);
    t.end();
  });
}

t.test("no text breaks out of its place, whatever it holds", (t) => {
  const shape = (page: string): string[] =>
    readPage(page)
      .filter(({ name }) => !/^(p|br|a|h1)$/.test(name))
      .map((tag) => `${tag.name} ${Object.keys(tag.attributes)}`);
  const withText = (text: string) => {
    const gallery = aGallery({ handle: text, name: text, bio: text });
    const images: ShowcaseEntry["images"] = [anImage({ alt: text, dominantColour: text }), anImage({ alt: text })];
    const entry = anEntry({ caption: `${text}\n${text}`, images });
    return [
      galleryPage({ gallery, entries: [entry] }),
      entryPage({ gallery, entry }),
      renderNotFoundPage({ gallery, ...addresses }),
    ];
  };
  const harmless = withText("harmless").map(shape);
  for (const text of hostileTexts) {
    const pages = withText(text);
    t.same(pages.map(shape), harmless, JSON.stringify(text));
    const hrefs = pages.flatMap((page) => readPage(page)).flatMap(({ attributes }) => attributes.href ?? []);
    t.same(
      hrefs.filter((href) => !/^https?:/i.test(href)),
      [],
    );
    t.notMatch(pages.join(""), /(?![\t\n\r])[\p{Cc}\p{Cs}]/u);
  }
  t.end();
});

t.test("an entry's link preview is complete and every address in it absolute", (t) => {
  const page = entryPage({ entry: anEntry({ caption: "Dusk\n\nOver the bay & beyond.", images: several.images }) });
  const expected = {
    "og:type": ["article"],
    "og:site_name": ["Atelier Showcase"],
    "og:title": ["Dusk"],
    "og:description": ["Dusk Over the bay & beyond."],
    "og:url": ["https://atelier.example/showcase/mira/0197a1f0"],
    "og:image": Array<string>(3).fill("https://atelier.example/media/hill.png"),
    "og:image:type": Array<string>(3).fill("image/png"),
    "og:image:width": ["1536", "1536", "900"],
    "og:image:height": ["1024", "1024", "1600"],
    "og:image:alt": [
      "A hill under a pale sun",
      "Dusk Over the bay & beyond. (picture 2 of 3)",
      "A hill under a pale sun",
    ],
    "article:published_time": ["2026-05-04T08:30:00.000Z"],
    "article:author": ["https://atelier.example/showcase/mira"],
    "twitter:card": ["summary_large_image"],
  };
  for (const [property, values] of Object.entries(expected)) t.same(metas(page, property), values, property);
  t.same(links(page, "canonical"), ["https://atelier.example/showcase/mira/0197a1f0"]);
  t.same(links(page, "alternate"), [addresses.feedUrl]);
  t.end();
});

t.test("an entry without a caption still says whose it is", (t) => {
  const page = entryPage({ entry: anEntry({ caption: "" }) });
  t.same(metas(page, "og:title"), ["Untitled, by Mira Vale"]);
  t.same(metas(page, "og:description"), ["Published by Mira Vale on 4 May 2026."]);
  t.end();
});

t.test("a gallery's link preview shows its newest picture", (t) => {
  t.same(metas(galleryPage(), "og:type"), ["profile"]);
  t.same(metas(galleryPage(), "og:url"), ["https://atelier.example/showcase/mira"]);
  t.same(metas(galleryPage(), "og:image"), ["https://atelier.example/media/hill.png"]);
  t.same(metas(galleryPage({ entries: [] }), "twitter:card"), ["summary"], "no picture, no large card");
  t.same(links(galleryPage(), "alternate"), [addresses.feedUrl]);
  t.end();
});

t.test("pages of a gallery lead on and back", (t) => {
  const nextPageUrl = "https://atelier.example/showcase/mira?before=a&b";
  const first = galleryPage({ nextPageUrl });
  t.same(links(first, "next"), [nextPageUrl, nextPageUrl], "in the head and in the page");
  t.same(links(galleryPage(), "next"), []);
  t.notMatch(galleryPage(), "<nav");
  const second = galleryPage({ pageUrl: nextPageUrl });
  t.same(links(second, "canonical"), [nextPageUrl]);
  t.match(second, '<a class="newer" href="https://atelier.example/showcase/mira">Newest pictures</a>');
  t.end();
});

t.test("an entry leads to its neighbours and to its gallery", (t) => {
  const page = entryPage({ olderUrl: "https://a.example/older", newerUrl: "https://a.example/newer" });
  t.same(links(page, "next"), ["https://a.example/older", "https://a.example/older"], "in the head and in the page");
  t.same(links(page, "prev"), ["https://a.example/newer", "https://a.example/newer"]);
  const alone = entryPage();
  t.same([...links(alone, "next"), ...links(alone, "prev")], []);
  t.match(alone, '<a class="all" href="https://atelier.example/showcase/mira">All pictures</a>');
  t.end();
});

t.test("an entry shows each picture once and its caption word for word", (t) => {
  const page = entryPage({ entry: { ...several, caption: "Dusk\nfirst line\nsecond line https://a.example #sea" } });
  t.equal(named(readPage(page), "figure").length, 3);
  t.match(page, '<h1 dir="auto" lang="">Dusk</h1>');
  t.match(page, "first line<br>\nsecond line <a href=");
  t.match(page, "</a> #sea</p>");
  t.match(page, '<time datetime="2026-05-04T08:30:00.000Z">4 May 2026</time>');
  t.match(page, "3 pictures");
  t.end();
});

t.test("how a picture was made can be seen and read by machines", (t) => {
  const drawn = entryPage();
  t.match(drawn, '<p class="made">Drawn by a program</p>');
  t.match(drawn, '<link itemprop="digitalSourceType" href="https://schema.org/AlgorithmicMediaDigitalSource">');
  const trained = entryPage({ entry: anEntry({ provenance: "trainedAlgorithmicMedia" }) });
  t.match(trained, "Made with AI");
  t.match(trained, "https://schema.org/TrainedAlgorithmicMediaDigitalSource");
  t.match(galleryPage(), "Drawn by a program");
  const unknown = entryPage({ entry: anEntry({ provenance: null }) });
  t.notMatch(unknown, /Drawn by|Made with|digitalSourceType/);
  t.end();
});

t.test("the first pictures of a wall load at once, the others when needed", (t) => {
  const page = galleryPage({ entries: Array<ShowcaseEntry>(5).fill(anEntry()) });
  const loading = named(readPage(page), "img").map(
    ({ attributes }) => attributes.loading ?? attributes.fetchpriority ?? "now",
  );
  t.same(loading, ["high", "now", "now", "lazy", "lazy"]);
  t.end();
});

t.test("an empty gallery and a missing page speak kindly", (t) => {
  t.match(galleryPage({ entries: [] }), "the first picture is on its way");
  t.match(galleryPage({ entries: [], pageUrl: "https://a.example/2" }), "You have seen everything");
  const missing = renderNotFoundPage({ gallery: aGallery(), ...addresses });
  t.match(missing, '<meta name="robots" content="noindex">');
  t.match(missing, 'href="https://atelier.example/showcase/mira"');
  t.notMatch(missing, "canonical");
  t.end();
});
