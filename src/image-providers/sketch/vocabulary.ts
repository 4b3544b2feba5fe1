/** What words mean to the renderer. Scenes and subjects bring their own words; the rest stands here. */
import { type ColourWord, colourWords, type Mood, moodWords } from "./colour-words.ts";
import { type SceneName, scenes } from "./scenes/registry.ts";
import type { TimeOfDay, Weather } from "./sky-words.ts";
import { type StyleName, styles } from "./styles/registry.ts";
import { type SubjectName, subjects } from "./subjects/registry.ts";
import { singular } from "./tokens.ts";

/** How much of the place is seen around its subjects. */
export type Framing = "close" | "wide";

export type Meaning =
  | { readonly kind: "scene"; readonly scene: SceneName }
  | { readonly kind: "subject"; readonly subject: SubjectName }
  | { readonly kind: "light"; readonly light: "sun" | "moon" }
  | { readonly kind: "time"; readonly time: TimeOfDay }
  | { readonly kind: "weather"; readonly weather: Weather; readonly wintry?: boolean }
  | { readonly kind: "colour"; readonly colour: ColourWord; readonly thing: SubjectName | null }
  | { readonly kind: "mood"; readonly mood: Mood }
  | { readonly kind: "style"; readonly style: StyleName }
  | { readonly kind: "framing"; readonly framing: Framing }
  | { readonly kind: "count"; readonly count: number }
  | { readonly kind: "feature"; readonly feature: string; readonly wintry?: boolean };

const timeWords: readonly (readonly [TimeOfDay, readonly string[]])[] = [
  ["dawn", ["dawn", "sunrise", "daybreak", "early morning", "morning"]],
  ["day", ["day", "noon", "midday", "daytime", "daylight", "sunny", "afternoon", "blue sky"]],
  ["golden", ["golden hour", "late afternoon", "evening light", "golden light"]],
  ["dusk", ["dusk", "sunset", "evening", "sundown", "setting sun"]],
  ["twilight", ["twilight", "blue hour", "nightfall"]],
  [
    "night",
    ["night", "midnight", "nighttime", "night time", "starry night", "moonlight", "moonlit", "at night", "starlit"],
  ],
];

const weatherWords: readonly (readonly [Weather, readonly string[]])[] = [
  ["clear", ["clear", "clear sky", "cloudless", "fair weather"]],
  ["cloudy", ["cloud", "cloudy", "overcast"]],
  ["rain", ["rain", "rainy", "drizzle", "raining", "downpour", "shower"]],
  ["snow", ["snow", "snowfall", "snowing", "blizzard", "snowflake"]],
  ["fog", ["fog", "foggy", "mist", "misty", "haze", "hazy"]],
  ["storm", ["storm", "stormy", "thunderstorm", "tempest", "thunder", "lightning", "hurricane"]],
];

/** Colours that are things when several are asked for. */
const colourThings: Readonly<Record<string, SubjectName>> = { rose: "rose", peach: "peach", orange: "tangerine" };

const framingWords: readonly (readonly [Framing, readonly string[]])[] = [
  ["close", ["close up", "closeup", "macro", "huge", "giant", "big", "large", "enormous"]],
  ["wide", ["wide", "wide shot", "wide angle", "panorama", "panoramic", "tiny", "small", "distant", "far away"]],
];

/** Things that scenes draw by themselves, so that a prompt can ask for them or rule them out. */
const featureWords = {
  star: ["star", "starry"],
  aurora: ["aurora", "northern light", "aurora borealis", "polar light"],
  lake: ["lake", "pond", "reflection"],
  river: ["river", "canal", "waterfront"],
  autumn: ["autumn", "autumnal", "fall foliage", "october", "november"],
  spring: ["spring", "springtime", "april"],
  winter: ["snowy", "snow capped", "snow covered", "winter", "wintry", "frost", "frozen", "ice", "christmas"],
  planet: ["planet"],
  rainbow: ["rainbow"],
} satisfies Record<string, readonly string[]>;

const countWords: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
  one: 1,
  single: 1,
  lone: 1,
  lonely: 1,
  two: 2,
  pair: 2,
  both: 2,
  twin: 2,
  three: 3,
  trio: 3,
  few: 3,
  four: 4,
  five: 5,
  several: 5,
  group: 5,
  six: 6,
  herd: 6,
  pack: 5,
  seven: 7,
  some: 4,
  eight: 8,
  many: 9,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  dozen: 12,
  flock: 14,
  swarm: 18,
  family: 4,
  bunch: 5,
  row: 5,
  colony: 8,
  crowd: 10,
  school: 10,
  shoal: 12,
  twenty: 20,
  hundred: 24,
};

/** Every known phrase of up to three words with its meaning; built once. Later entries win. */
export const vocabulary: ReadonlyMap<string, Meaning> = buildVocabulary();

function buildVocabulary(): Map<string, Meaning> {
  const map = new Map<string, Meaning>();
  const put = (phrases: readonly string[], meaning: Meaning): void => {
    for (const phrase of phrases) {
      map.set(phrase.split(" ").map(singular).join(" "), meaning);
    }
  };
  for (const [word, colour] of Object.entries(colourWords)) {
    put([word], { kind: "colour", colour, thing: colourThings[word] ?? null });
  }
  for (const [word, mood] of Object.entries(moodWords)) {
    put([word], { kind: "mood", mood });
  }
  for (const [word, count] of Object.entries(countWords)) {
    put([word], { kind: "count", count });
  }
  for (const [framing, words] of framingWords) {
    put(words, { kind: "framing", framing });
  }
  for (const scene of scenes) {
    put(scene.words, { kind: "scene", scene: scene.name });
  }
  for (const subject of subjects) {
    put(subject.words, { kind: "subject", subject: subject.name });
  }
  for (const [time, words] of timeWords) {
    put(words, { kind: "time", time });
  }
  for (const [weather, words] of weatherWords) {
    put(words, { kind: "weather", weather, wintry: weather === "snow" });
  }
  for (const [feature, words] of Object.entries(featureWords)) {
    // A word that names a scene keeps that meaning: the reading's mentions tell of the feature anyway.
    const free = words.filter((word) => map.get(word)?.kind !== "scene");
    put(free, { kind: "feature", feature, wintry: feature === "winter" });
  }
  for (const style of styles) {
    put(style.words, { kind: "style", style: style.name });
  }
  put(["sun", "sunlight", "sunshine"], { kind: "light", light: "sun" });
  put(["moon", "full moon", "crescent moon"], { kind: "light", light: "moon" });
  return map;
}
