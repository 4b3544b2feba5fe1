/**
 * What is clickable in a post. Bluesky finds nothing by itself: each link, mention and tag is a facet that names its place in
 * UTF-8 bytes, `byteEnd` exclusive (lexicon app.bsky.richtext.facet).
 */
import { countGraphemes } from "../graphemes.ts";
import { linksInText } from "../links-in-text.ts";

/** Something that may become a facet, with its place in UTF-16 units. */
type Span = { readonly start: number; readonly end: number } & (
  | { readonly kind: "link"; readonly uri: string }
  | { readonly kind: "mention"; readonly handle: string }
  | { readonly kind: "tag"; readonly tag: string }
);

/** A facet as the record holds it. */
export interface Facet {
  readonly index: { readonly byteStart: number; readonly byteEnd: number };
  readonly features: readonly Readonly<Record<string, string>>[];
}

const maxTag = { graphemes: 64, bytes: 640 };
const handlePattern = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

/** The handles that a text mentions, in lower case, each once. */
export function mentionedHandles(text: string): string[] {
  return [...new Set(spansOf(text).flatMap((span) => (span.kind === "mention" ? [span.handle] : [])))];
}

/** The facets of a text, in order. A mention whose account is not known stays plain text. */
export function facetsOf(text: string, didOf: (handle: string) => string | null): Facet[] {
  return spansOf(text).flatMap((span) => {
    const feature = featureOf(span, didOf);
    if (feature === null) return [];
    const byteStart = Buffer.byteLength(text.slice(0, span.start));
    const byteEnd = byteStart + Buffer.byteLength(text.slice(span.start, span.end));
    return [{ index: { byteStart, byteEnd }, features: [feature] }];
  });
}

function featureOf(span: Span, didOf: (handle: string) => string | null): Readonly<Record<string, string>> | null {
  switch (span.kind) {
    case "link":
      return { $type: "app.bsky.richtext.facet#link", uri: span.uri };
    case "tag":
      return { $type: "app.bsky.richtext.facet#tag", tag: span.tag };
    case "mention": {
      const did = didOf(span.handle);
      return did === null ? null : { $type: "app.bsky.richtext.facet#mention", did };
    }
  }
}

/** Where spans overlap the first kind wins: `https://example.org/#tag` is one link. */
function spansOf(text: string): Span[] {
  const links = linksInText(text).map(({ start, end, href }): Span => ({ kind: "link", start, end, uri: href }));
  const taken: Span[] = [];
  for (const span of [...mentionSpans(text), ...links, ...tagSpans(text)]) {
    if (taken.every(({ start, end }) => span.end <= start || span.start >= end)) taken.push(span);
  }
  return taken.toSorted((a, b) => a.start - b.start);
}

function mentionSpans(text: string): Span[] {
  return [...text.matchAll(/(?<=^|[\s(])@([a-z0-9.-]+)/gi)].flatMap(({ index, 1: written = "" }): Span[] => {
    const name = written.replace(/[.-]+$/, "");
    const end = index + 1 + name.length;
    return handlePattern.test(name) ? [{ kind: "mention", start: index, end, handle: name.toLowerCase() }] : [];
  });
}

function tagSpans(text: string): Span[] {
  return [...text.matchAll(/(?<=^|\s)[#＃]([^\s\p{C}#＃]+)/gu)].flatMap(({ index, 1: written = "" }): Span[] => {
    const tag = written.replace(/\p{P}+$/u, "");
    // A number alone is a number ("#1"), and an emoji's keycap is no tag.
    const isTag = tag !== "" && !/^[\d\uFE0F\u20E3]+$/.test(tag) && /^[^\uFE0F]/.test(tag);
    const fits = countGraphemes(tag) <= maxTag.graphemes && Buffer.byteLength(tag) <= maxTag.bytes;
    return isTag && fits ? [{ kind: "tag", start: index, end: index + 1 + tag.length, tag }] : [];
  });
}
