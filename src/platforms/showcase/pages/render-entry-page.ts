import { entryTitle, excerpt, renderText, splitCaption } from "./caption.ts";
import { renderDocument } from "./document.ts";
import { type Html, html } from "./html.ts";
import type { ShowcaseEntry, ShowcaseGallery, ShowcaseProvenance } from "./model.ts";
import { altText, displayName, picture, provenanceLabel } from "./picture.ts";
import { publishedDay, publishedTime } from "./published-time.ts";
import { ratioAttributes } from "./ratio-class.ts";

/** What the page of one entry shows. */
export interface EntryPage {
  readonly gallery: ShowcaseGallery;
  readonly entry: ShowcaseEntry;
  /** The entry published before this one; `null` if it is the first. */
  readonly olderUrl: string | null;
  /** The entry published after this one; `null` if it is the latest. */
  readonly newerUrl: string | null;
  readonly feedUrl: string;
  /** The folder that serves the stylesheet. */
  readonly assetsUrl: string;
}

/** The page of one published entry, as a whole HTML document. */
export function renderEntryPage({ gallery, entry, olderUrl, newerUrl, feedUrl, assetsUrl }: EntryPage): string {
  const name = displayName(gallery);
  const made = provenanceLabel(entry.provenance);
  const title = entryTitle(entry);
  const [lead, ...rest] = entry.images;
  return renderDocument({
    title: `${title} – ${name}`,
    canonicalUrl: entry.url,
    assetsUrl,
    feed: { url: feedUrl, title: `Pictures by ${name}` },
    newerUrl,
    olderUrl,
    preview: {
      type: "article",
      title: title === "Untitled" ? `Untitled, by ${name}` : title,
      description: excerpt(entry.caption, 200) || `Published by ${name} on ${publishedDay(entry.publishedAt)}.`,
      images: entry.images.map((image, index) => ({ image, alt: altText(gallery, entry, index) })),
      properties: { "article:published_time": entry.publishedAt.toISOString(), "article:author": gallery.url },
    },
    body: html`<header class="lintel">
<p><a href="${gallery.url}"><bdi>${name}</bdi></a> <bdi class="handle">@${gallery.handle}</bdi></p>
</header>
<main>
<article ${ratioAttributes(lead, "piece")}>
<div class="pictures">
${figure(gallery, entry, 0)}
${rest.length > 0 && html`<div class="wall">${rest.map((_, index) => figure(gallery, entry, index + 1))}</div>`}
</div>
<div class="plaque">
${heading(entry, name)}
<p class="facts">${publishedTime(entry.publishedAt)}${rest.length > 0 && html`<span>${entry.images.length} pictures</span>`}</p>
${made !== null && html`<p class="made">${made}</p>`}
</div>
</article>
</main>
${entryLinks(gallery, olderUrl, newerUrl)}`,
  });
}

/** The caption; where its first line cannot serve as the page's heading, one that only screen readers meet stands in. */
function heading(entry: ShowcaseEntry, name: string): Html {
  const { title, body } = splitCaption(entry.caption);
  const untitled = body === "" ? html`<h1>Untitled</h1>` : html`<h1 class="unseen">Picture by ${name}</h1>`;
  return html`${title === null ? untitled : html`<h1 dir="auto" lang="">${title}</h1>`}
${body !== "" && html`<div class="words" lang="">${renderText(body)}</div>`}`;
}

function figure(gallery: ShowcaseGallery, entry: ShowcaseEntry, index: number): Html | null {
  const image = entry.images[index];
  if (image === undefined) return null;
  const isLead = index === 0;
  return html`<figure ${isLead ? html`class="lead"` : ratioAttributes(image, "work")} itemscope itemtype="https://schema.org/ImageObject">
<a href="${image.url}" itemprop="contentUrl">${picture({
    image,
    alt: altText(gallery, entry, index),
    sizes: isLead ? leadSizes : "(max-width: 40rem) 60vw, 26rem",
    priority: isLead ? "first" : "later",
    itemprop: "thumbnailUrl",
  })}<span class="unseen"> (open at full size)</span></a>
<meta itemprop="creditText" content="${displayName(gallery)}"><meta itemprop="datePublished" content="${entry.publishedAt.toISOString()}">${entry.provenance !== null && html`<link itemprop="digitalSourceType" href="${sourceTypes[entry.provenance]}">`}
</figure>
`;
}

const leadSizes = "(max-width: 64rem) calc(100vw - 2.5rem), calc(100vw - 30rem)";

/** Members of schema.org's IPTCDigitalSourceEnumeration. */
const sourceTypes: Readonly<Record<ShowcaseProvenance, string>> = {
  algorithmicMedia: "https://schema.org/AlgorithmicMediaDigitalSource",
  trainedAlgorithmicMedia: "https://schema.org/TrainedAlgorithmicMediaDigitalSource",
};

function entryLinks(gallery: ShowcaseGallery, olderUrl: string | null, newerUrl: string | null): Html {
  return html`<nav class="paths" aria-label="Pictures">
${newerUrl !== null && html`<a class="newer" href="${newerUrl}" rel="prev">Newer</a>`}
<a class="all" href="${gallery.url}">All pictures</a>
${olderUrl !== null && html`<a class="older" href="${olderUrl}" rel="next">Older</a>`}
</nav>`;
}
