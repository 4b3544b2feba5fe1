/** The rules of a server. A text is counted as readers see it, with two exceptions that the server's own counting makes. */
import { countGraphemes } from "../graphemes.ts";
import { linksInText } from "../links-in-text.ts";
import type { PlatformRules } from "../rules.ts";

/**
 * A mention of somebody elsewhere counts only up to the second `@`. Every part is bounded: without bounds a long word behind an `@` would
 * be tried in all ways, for minutes.
 */
const remoteMention = /(?<![\w/])(@[a-z0-9_](?:[a-z0-9_.-]{0,100}[a-z0-9_])?)@[a-z0-9.-]{0,252}[a-z0-9]/gi;

/** Counts a text: each written-out web address as `perUrl` characters, however long it is. */
export function countCharacters(text: string, perUrl: number): number {
  let counted = "";
  let from = 0;
  for (const { start, end, text: written } of linksInText(text)) {
    // An address without its scheme is text like any other.
    if (!/^https?:\/\//i.test(written)) continue;
    counted += text.slice(from, start) + "x".repeat(perUrl);
    from = end;
  }
  counted += text.slice(from);
  return countGraphemes(counted.replaceAll(remoteMention, "$1"));
}

/** The rules by what a server told of itself; the defaults of Mastodon where it told nothing. */
export function rulesBy(details: Readonly<Record<string, string>>): PlatformRules {
  const number = (name: string, otherwise: number) => Number(details[name] ?? otherwise) || otherwise;
  const perUrl = number("charactersPerUrl", 23);
  const taken = (details["mimes"] ?? "").split(" ");
  const mimes = ["image/jpeg", "image/png", "image/webp"].filter((mime) => taken.includes(mime));
  // Pictures are limited by their area; a square of it is within it, whatever the ratio within that square.
  const side = Math.floor(Math.sqrt(number("maxPixels", 33_177_600)));
  return {
    caption: {
      ...{ max: number("maxCharacters", 500), unit: "characters" },
      // What stands in the text's place counts as well, as it is written: no address in it is short.
      measure: (caption, { spoilerText } = {}) =>
        countCharacters(caption, perUrl) + (typeof spoilerText === "string" ? countGraphemes(spoilerText) : 0),
    },
    images: {
      ...{ min: 1, max: number("maxImages", 4), mimes: mimes.length > 0 ? mimes : ["image/jpeg", "image/png"] },
      ...{ maxBytes: number("maxBytes", 16_777_216), maxWidth: side, maxHeight: side, minWidth: 1 },
      ...{ ratio: null, oneRatio: false },
    },
    altText: { required: false, max: number("maxAlt", 1_500) },
  };
}
