/** How Bluesky counts a post's text: 300 characters as a reader sees them, and 3,000 bytes (lexicon app.bsky.feed.post). */
import { countGraphemes } from "../graphemes.ts";
import type { CaptionRules, RuleFault } from "../rules.ts";

const maxBytes = 3_000;

/** The text rules of every server. */
export const captionRules: CaptionRules = { max: 300, unit: "characters", measure: countGraphemes, faults };

function faults(caption: string): readonly RuleFault[] {
  const bytes = Buffer.byteLength(caption);
  if (bytes <= maxBytes) return [];
  const message = `The text takes ${bytes} bytes; Bluesky takes ${maxBytes}. Letters with many accents and combined emoji count several bytes: shorten it.`;
  return [{ code: "TOO_MANY_BYTES", message }];
}
