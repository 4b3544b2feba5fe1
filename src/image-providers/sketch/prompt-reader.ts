/** Gathers what a prompt says into a reading. */
import type { ColourWord, Mood } from "./colour-words.ts";
import { hash32 } from "./random.ts";
import type { SceneName } from "./scenes/registry.ts";
import type { TimeOfDay, Weather } from "./sky-words.ts";
import type { StyleName } from "./styles/registry.ts";
import type { SubjectName } from "./subjects/registry.ts";
import type { Framing, Meaning } from "./vocabulary.ts";

/** A subject with its count (null: a plural without a number) and the colour said of it. */
export interface NamedSubject {
  readonly name: SubjectName;
  /** The word that was said, singular. */
  readonly word: string;
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
  /** Colours of the whole picture. */
  readonly colours: readonly ColourWord[];
  /** The colour said of the place: "purple mountains". */
  readonly sceneColour: ColourWord | null;
  readonly moods: readonly Mood[];
  readonly style: StyleName | null;
  readonly framing: Framing | null;
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

/** A word or a phrase of the prompt with its meaning, if it has one to the renderer. */
export interface Found {
  readonly phrase: string;
  readonly meaning: Meaning | null;
  readonly plural: boolean;
  readonly length: number;
}

/** Largest number of one subject in a picture; more would be too small to see. */
const maxCount = 24;
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

type NamedLight = PromptReading["lights"][number];

/** Gathers what is said, word by word; numbers and colours wait for the noun they belong to. */
export class PromptReader {
  readonly #kept: string[] = [];
  readonly #mentions = new Set<string>();
  readonly #excluded = new Set<string>();
  readonly #colours: ColourWord[] = [];
  readonly #moods: Mood[] = [];
  readonly #subjects: NamedSubject[] = [];
  readonly #lights: NamedLight[] = [];
  readonly #scenes: SceneName[] = [];
  readonly #times: TimeOfDay[] = [];
  readonly #weathers: Weather[] = [];
  readonly #styles: StyleName[] = [];
  #framing: Framing | null = null;
  #sceneColour: ColourWord | null = null;
  #wintry = false;
  #count: number | null = null;
  #pending: ColourWord[] = [];

  /** Colours that no noun claimed belong to the whole picture. */
  endPhrase(): void {
    this.#colours.push(...this.#pending);
    this.#pending = [];
    this.#count = null;
  }

  accept({ phrase, meaning, plural }: Found): void {
    this.#kept.push(phrase);
    this.#mentions.add(phrase);
    if (phraseEnds.has(phrase)) {
      this.endPhrase();
    }
    switch (meaning?.kind) {
      case "count":
        // "two dozen" multiplies; any other second number replaces the first.
        this.#count =
          (this.#count ?? 0) > 1 && meaning.count >= 12 ? (this.#count ?? 1) * meaning.count : meaning.count;
        break;
      case "colour":
        // "roses" are flowers, "rose" is a colour.
        if (plural && meaning.thing !== null) {
          this.#subjects.push({ name: meaning.thing, word: phrase, ...this.#claim(plural) });
        } else {
          this.#pending.push(meaning.colour);
        }
        break;
      case "mood":
        this.#moods.push(meaning.mood);
        break;
      case "style":
        this.#styles.push(meaning.style);
        break;
      case "framing":
        this.#framing = meaning.framing;
        break;
      case "subject":
        this.#subjects.push({ name: meaning.subject, word: phrase, ...this.#claim(plural, phrase) });
        break;
      case "light": {
        const { count, colour } = this.#claim(plural);
        this.#lights.push({ kind: meaning.light, count: count ?? 2, colour });
        break;
      }
      case "scene":
        this.#scenes.push(meaning.scene);
        this.#sceneColour ??= this.#claim(plural).colour;
        break;
      case "time":
      case "weather":
      case "feature":
        this.#acceptCircumstance(meaning);
        this.endPhrase();
        break;
      case undefined:
        break;
    }
  }

  exclude({ phrase, meaning }: Found): void {
    this.#excluded.add(phrase);
    switch (meaning?.kind) {
      case "subject":
        this.#excluded.add(meaning.subject);
        if (meaning.subject === "pine") {
          this.#excluded.add("tree");
        }
        break;
      case "weather":
        this.#excluded.add(meaning.weather);
        break;
      case "style":
        this.#excluded.add(meaning.style);
        break;
      case "feature":
        this.#excluded.add(meaning.feature);
        break;
      case "light":
        this.#excluded.add(meaning.light);
        break;
      default:
        break;
    }
  }

  finish(): PromptReading {
    this.endPhrase();
    const allowed = (name: string): boolean => !this.#excluded.has(name);
    return {
      hash: hash32(this.#kept.join(" ")),
      scene: this.#scenes.find(allowed) ?? null,
      time: this.#times.findLast(allowed) ?? null,
      weather:
        this.#weathers.findLast((weather) => allowed(weather) && weather !== "clear") ??
        this.#weathers.find(allowed) ??
        null,
      wintry: this.#wintry && allowed("snow") && allowed("winter"),
      colours: this.#colours,
      sceneColour: this.#sceneColour,
      moods: this.#moods,
      style: this.#styles.findLast(allowed) ?? null,
      framing: this.#framing,
      subjects: this.#subjects.filter((subject) => allowed(subject.name) && subject.count !== 0),
      lights: this.#lights.filter((light) => allowed(light.kind) && light.count > 0),
      mentions: this.#mentions,
      excluded: this.#excluded,
    };
  }

  #acceptCircumstance(meaning: Meaning & { kind: "time" | "weather" | "feature" }): void {
    if (meaning.kind === "time") {
      this.#times.push(meaning.time);
      return;
    }
    this.#wintry ||= meaning.wintry === true;
    if (meaning.kind === "weather") {
      this.#weathers.push(meaning.weather);
    }
    this.#mentions.add(meaning.kind === "weather" ? meaning.weather : meaning.feature);
  }

  /** Answers the number and the colour said just before a noun, and starts afresh. A bare plural has no number. */
  #claim(plural: boolean, word = ""): { count: number | null; colour: ColourWord | null } {
    const said = this.#count ?? (plural || /(?:fish|sheep|deer|bison|moose|salmon)$/.test(word) ? null : 1);
    const claimed = { count: said === null ? null : Math.min(maxCount, said), colour: this.#pending.at(-1) ?? null };
    this.#pending = [];
    this.#count = null;
    return claimed;
  }
}
