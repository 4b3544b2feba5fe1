/** How X counts a text (https://docs.x.com/fundamentals/counting-characters): some scripts weigh two, addresses 23, emoji two. */
import { addressesIn } from "./addresses.ts";

/** What every web address counts, however long it is: it is shown through t.co. */
const addressWeight = 23;

/** Code points that count one: Latin, Greek, Cyrillic, Arabic and their neighbours, spaces, dashes, quotes. All others count two. */
const light = [
  [0, 4_351],
  [8_192, 8_205],
  [8_208, 8_223],
  [8_242, 8_247],
] as const;

/** Whole emoji: a family or a flag is one. */
const emoji = /\p{RGI_Emoji}/gv;

/** The weight of a text. */
export function weightOf(text: string): number {
  const composed = text.normalize("NFC");
  let weight = 0;
  let from = 0;
  for (const { start, end } of addressesIn(composed)) {
    weight += weightOfWords(composed.slice(from, start)) + addressWeight;
    from = end;
  }
  return weight + weightOfWords(composed.slice(from));
}

function weightOfWords(text: string): number {
  let weight = 0;
  for (const part of text.split(emoji)) {
    for (const letter of part) weight += weightOfLetter(letter.codePointAt(0) ?? 0);
  }
  return weight + 2 * (text.match(emoji)?.length ?? 0);
}

const weightOfLetter = (code: number): number => (light.some(([from, to]) => code >= from && code <= to) ? 1 : 2);
