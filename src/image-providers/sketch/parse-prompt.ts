/** Reads a prompt: what it names, how many, in which colours, and what it rules out. Pure. */
import { type Found, PromptReader, type PromptReading } from "./prompt-reader.ts";
import { type Token, tokenise } from "./tokens.ts";
import { type Meaning, vocabulary } from "./vocabulary.ts";

const negators = new Set(["no", "not", "without", "never", "avoid", "except", "minus", "don't", "isn't", "lacking"]);
/** A negation reaches to the next of these: "no trees or birds in a desert" rules out two things, not the desert. */
const negationEnds = new Set([
  "but",
  "with",
  "in",
  "on",
  "at",
  "under",
  "over",
  "a",
  "an",
  "the",
  "by",
  "just",
  "only",
]);
const articles = new Set(["a", "an", "the", "any"]);

/** Reads both prompts; the negative prompt rules out all that it names. */
export function parsePrompt(prompt: string, negativePrompt = ""): PromptReading {
  const reader = new PromptReader();
  const tokens = tokenise(prompt);
  let negated = false;
  let ruledOutSince = 0;
  for (let index = 0; index < tokens.length; ) {
    const token = tokens[index];
    if (token === undefined || token === "break") {
      negated = false;
      reader.endPhrase();
      index++;
    } else if (negators.has(token.word)) {
      negated = true;
      ruledOutSince = 0;
      index++;
    } else {
      const found = longestPhrase(tokens, index);
      // "without a moon or a cloud" goes on; "no trees but a cactus" and "no moon, a cloud" end.
      const opens = articles.has(token.word) && ruledOutSince === 0;
      negated &&= opens || !negationEnds.has(token.word);
      if (negated) {
        reader.exclude(found);
        ruledOutSince += found.meaning === null || articles.has(token.word) ? 0 : 1;
      } else {
        reader.accept(found);
      }
      index += found.length;
    }
  }
  const ruledOut = tokenise(negativePrompt);
  for (let index = 0; index < ruledOut.length; ) {
    const found = longestPhrase(ruledOut, index);
    if (found.phrase !== "") {
      reader.exclude(found);
    }
    index += found.length;
  }
  return reader.finish();
}

function longestPhrase(tokens: readonly Token[], index: number): Found {
  const words: string[] = [];
  let best: Found | null = null;
  for (let length = 1; length <= 3; length++) {
    const token = tokens[index + length - 1];
    if (token === undefined || token === "break") {
      break;
    }
    words.push(token.word);
    const phrase = words.join(" ");
    const number = length === 1 && /^\d{1,4}$/.test(phrase) ? Number(phrase) : null;
    const meaning: Meaning | undefined = number === null ? vocabulary.get(phrase) : { kind: "count", count: number };
    if (meaning !== undefined || length === 1) {
      best = { phrase, meaning: meaning ?? null, plural: token.plural, length };
    }
  }
  return best ?? { phrase: "", meaning: null, plural: false, length: 1 };
}
