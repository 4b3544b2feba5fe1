import { entryTitle, excerpt, renderText } from "./caption.ts";
import { siteName } from "./document.ts";
import { type Html, html, type Xml, xml } from "./html.ts";
import { previewLongestSide, type ShowcaseEntry, type ShowcaseGallery } from "./model.ts";
import { altText, displayName, fittedSize, mediaTypeOf, provenanceLabel } from "./picture.ts";

/** What a gallery's feed tells. */
export interface Feed {
  readonly gallery: ShowcaseGallery;
  /** The latest entries, in any order. */
  readonly entries: readonly ShowcaseEntry[];
  /** The feed's own address. */
  readonly feedUrl: string;
}

/** The media type to serve the feed as. */
export const feedMediaType = "application/atom+xml; charset=utf-8";

/** The Atom feed of a gallery (RFC 4287), newest entry first. Entries and feed are known by their page's address. */
export function renderFeed({ gallery, entries, feedUrl }: Feed): string {
  const newestFirst = entries.toSorted((a, b) => b.publishedAt.getTime() - a.publishedAt.getTime());
  // Atom demands a date even of an empty feed; the epoch sorts before everything that will ever be published.
  const updated = newestFirst[0]?.publishedAt ?? new Date(0);
  return String(xml`<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
<id>${gallery.url}</id>
<title>${displayName(gallery)}</title>
${gallery.bio !== null && xml`<subtitle>${excerpt(gallery.bio, 500)}</subtitle>\n`}<updated>${updated.toISOString()}</updated>
<author><name>${displayName(gallery)}</name><uri>${gallery.url}</uri></author>
<link rel="self" type="application/atom+xml" href="${feedUrl}"/>
<link rel="alternate" type="text/html" href="${gallery.url}"/>
<generator>${siteName}</generator>
${newestFirst.map((entry) => renderEntry(gallery, entry))}</feed>
`);
}

function renderEntry(gallery: ShowcaseGallery, entry: ShowcaseEntry): Xml {
  const published = entry.publishedAt.toISOString();
  const made = provenanceLabel(entry.provenance);
  return xml`<entry xml:lang="">
<id>${entry.url}</id>
<title>${entryTitle(entry)}</title>
<published>${published}</published>
<updated>${published}</updated>
<link rel="alternate" type="text/html" href="${entry.url}"/>
${entry.images.map((image) => enclosure(image.url))}${made !== null && xml`<category scheme="http://cv.iptc.org/newscodes/digitalsourcetype/" term="${entry.provenance}" label="${made}"/>\n`}<content type="html">${content(gallery, entry)}</content>
</entry>
`;
}

/** The length stays unsaid: RFC 4287 takes it as a hint only, and the pages do not know it. */
function enclosure(url: string): Xml {
  const type = mediaTypeOf(url);
  return xml`<link rel="enclosure"${type !== null && xml` type="${type}"`} href="${url}"/>\n`;
}

function content(gallery: ShowcaseGallery, entry: ShowcaseEntry): Html {
  const made = provenanceLabel(entry.provenance);
  const pictures = entry.images.map((image, index) => {
    const { width, height } = fittedSize(image, previewLongestSide);
    return html`<p><a href="${image.url}"><img src="${image.previewUrl}" width="${width}" height="${height}" alt="${altText(gallery, entry, index)}"></a></p>\n`;
  });
  return html`${pictures}${renderText(entry.caption)}${made !== null && html`<p><small lang="en">${made}</small></p>`}`;
}
