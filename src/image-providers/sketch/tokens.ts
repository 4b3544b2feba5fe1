/** Splits a prompt into plain singular words and breaks. */

/** A word, singular and without accents; `plural` tells how it was written. A break stands for punctuation. */
export type Token = { readonly word: string; readonly plural: boolean } | "break";

const irregular: Readonly<Record<string, string>> = {
  wolves: "wolf",
  leaves: "leaf",
  geese: "goose",
  people: "person",
  men: "man",
  women: "woman",
  children: "child",
  cacti: "cactus",
  cactuses: "cactus",
  fishes: "fish",
  foxes: "fox",
  torches: "torch",
  buses: "bus",
};

/** Words that only look plural. */
const unchanged = new Set(["cactus", "grass", "moss", "mess", "glass", "cypress", "chess", "mars", "venus", "cosmos"]);
const alwaysPlural = new Set(["alps", "woods", "highlands", "ruins"]);

/** Tokens of a prompt, in order. */
export function tokenise(text: string): Token[] {
  const plain = text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase().replaceAll("’", "'");
  const pieces = plain.match(/[\p{L}\p{N}]+(?:'[\p{L}]+)?|[.,;:!?()[\]\n|/]/gu) ?? [];
  return pieces.map((piece) => {
    if (!/^[\p{L}\p{N}]/u.test(piece)) {
      return "break";
    }
    const word = singular(piece.replace(/'s$/, ""));
    return { word, plural: word !== piece && !piece.includes("'") && !alwaysPlural.has(piece) };
  });
}

/** A simple plural rule, right for the nouns the renderer knows and harmless for the others. */
export function singular(word: string): string {
  const known = irregular[word];
  if (known !== undefined) {
    return known;
  }
  if (word.length < 4 || unchanged.has(word) || !word.endsWith("s") || /(?:ss|us|is)$/.test(word)) {
    return word;
  }
  if (word.endsWith("ies") && word.length > 4) {
    return `${word.slice(0, -3)}y`;
  }
  return /(?:ch|sh|x|zz|ss)es$/.test(word) ? word.slice(0, -2) : word.slice(0, -1);
}
