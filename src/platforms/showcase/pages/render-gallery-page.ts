import { entryTitle, excerpt, renderText } from "./caption.ts";
import { renderDocument } from "./document.ts";
import { type Html, html } from "./html.ts";
import type { ShowcaseEntry, ShowcaseGallery } from "./model.ts";
import { altText, displayName, picture, provenanceLabel } from "./picture.ts";
import { publishedTime } from "./published-time.ts";
import { ratioAttributes } from "./ratio-class.ts";

/** What one page of a gallery shows. */
export interface GalleryPage {
  readonly gallery: ShowcaseGallery;
  /** Newest first, already cut to one page. */
  readonly entries: readonly ShowcaseEntry[];
  /** The page with the entries before these; `null` on the last page. */
  readonly nextPageUrl: string | null;
  /** This page's own address, unless it is the first page (`gallery.url`). */
  readonly pageUrl?: string;
  readonly feedUrl: string;
  /** The folder that serves the stylesheet. */
  readonly assetsUrl: string;
}

/** On a wide screen about three pictures make the first row. */
const picturesAtOnce = 3;

/** The page of a gallery, as a whole HTML document. */
export function renderGalleryPage(page: GalleryPage): string {
  const { gallery, entries, nextPageUrl, feedUrl, assetsUrl } = page;
  const name = displayName(gallery);
  const pageUrl = page.pageUrl ?? gallery.url;
  const isFirstPage = pageUrl === gallery.url;
  const cover = entries[0];
  return renderDocument({
    title: isFirstPage ? `${name} (@${gallery.handle})` : `Earlier pictures by ${name} (@${gallery.handle})`,
    canonicalUrl: pageUrl,
    assetsUrl,
    feed: { url: feedUrl, title: `Pictures by ${name}` },
    olderUrl: nextPageUrl,
    preview: {
      type: "profile",
      title: name,
      description: excerpt(gallery.bio ?? "", 200) || `Pictures by ${name}.`,
      images: cover ? [{ image: cover.images[0], alt: altText(gallery, cover, 0) }] : [],
      properties: { "profile:username": gallery.handle },
    },
    body: html`<header class="masthead">
<p class="handle"><bdi>@${gallery.handle}</bdi></p>
<h1 dir="auto">${name}</h1>
${gallery.bio !== null && html`<div class="bio">${renderText(gallery.bio)}</div>`}
</header>
<main>
${entries.length === 0 ? emptyWall(isFirstPage, feedUrl) : wall(gallery, entries)}
</main>
${pageLinks(gallery, isFirstPage, nextPageUrl)}`,
  });
}

function wall(gallery: ShowcaseGallery, entries: readonly ShowcaseEntry[]): Html {
  return html`<ul class="wall" role="list">
${entries.map((entry, index) => work(gallery, entry, index))}</ul>`;
}

function work(gallery: ShowcaseGallery, entry: ShowcaseEntry, index: number): Html {
  const [cover] = entry.images;
  const made = provenanceLabel(entry.provenance);
  const count = entry.images.length;
  return html`<li ${ratioAttributes(cover, count > 1 ? "work set" : "work")}>
<article>
${picture({ image: cover, alt: altText(gallery, entry, 0), sizes: wallSizes(cover), priority: priorityAt(index) })}
<div class="label">
<h2 dir="auto" lang=""><a href="${entry.url}">${entryTitle(entry)}</a></h2>
<p class="facts">${publishedTime(entry.publishedAt)}${count > 1 && html`<span>${count} pictures</span>`}${made !== null && html`<span class="made">${made}</span>`}</p>
</div>
</article>
</li>
`;
}

function priorityAt(index: number): "first" | "visible" | "later" {
  if (index === 0) return "first";
  return index < picturesAtOnce ? "visible" : "later";
}

/** A phone shows one picture per row; elsewhere a row is 19 rem high and its pictures grow by a quarter on average to fill it. */
function wallSizes({ width, height }: { readonly width: number; readonly height: number }): string {
  return `(max-width: 40rem) calc(100vw - 2.5rem), ${Math.round((width / height) * 380)}px`;
}

function emptyWall(isFirstPage: boolean, feedUrl: string): Html {
  if (!isFirstPage)
    return html`<div class="empty"><p>You have seen everything that hangs here. Thank you for looking.</p></div>`;
  return html`<div class="empty">
<p>The walls are still bare, and the first picture is on its way.</p>
<p class="hint">Come back soon, or <a href="${feedUrl}">follow the feed</a> and let it come to you.</p>
</div>`;
}

function pageLinks(gallery: ShowcaseGallery, isFirstPage: boolean, nextPageUrl: string | null): Html | null {
  if (isFirstPage && nextPageUrl === null) return null;
  return html`<nav class="paths" aria-label="Pages">
${!isFirstPage && html`<a class="newer" href="${gallery.url}">Newest pictures</a>`}
${nextPageUrl !== null && html`<a class="older" href="${nextPageUrl}" rel="next">Earlier pictures</a>`}
</nav>`;
}
