import type { ShowcaseEntry, ShowcaseGallery, ShowcaseImage } from "../../../../src/platforms/showcase/pages/model.ts";

const origin = "https://atelier.example";

/** Addresses that every page needs. */
export const addresses = {
  feedUrl: `${origin}/showcase/mira/feed.atom`,
  assetsUrl: `${origin}/showcase/assets`,
} as const;

export function aGallery(changes: Partial<ShowcaseGallery> = {}): ShowcaseGallery {
  return { handle: "mira", name: "Mira Vale", bio: "Invented landscapes.", url: `${origin}/showcase/mira`, ...changes };
}

export function anImage(changes: Partial<ShowcaseImage> = {}): ShowcaseImage {
  return {
    url: `${origin}/media/hill.png`,
    previewUrl: `${origin}/media/hill-1024.webp`,
    thumbUrl: `${origin}/media/hill-256.webp`,
    width: 1536,
    height: 1024,
    alt: "A hill under a pale sun",
    dominantColour: "#7a9a62",
    ...changes,
  };
}

export function anEntry(changes: Partial<ShowcaseEntry> = {}): ShowcaseEntry {
  return {
    id: "0197a1f0-0000-7000-8000-000000000001",
    caption: "The long hill",
    publishedAt: new Date("2026-05-04T08:30:00.000Z"),
    url: `${origin}/showcase/mira/0197a1f0`,
    provenance: "algorithmicMedia",
    images: [anImage()],
    ...changes,
  };
}

/** Texts that try to leave the place they are put in, or to make the page unreadable. */
export const hostileTexts = [
  `"><script>alert(1)</script>`,
  `' onmouseover='alert(1)`,
  "</title></head></body></html><h1>mine</h1>",
  "]]></content></entry><entry>",
  "<!-- <![CDATA[ <?php ?> --> &amp; &#60;b&#62; &nbsp; &",
  "\u0000\u0001\u0008\u000B\u000C\u001B[31m\u007F\u0085\u009F\uFFFE\uFFFF\u{1FFFF}",
  "a lone \uD83D surrogate and \uDE00 another",
  "👩‍👩‍👧‍👦 🏳️‍🌈 ★",
  "مرحبا \u202E gnp.exe \u202C שלום",
  'https://evil.example/"onclick=alert(1)//<b> javascript:alert(1) data:text/html,<script>',
  "${7*7} {{7*7}} \\u003cscript\\u003e `backtick`",
] as const;
