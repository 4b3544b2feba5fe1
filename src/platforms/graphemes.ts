const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** How many characters a reader sees (UAX #29 extended grapheme clusters): a flag or a family is one. */
export function countGraphemes(text: string): number {
  let count = 0;
  for (const _segment of segmenter.segment(text)) count += 1;
  return count;
}
