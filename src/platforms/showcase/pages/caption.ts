import { type Html, html, type Interpolation } from "./html.ts";
import type { ShowcaseEntry } from "./model.ts";

/** A caption as a wall label reads it. */
export interface Caption {
  /** The first line, when it is short enough to be a heading and holds no link. */
  readonly title: string | null;
  /** What follows the title; everything when there is none. */
  readonly body: string;
}

const longestTitle = 90;
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Splits a caption into its heading and the rest. No word is lost or shown twice. */
export function splitCaption(caption: string): Caption {
  const text = normaliseLines(caption).trim();
  const [firstLine = "", ...rest] = text.split("\n");
  const title = firstLine.trim();
  if (title === "" || title !== excerpt(title, longestTitle) || /https?:\/\//i.test(title)) {
    return { title: null, body: text };
  }
  return { title, body: rest.join("\n").trim() };
}

/** What to call an entry where there is room for one line: its first line, cut if need be, or "Untitled". */
export function entryTitle(entry: ShowcaseEntry): string {
  return excerpt(normaliseLines(entry.caption).trim().split("\n")[0] ?? "", longestTitle) || "Untitled";
}

/** The text on one line, in at most `limit` visible characters, cut between words where possible and then ended with "…". */
export function excerpt(text: string, limit: number): string {
  const line = text
    .replace(/\p{Cc}+/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
  // A visible character may be many code units (a family emoji has 11), so the scan stops at the limit, not at the text's end.
  const starts: number[] = [];
  for (const { index } of graphemes.segment(line)) {
    starts.push(index);
    if (starts.length > limit) break;
  }
  if (starts.length <= limit) return line;
  const cut = line.slice(0, starts[limit - 1]);
  const lastSpace = cut.lastIndexOf(" ");
  return `${(lastSpace > cut.length / 2 ? cut.slice(0, lastSpace) : cut).trimEnd()}…`;
}

/**
 * Free text as paragraphs: a blank line starts a paragraph, a single line break stays one, http and https addresses become
 * links. Each paragraph finds its own writing direction.
 */
export function renderText(text: string): Html[] {
  return normaliseLines(text)
    .split(/\n[^\S\n]*(?:\n[^\S\n]*)+/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== "")
    .map((paragraph) => html`<p dir="auto">${paragraph.split("\n").map(renderLine)}</p>\n`);
}

function renderLine(line: string, index: number): Html {
  return html`${index > 0 && html`<br>\n`}${linkAddresses(line)}`;
}

/** Direction overrides are left out of an address: they would show another one than the link leads to. */
const address = /(?<![\p{L}\p{N}])https?:\/\/[^\s<>"'`\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]+/giu;

function linkAddresses(line: string): Interpolation[] {
  const parts: Interpolation[] = [];
  let done = 0;
  for (const match of line.matchAll(address)) {
    const shown = withoutTrailingPunctuation(match[0]);
    if (!isPlainAddress(shown)) continue;
    parts.push(line.slice(done, match.index), html`<a href="${shown}" rel="nofollow noopener ugc">${shown}</a>`);
    done = match.index + shown.length;
  }
  return [...parts, line.slice(done)];
}

/** "See https://a.example/b." ends before the full stop; a bracket belongs to the address only if it was opened in it. */
function withoutTrailingPunctuation(found: string): string {
  let end = found.length;
  for (; end > 0; end -= 1) {
    const last = found.charAt(end - 1);
    const closesNothing = last === ")" && !found.slice(0, end - 1).includes("(");
    if (!closesNothing && !/[.,;:!?…*_\]}»”’。、]/u.test(last)) break;
  }
  return found.slice(0, end);
}

/** `https://bank.example@evil.example` leads to evil.example, so an address with a user in it stays text. */
function isPlainAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && url.username === "" && url.password === "";
}

function normaliseLines(text: string): string {
  return text.replace(/\r\n?|[\u0085\u2028\u2029]/g, "\n");
}
