/** The colours of one picture: from the time of day, bent by the scene, the colour words, the mood and, gently, by chance. */
import type { ColourWord, Mood } from "./colour-words.ts";
import { hueDistance, mix, type Oklch, oklch } from "./oklch.ts";
import type { TimeOfDay, Weather } from "./sky-words.ts";

/** Roles rather than colours: scenes ask for "the light" and are right at noon and at night. */
export interface Palette {
  /** From the zenith down to the horizon. */
  readonly sky: readonly Oklch[];
  /** What distance fades into. */
  readonly haze: Oklch;
  /** The nearest ground. */
  readonly near: Oklch;
  /** The disc of the sun or the moon, and rims lit by it. */
  readonly light: Oklch;
  /** Lamps, lit windows and small bright things. */
  readonly accent: Oklch;
  readonly cloud: Oklch;
  readonly dark: boolean;
  /** Lamps are lit and seen. */
  readonly lamplight: boolean;
  /** The colour of land at a depth from 0 (far, hazy) to 1 (near). */
  ridge(depth: number): Oklch;
  /** The colour of trees and rock at a depth: that of the land, except under snow. */
  foliage(depth: number): Oklch;
  /** A colour from outside the palette, bent by the picture's mood: in black and white a fox is grey too. */
  tone(colour: Oklch): Oklch;
}

/** What the palette is mixed from. */
export interface PaletteWishes {
  readonly time: TimeOfDay;
  readonly weather: Weather;
  readonly wintry: boolean;
  readonly ground: { readonly h: number; readonly c: number; readonly lift: number };
  readonly colours: readonly ColourWord[];
  /** A colour said of the place ("purple mountains"): the land takes it, the sky only an echo. */
  readonly groundColour: ColourWord | null;
  readonly moods: readonly Mood[];
  /** A colour said of the sun or the moon itself. */
  readonly lightColour: ColourWord | null;
  /** Degrees by which chance turns the hues. */
  readonly drift: number;
}

interface TimeColours {
  readonly sky: readonly Oklch[];
  readonly haze: Oklch;
  readonly light: Oklch;
  readonly cloud: Oklch;
  /** Lightness of the nearest ground. */
  readonly near: number;
  /** Hue that the ambient light lays over the ground, and how strongly (0–1). */
  readonly ambient: { readonly h: number; readonly weight: number };
}

const lamp = oklch(0.86, 0.14, 82);

const times = {
  dawn: {
    sky: [oklch(0.6, 0.09, 268), oklch(0.72, 0.085, 305), oklch(0.84, 0.085, 15), oklch(0.93, 0.075, 70)],
    haze: oklch(0.87, 0.06, 35),
    light: oklch(0.97, 0.06, 85),
    cloud: oklch(0.9, 0.07, 20),
    near: 0.27,
    ambient: { h: 300, weight: 0.5 },
  },
  day: {
    sky: [oklch(0.63, 0.13, 250), oklch(0.75, 0.1, 242), oklch(0.87, 0.06, 230), oklch(0.95, 0.03, 215)],
    haze: oklch(0.9, 0.035, 230),
    light: oklch(0.99, 0.03, 100),
    cloud: oklch(0.985, 0.008, 240),
    near: 0.36,
    ambient: { h: 240, weight: 0.15 },
  },
  golden: {
    sky: [oklch(0.66, 0.075, 235), oklch(0.8, 0.05, 190), oklch(0.89, 0.085, 92), oklch(0.91, 0.115, 78)],
    haze: oklch(0.87, 0.09, 75),
    light: oklch(0.98, 0.07, 92),
    cloud: oklch(0.94, 0.07, 75),
    near: 0.28,
    ambient: { h: 55, weight: 0.4 },
  },
  dusk: {
    sky: [oklch(0.36, 0.11, 288), oklch(0.52, 0.15, 330), oklch(0.7, 0.165, 32), oklch(0.86, 0.14, 70)],
    haze: oklch(0.71, 0.15, 38),
    light: oklch(0.95, 0.12, 85),
    cloud: oklch(0.72, 0.16, 20),
    near: 0.18,
    ambient: { h: 315, weight: 0.65 },
  },
  twilight: {
    sky: [oklch(0.23, 0.08, 275), oklch(0.38, 0.11, 278), oklch(0.56, 0.12, 310), oklch(0.76, 0.1, 30)],
    haze: oklch(0.56, 0.1, 310),
    light: oklch(0.94, 0.05, 80),
    cloud: oklch(0.55, 0.1, 320),
    near: 0.14,
    ambient: { h: 280, weight: 0.75 },
  },
  night: {
    sky: [oklch(0.14, 0.045, 275), oklch(0.21, 0.07, 270), oklch(0.31, 0.085, 262), oklch(0.45, 0.085, 250)],
    haze: oklch(0.42, 0.08, 255),
    light: oklch(0.95, 0.035, 95),
    cloud: oklch(0.42, 0.06, 262),
    near: 0.1,
    ambient: { h: 265, weight: 0.85 },
  },
} satisfies Record<TimeOfDay, TimeColours>;

const overcast = { clear: 0, cloudy: 0.3, rain: 0.55, snow: 0.5, fog: 0.6, storm: 0.65 } satisfies Record<
  Weather,
  number
>;

/** Mixes a palette; pure. */
export function mixPalette(wishes: PaletteWishes): Palette {
  const base: TimeColours = times[wishes.time];
  const said = wishes.groundColour ?? undefined;
  const [main, second] = wishes.colours;
  const grey = overcast[wishes.weather];
  const dark = wishes.time === "night" || wishes.time === "twilight";
  const bend = (role: Oklch, word: ColourWord | undefined, weight: number): Oklch =>
    applyMoods(applyWord(veil(turn(role, wishes.drift), grey, wishes.weather), word, weight), wishes.moods);

  const sky = base.sky.map((stop, index) => {
    const share = index / (base.sky.length - 1);
    const word = share > 0.6 && second !== undefined ? second : main;
    return word === undefined ? bend(stop, said, 0.06 + share * 0.16) : bend(stop, word, 1 - share * 0.12);
  });
  const haze = main === undefined ? bend(base.haze, said, 0.4) : bend(base.haze, second ?? main, 0.9);
  // A pale ground is pale by day; the less light falls on it, the less that shows.
  const level = base.near + wishes.ground.lift * base.near * 2;
  const ground = mix(
    oklch(level, wishes.ground.c * (dark ? 0.55 : 1), wishes.ground.h),
    oklch(level, 0.05, base.ambient.h),
    base.ambient.weight,
  );
  const bare = bend(ground, said ?? main, 0.9);
  const snow = bend(oklch(base.near * 0.45 + (dark ? 0.3 : 0.62), 0.03, 250), said ?? main, 0.5);
  const near = wishes.wintry ? mix(bare, snow, 0.85) : bare;
  const towards = (colour: Oklch, depth: number): Oklch => mix(haze, colour, Math.min(1, Math.max(0, depth)) ** 0.85);
  return {
    sky,
    haze,
    near,
    light: applyWord(bend(base.light, main, 0.35), wishes.lightColour ?? undefined, 0.8),
    accent: applyMoods(second === undefined ? lamp : applyWord(lamp, second, 0.9), wishes.moods),
    cloud: bend(base.cloud, second ?? main ?? said, main === undefined ? 0.25 : 0.7),
    dark,
    lamplight: dark || wishes.time === "dusk" || wishes.weather === "storm",
    ridge: (depth) => towards(near, depth),
    foliage: (depth) => towards(bare, depth),
    tone: (colour) => applyMoods(colour, wishes.moods, 0.18),
  };
}

function turn(role: Oklch, drift: number): Oklch {
  return { ...role, h: role.h + drift };
}

/** Cloud cover takes colour out and, under storm and rain, light too. */
function veil(role: Oklch, grey: number, weather: Weather): Oklch {
  const gloom = weather === "storm" ? 0.3 : weather === "rain" ? 0.12 : 0;
  const towards = weather === "snow" || weather === "fog" ? role.l + (0.82 - role.l) * 0.18 : role.l;
  const veiled = oklch(Math.max(0.05, towards - gloom * role.l), role.c * (1 - grey * 0.75), role.h);
  return weather === "storm" ? mix(veiled, oklch(veiled.l, 0.055, 262), 0.62) : veiled;
}

/** Moves a role to a word's hue, keeping a little of the difference between roles so that the picture stays alive. */
function applyWord(role: Oklch, word: ColourWord | undefined, weight: number): Oklch {
  if (word === undefined) {
    return role;
  }
  const variety = Math.max(-24, Math.min(24, hueDistance(word.h, role.h) * 0.16));
  const chroma = Math.max(role.c, 0.075) * word.chroma;
  const target = oklch(Math.min(0.985, Math.max(0.06, role.l + word.lift * 0.8)), chroma, word.h + variety);
  return { ...mix(role, target, weight), h: weight >= 0.6 ? target.h : mix(role, target, weight).h };
}

/** `pull`: how far towards the hue of a mood that has one. */
function applyMoods(role: Oklch, moods: readonly Mood[], pull = 0.45): Oklch {
  return moods.reduce((colour, mood) => {
    const { chroma = 1, contrast = 1, lift = 0, leanTo } = mood;
    const l = 0.55 + (colour.l - 0.55) * contrast + lift * (0.4 + colour.l * 0.6);
    const c = colour.c * chroma;
    const leant =
      leanTo === undefined ? { ...colour, c } : mix({ ...colour, c }, oklch(l, Math.max(c, 0.06), leanTo), pull);
    return oklch(Math.min(0.99, Math.max(0.05, l)), leant.c, leant.h);
  }, role);
}
