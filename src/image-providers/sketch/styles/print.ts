/** Printed in a few flat inks: a poster whose transitions are dots, and a comic with outlines. */
import { blank, distance, edges, everyPixel, fewColours, type Pixels, type Rgb, resized, softened } from "../pixels.ts";
import type { Stage } from "../stage.ts";
import type { Style } from "./style.ts";

export const poster = {
  name: "poster",
  words: [
    "poster",
    "screen print",
    "risograph",
    "riso",
    "linocut",
    "travel poster",
    "art deco",
    "pop art",
    "ukiyo e",
    "woodblock",
    "woodblock print",
  ],
  mood: { chroma: 1.35, contrast: 1.15 },
  phase: "Printing the inks",
  grain: true,
  treat: (picture, stage) => print(picture, stage, { inks: 8, outline: 0 }),
} as const satisfies Style;

export const comic = {
  name: "comic",
  words: ["comic", "comic book", "cartoon", "manga", "anime", "graphic novel", "cel shaded"],
  mood: { chroma: 1.35, contrast: 1.06, lift: 0.03 },
  phase: "Inking the outlines",
  grain: false,
  treat: (picture, stage) => print(picture, stage, { inks: 14, outline: 1 }),
} as const satisfies Style;

async function print(
  picture: Pixels,
  stage: Stage,
  { inks, outline }: { inks: number; outline: number },
): Promise<Pixels> {
  const { unit } = stage;
  const soft = await softened(picture, Math.max(1.1, unit * 0.0024));
  const colours = fewColours(await resized(picture, 72, 72), inks);
  const steep = outline > 0 ? await edges(soft) : null;
  const pitch = Math.max(3.2, unit * 0.0062);
  const result = blank(picture);
  const look = inkTable(colours);
  await everyPixel(picture, (x, y, at) => {
    const colour: Rgb = [soft.data[at] ?? 0, soft.data[at + 1] ?? 0, soft.data[at + 2] ?? 0];
    const { first, second, share } = look(colour);
    // A screen of dots at 45 degrees: the nearer two inks are, the larger the dots of the second.
    const u = ((x + y) * Math.PI) / (pitch * Math.SQRT2);
    const v = ((x - y) * Math.PI) / (pitch * Math.SQRT2);
    const dot = 0.25 + 0.125 * (Math.cos(u) + Math.cos(v)) * 0.9;
    const chosen = share > 0.5 - dot * 0.42 ? second : first;
    const line = steep === null ? 0 : Math.min(1, Math.max(0, ((steep[at / 4] ?? 0) - 40) / 50)) * outline;
    for (let channel = 0; channel < 3; channel++) {
      result.data[at + channel] = (chosen[channel] ?? 0) * (1 - line * 0.86);
    }
  });
  return result;
}

interface InkChoice {
  readonly first: Rgb;
  readonly second: Rgb;
  /** How near the second is, from 0 to one half. */
  readonly share: number;
}

/** Looks inks up by colour, remembering what was asked: a picture has few colours compared with its pixels. */
function inkTable(colours: readonly Rgb[]): (colour: Rgb) => InkChoice {
  const known = new Map<number, InkChoice>();
  return (colour) => {
    const key = ((colour[0] >> 2) << 12) | ((colour[1] >> 2) << 6) | (colour[2] >> 2);
    const before = known.get(key);
    if (before !== undefined) {
      return before;
    }
    const ranked = colours
      .map((ink) => ({ ink, far: Math.sqrt(distance(ink, colour)) }))
      .toSorted((one, other) => one.far - other.far);
    const [first, second] = ranked;
    if (first === undefined || second === undefined) {
      throw new Error("A print needs at least two inks.");
    }
    const choice = { first: first.ink, second: second.ink, share: first.far / Math.max(1, first.far + second.far) };
    known.set(key, choice);
    return choice;
  };
}
