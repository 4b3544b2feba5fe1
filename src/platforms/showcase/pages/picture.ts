import { excerpt } from "./caption.ts";
import { type Html, html } from "./html.ts";
import {
  previewLongestSide,
  type ShowcaseEntry,
  type ShowcaseGallery,
  type ShowcaseImage,
  type ShowcaseProvenance,
  thumbLongestSide,
} from "./model.ts";

const longestAlt = 140;

/** How a picture is to be loaded and how wide it will stand. */
export interface PictureOptions {
  readonly image: ShowcaseImage;
  readonly alt: string;
  /** An HTML `sizes` value. */
  readonly sizes: string;
  /** `first`: the one the visitor waits for; `visible`: likely on the first screen; `later`: loaded on the way to it. */
  readonly priority: "first" | "visible" | "later";
  /** Microdata property of the image element, if it stands in an item. */
  readonly itemprop?: string;
}

/** An image over a plane of its dominant colour. The plane is SVG because a style attribute would be refused by the policy. */
export function picture({ image, alt, sizes, priority, itemprop }: PictureOptions): Html {
  const loading = {
    first: html`fetchpriority="high"`,
    visible: html`decoding="async"`,
    later: html`loading="lazy" decoding="async"`,
  }[priority];
  return html`<span class="frame"><svg class="tone" viewBox="0 0 ${image.width} ${image.height}" aria-hidden="true"><rect width="100%" height="100%" fill="${image.dominantColour}"/></svg><img src="${image.previewUrl}" srcset="${sourceSet(image)}" sizes="${sizes}" width="${image.width}" height="${image.height}" alt="${alt}" ${loading}${itemprop !== undefined && html` itemprop="${itemprop}"`}></span>`;
}

/** What a screen reader says: the given text, else the caption's beginning, else whose picture it is. Never empty. */
export function altText(gallery: ShowcaseGallery, entry: ShowcaseEntry, index: number): string {
  const given = entry.images[index]?.alt.trim() ?? "";
  if (given !== "") return given;
  const described = excerpt(entry.caption, longestAlt) || `Untitled picture by ${displayName(gallery)}`;
  return entry.images.length === 1 ? described : `${described} (picture ${index + 1} of ${entry.images.length})`;
}

/** The gallery's name, or its handle if the name is blank. */
export function displayName(gallery: ShowcaseGallery): string {
  return excerpt(gallery.name, 120) || `@${gallery.handle}`;
}

/** Size in pixels of the copy of a picture that fits into a square, never enlarged. */
export function fittedSize(image: ShowcaseImage, longestSide: number): { width: number; height: number } {
  const scale = Math.min(1, longestSide / Math.max(image.width, image.height));
  return { width: Math.max(1, Math.round(image.width * scale)), height: Math.max(1, Math.round(image.height * scale)) };
}

/** How the picture was made, in words for a visitor; `null` when that is not known. */
export function provenanceLabel(provenance: ShowcaseProvenance | null): string | null {
  if (provenance === null) return null;
  return { algorithmicMedia: "Drawn by a program", trainedAlgorithmicMedia: "Made with AI" }[provenance];
}

/**
 * The media type that the address' file extension promises; `null` when there is none or it is not a picture's.
 * Open Graph and Atom both leave the type optional.
 */
export function mediaTypeOf(url: string): string | null {
  const extension = /\.([a-z0-9]+)$/i.exec(URL.parse(url)?.pathname ?? "")?.[1]?.toLowerCase() ?? "";
  return mediaTypes.get(extension) ?? null;
}

const mediaTypes: ReadonlyMap<string, string> = new Map([
  ["avif", "image/avif"],
  ["gif", "image/gif"],
  ["jpeg", "image/jpeg"],
  ["jpg", "image/jpeg"],
  ["png", "image/png"],
  ["webp", "image/webp"],
]);

/** Copies of equal width would be ambiguous: the smaller file wins. */
function sourceSet(image: ShowcaseImage): string {
  const byWidth = new Map<number, string>([
    [image.width, image.url],
    [fittedSize(image, previewLongestSide).width, image.previewUrl],
    [fittedSize(image, thumbLongestSide).width, image.thumbUrl],
  ]);
  return [...byWidth]
    .toSorted(([a], [b]) => a - b)
    .map(([width, url]) => `${sourceSetUrl(url)} ${width}w`)
    .join(", ");
}

/** In a `srcset` a comma at either end of an address, or a space anywhere in it, would end it. */
function sourceSetUrl(url: string): string {
  return url.replace(/[\s,]/g, encodeURIComponent);
}
