import { find } from "linkifyjs";

/** A web address in a text. */
export interface TextLink {
  /** Offsets in UTF-16 units, `end` exclusive. */
  readonly start: number;
  readonly end: number;
  /** As written. */
  readonly text: string;
  /** With its scheme: `https://` where none was written. */
  readonly href: string;
}

/** The web addresses in a text, in order. E-mail addresses are none. */
export function linksInText(text: string): TextLink[] {
  return find(text, "url", { defaultProtocol: "https" })
    .filter(({ href }) => /^https?:\/\//i.test(href))
    .map(({ start, end, value, href }) => ({ start, end, text: value, href }));
}
