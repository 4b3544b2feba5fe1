import { Resvg } from "@resvg/resvg-js";

/** One start tag as it stands in the source, with attribute values still escaped. */
export interface Tag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const voidElements = new Set(["br", "hr", "img", "link", "meta"]);
const token = /<!doctype html>|<(\/?)([a-z][a-z0-9]*)((?: [a-zA-Z:-]+(?:="[^"<]*")?)*)(\/?)>|[^<]+/gy;

/**
 * The start tags of a page in the narrow form that the pages keep to: lower case, double quotes, every element closed, every
 * `&` a character reference. Far stricter than HTML, so whatever a text smuggles in is noticed.
 *
 * @throws Error at the first place where the source leaves that form.
 */
export function readPage(source: string): Tag[] {
  const tags: Tag[] = [];
  const open: string[] = [];
  let end = 0;
  for (const match of source.matchAll(token)) {
    end = match.index + match[0].length;
    const [text, closing, name, attributes = "", selfClosing] = match;
    if (/&(?!(?:amp|lt|gt|quot|#39);)/.test(text)) throw new Error(`A bare "&" in ${text}`);
    if (name === undefined) continue;
    if (closing === "/") {
      if (open.pop() !== name) throw new Error(`</${name}> closes nothing at ${end}`);
      continue;
    }
    tags.push({ name, attributes: readAttributes(attributes) });
    if (selfClosing !== "/" && !voidElements.has(name)) open.push(name);
  }
  if (end !== source.length) throw new Error(`Not well formed: ${source.slice(end, end + 80)}`);
  if (open.length > 0) throw new Error(`Left open: ${open.join(", ")}`);
  return tags;
}

function readAttributes(source: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name = "", value = ""] of source.matchAll(/ ([a-zA-Z:-]+)(?:="([^"]*)")?/g)) {
    if (name in attributes) throw new Error(`Attribute ${name} twice in${source}`);
    attributes[name] = value;
  }
  return attributes;
}

/** The text that an escaped value stands for. */
export function unescape(text: string): string {
  const characters: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => characters[name] ?? "");
}

/**
 * Passes if a strict XML 1.0 parser with namespaces accepts the document. The SVG rasteriser has one: the document rides
 * inside an SVG as metadata, which is parsed and then not drawn.
 *
 * @throws Error with the parser's words when the document is not well formed.
 */
export function assertWellFormedXml(document: string): void {
  const declaration = '<?xml version="1.0" encoding="utf-8"?>\n';
  if (!document.startsWith(declaration)) throw new Error(`No XML declaration: ${document.slice(0, 60)}`);
  const root = document.slice(declaration.length);
  new Resvg(`<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><metadata>${root}</metadata></svg>`);
}

/** The escaped contents of every element of that name, in order. */
export function contentsOf(document: string, name: string): string[] {
  return [...document.matchAll(new RegExp(`<${name}(?: [^>]*)?>([^<]*)</${name}>`, "g"))].map(
    (match) => match[1] ?? "",
  );
}
