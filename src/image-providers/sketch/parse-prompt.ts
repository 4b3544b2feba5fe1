/** Reads a prompt: what it names, how many, in which colours, and what it rules out. Pure. */
import type { ColourWord, Mood } from "./colour-words.ts";
import { hash32 } from "./random.ts";
import type { SceneName } from "./scenes/registry.ts";
import type { TimeOfDay, Weather } from "./stage.ts";
import { type SubjectName, subjectNamed } from "./subjects/registry.ts";
import { type Token, tokenise } from "./tokens.ts";
import { type Meaning, vocabulary } from "./vocabulary.ts";

/** A subject with its count (null: a plural without a number) and the colour said of it. */
export interface NamedSubject {
  readonly name: SubjectName;
  readonly count: number | null;
  readonly colour: ColourWord | null;
}

/** What a prompt says. Null and empty mean that it does not say. */
export interface PromptReading {
  /** Hash of the words that count, known or not: case, punctuation and what is ruled out do not change it. */
  readonly hash: number;
  readonly scene: SceneName | null;
  readonly time: TimeOfDay | null;
  readonly weather: Weather | null;
  readonly wintry: boolean;
  readonly colours: readonly ColourWord[];
  readonly moods: readonly Mood[];
  readonly subjects: readonly NamedSubject[];
  readonly lights: readonly {
    readonly kind: "sun" | "moon";
    readonly count: number;
    readonly colour: ColourWord | null;
  }[];
  /** All words used, singular, and the features they stand for. */
  readonly mentions: ReadonlySet<string>;
  /** Words, subjects, weathers and features ruled out. */
  readonly excluded: ReadonlySet<string>;
}

/** Largest number of one subject in a picture; more would be too small to see. */
const maxCount = 24;
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
const phraseEnds = new Set([
  "in",
  "on",
  "at",
  "under",
  "over",
  "with",
  "by",
  "and",
  "near",
  "beside",
  "above",
  "behind",
  "before",
  "between",
]);

/** Reads both prompts; the negative prompt rules out all that it names. */
export function parsePrompt(prompt: string, negativePrompt = ""): PromptReading {
  const reader = createReader();
  const tokens = tokenise(prompt);
  let negated = false;
  for (let index = 0; index < tokens.length; ) {
    const token = tokens[index];
    if (token === undefined || token === "break") {
      negated = false;
      reader.endPhrase();
      index++;
      continue;
    }
    if (negators.has(token.word)) {
      negated = true;
      index++;
      continue;
    }
    negated = negated && !negationEnds.has(token.word);
    const found = longestPhrase(tokens, index);
    if (negated) {
      reader.exclude(found.phrase, found.meaning);
    } else {
      reader.accept(found.phrase, found.meaning, found.plural);
    }
    index += found.length;
  }
  const ruledOut = tokenise(negativePrompt);
  for (let index = 0; index < ruledOut.length; index++) {
    const { phrase, meaning } = longestPhrase(ruledOut, index);
    reader.exclude(phrase, meaning);
  }
  return reader.finish();
}

interface Found {
  readonly phrase: string;
  readonly meaning: Meaning | null;
  readonly plural: boolean;
  readonly length: number;
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

function createReader() {
  const kept: string[] = [];
  const mentions = new Set<string>();
  const excluded = new Set<string>();
  const colours: ColourWord[] = [];
  const moods: Mood[] = [];
  const subjects: NamedSubject[] = [];
  const lights: { kind: "sun" | "moon"; count: number; colour: ColourWord | null }[] = [];
  const scenes: SceneName[] = [];
  const times: TimeOfDay[] = [];
  const weathers: Weather[] = [];
  let wintry = false;
  let count: number | null = null;
  let pending: ColourWord[] = [];

  const endPhrase = (): void => {
    colours.push(...pending);
    pending = [];
    count = null;
  };
  /** Answers the colour and the count said just before a noun, and starts afresh. */
  const claim = (plural: boolean): { count: number | null; colour: ColourWord | null } => {
    const colour = pending.at(-1) ?? null;
    const said = count ?? (plural ? null : 1);
    // "a dozen foxes": the article is overruled by the number after it; "a foxes" can only be a slip.
    const claimed = { count: said === null ? null : Math.min(maxCount, said), colour };
    pending = [];
    count = null;
    return claimed;
  };
  const accept = (phrase: string, meaning: Meaning | null, plural: boolean): void => {
    kept.push(phrase);
    mentions.add(phrase);
    if (phraseEnds.has(phrase)) {
      endPhrase();
    }
    switch (meaning?.kind) {
      case "count":
        count = count !== null && count > 1 && meaning.count > 1 ? count * meaning.count : meaning.count;
        break;
      case "colour":
        pending.push(meaning.colour);
        break;
      case "mood":
        moods.push(meaning.mood);
        break;
      case "subject":
        subjects.push({ name: meaning.subject, ...claim(plural) });
        break;
      case "light": {
        const claimed = claim(plural);
        lights.push({ kind: meaning.light, count: claimed.count ?? 2, colour: claimed.colour });
        break;
      }
      case "scene":
        scenes.push(meaning.scene);
        endPhrase();
        break;
      case "time":
        times.push(meaning.time);
        endPhrase();
        break;
      case "weather":
        weathers.push(meaning.weather);
        wintry ||= meaning.wintry === true;
        mentions.add(meaning.weather);
        endPhrase();
        break;
      case "feature":
        mentions.add(meaning.feature);
        wintry ||= meaning.wintry === true;
        endPhrase();
        break;
      case undefined:
        break;
    }
  };
  const exclude = (phrase: string, meaning: Meaning | null): void => {
    excluded.add(phrase);
    if (meaning?.kind === "subject") {
      excluded.add(meaning.subject);
      if (subjectNamed(meaning.subject).name === "pine") {
        excluded.add("tree");
      }
    } else if (meaning?.kind === "weather") {
      excluded.add(meaning.weather);
    } else if (meaning?.kind === "feature") {
      excluded.add(meaning.feature);
    } else if (meaning?.kind === "scene") {
      excluded.add(meaning.scene);
    } else if (meaning?.kind === "light") {
      excluded.add(meaning.light);
    }
  };
  const finish = (): PromptReading => {
    endPhrase();
    const allowed = (name: string): boolean => !excluded.has(name);
    return {
      hash: hash32(kept.join(" ")),
      scene: scenes.find(allowed) ?? null,
      time: times.findLast(allowed) ?? null,
      weather: weathers.filter((weather) => weather !== "clear" || weathers.length === 1).findLast(allowed) ?? null,
      wintry: wintry && allowed("snow") && allowed("winter"),
      colours,
      moods,
      subjects: subjects.filter((subject) => allowed(subject.name) && subject.count !== 0),
      lights: lights.filter((light) => allowed(light.kind) && light.count > 0),
      mentions,
      excluded,
    };
  };
  return { accept, exclude, endPhrase, finish };
}
