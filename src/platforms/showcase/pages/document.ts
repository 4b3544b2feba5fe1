import { type Html, html } from "./html.ts";
import type { ShowcaseImage } from "./model.ts";
import { mediaTypeOf } from "./picture.ts";
import { stylesheetName } from "./stylesheet.ts";

/** The name under which shared links announce where they lead. */
export const siteName = "Atelier Showcase";

/** What link previews tell about a page (ogp.me). */
export interface LinkPreview {
  readonly type: "profile" | "article";
  readonly title: string;
  readonly description: string;
  readonly images: readonly { readonly image: ShowcaseImage; readonly alt: string }[];
  /** Properties of the type, such as `article:published_time`. */
  readonly properties: Readonly<Record<string, string>>;
}

/** The parts of a page around its content. */
export interface DocumentOptions {
  readonly title: string;
  /** The page's own address; `null` for a page that is not to be found again, which also keeps it out of search engines. */
  readonly canonicalUrl: string | null;
  readonly assetsUrl: string;
  readonly feed: { readonly url: string; readonly title: string } | null;
  readonly preview: LinkPreview | null;
  readonly newerUrl?: string | null;
  readonly olderUrl?: string | null;
  readonly body: Html;
}

/** A whole HTML document. It holds no script and no inline style, so that the strictest content security policy fits it. */
export function renderDocument(options: DocumentOptions): string {
  const { title, canonicalUrl, assetsUrl, feed, preview, newerUrl, olderUrl, body } = options;
  return String(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" content="#f7f5f0" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="#131211" media="(prefers-color-scheme: dark)">
<meta name="referrer" content="strict-origin-when-cross-origin">
<link rel="stylesheet" href="${assetsUrl.replace(/\/+$/, "")}/${stylesheetName}">
${canonicalUrl === null ? html`<meta name="robots" content="noindex">` : html`<link rel="canonical" href="${canonicalUrl}">`}
${feed && html`<link rel="alternate" type="application/atom+xml" title="${feed.title}" href="${feed.url}">\n`}${newerUrl && html`<link rel="prev" href="${newerUrl}">\n`}${olderUrl && html`<link rel="next" href="${olderUrl}">\n`}${preview && renderPreview(preview, canonicalUrl)}</head>
<body>
${body}
<footer class="colophon">
<p>${feed && html`<a href="${feed.url}">Follow by feed</a>`}<span>${siteName}</span></p>
</footer>
</body>
</html>
`);
}

function renderPreview(preview: LinkPreview, url: string | null): Html {
  const images = preview.images.flatMap(({ image, alt }) => [
    property("og:image", image.url),
    property("og:image:type", mediaTypeOf(image.url)),
    property("og:image:width", String(image.width)),
    property("og:image:height", String(image.height)),
    property("og:image:alt", alt),
  ]);
  return html`<meta name="description" content="${preview.description}">
${property("og:type", preview.type)}${property("og:site_name", siteName)}${property("og:title", preview.title)}${property("og:description", preview.description)}${property("og:url", url)}${Object.entries(preview.properties).map(([name, value]) => property(name, value))}${images}<meta name="twitter:card" content="${images.length > 0 ? "summary_large_image" : "summary"}">
`;
}

function property(name: string, content: string | null): Html | null {
  return content === null ? null : html`<meta property="${name}" content="${content}">\n`;
}
