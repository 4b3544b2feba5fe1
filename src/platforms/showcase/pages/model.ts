/**
 * What the public pages of the showcase show. Plain values: the caller reads the database, makes the small copies and
 * decides every address. All URLs are absolute.
 */

/** The person or studio whose pictures hang here. */
export interface ShowcaseGallery {
  /** Without the leading "@". */
  readonly handle: string;
  readonly name: string;
  /** Free text, may span lines and hold links. */
  readonly bio: string | null;
  /** The gallery's first page. */
  readonly url: string;
}

/** One picture of an entry. */
export interface ShowcaseImage {
  /** The picture at full size. A file extension lets the pages state its media type. */
  readonly url: string;
  /** A copy that fits into a square of `previewLongestSide` pixels, never enlarged. */
  readonly previewUrl: string;
  /** A copy that fits into a square of `thumbLongestSide` pixels, never enlarged. */
  readonly thumbUrl: string;
  /** Pixels of the picture at full size, at least 1. */
  readonly width: number;
  /** Pixels of the picture at full size, at least 1. */
  readonly height: number;
  /** What the picture shows, for people who cannot see it. Empty when nobody wrote one. */
  readonly alt: string;
  /** `#rrggbb`, shown while the picture loads and behind its transparent parts. */
  readonly dominantColour: string;
}

/** How a picture came about, in the terms of IPTC's digital source types (cv.iptc.org/newscodes/digitalsourcetype). */
export type ShowcaseProvenance = "algorithmicMedia" | "trainedAlgorithmicMedia";

/** One published post. */
export interface ShowcaseEntry {
  readonly id: string;
  /** Free text, may be empty, span lines and hold links. */
  readonly caption: string;
  readonly publishedAt: Date;
  /** The entry's own page. Never changes: feed readers know the entry by it. */
  readonly url: string;
  /** `null`: not known, so nothing is claimed. */
  readonly provenance: ShowcaseProvenance | null;
  /** 1 to 10, the first is the cover. */
  readonly images: readonly [ShowcaseImage, ...ShowcaseImage[]];
}

/** Pixels of the longer side of the copy at `thumbUrl`; the pages' `srcset` relies on it. */
export const thumbLongestSide = 256;

/** Pixels of the longer side of the copy at `previewUrl`; the pages' `srcset` relies on it. */
export const previewLongestSide = 1024;
