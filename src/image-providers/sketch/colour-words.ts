/** Words for colours and moods, and what each does to a palette. Adding a word is one entry. */

/** A colour someone asked for: hue in degrees, `chroma` as a factor, `lift` as a shift of lightness. */
export interface ColourWord {
  readonly h: number;
  readonly chroma: number;
  readonly lift: number;
}

const colour = (h: number, chroma = 1, lift = 0): ColourWord => ({ h, chroma, lift });

/** Hues are OKLCH degrees, so yellow is near 100 and blue near 255. */
export const colourWords: Readonly<Record<string, ColourWord>> = {
  red: colour(27, 1.3),
  scarlet: colour(30, 1.4),
  crimson: colour(18, 1.3, -0.04),
  rust: colour(42, 1, -0.05),
  coral: colour(35, 1.1, 0.04),
  orange: colour(58, 1.25, 0.02),
  peach: colour(55, 0.8, 0.08),
  amber: colour(75, 1.2, 0.02),
  gold: colour(88, 1.15, 0.03),
  golden: colour(85, 1.15, 0.03),
  yellow: colour(102, 1.2, 0.06),
  lime: colour(124, 1.2, 0.04),
  green: colour(146, 1.15),
  olive: colour(118, 0.8, -0.04),
  emerald: colour(158, 1.2, -0.03),
  mint: colour(168, 0.8, 0.08),
  teal: colour(192, 1, -0.02),
  turquoise: colour(196, 1.1, 0.03),
  cyan: colour(208, 1.1, 0.04),
  azure: colour(240, 1.1, 0.03),
  blue: colour(257, 1.25),
  navy: colour(265, 1, -0.12),
  indigo: colour(278, 1.15, -0.05),
  violet: colour(294, 1.2),
  purple: colour(306, 1.2),
  lavender: colour(300, 0.75, 0.08),
  lilac: colour(312, 0.75, 0.08),
  magenta: colour(334, 1.3),
  pink: colour(352, 1, 0.06),
  rose: colour(8, 1, 0.04),
  brown: colour(58, 0.6, -0.1),
  beige: colour(85, 0.4, 0.08),
  black: colour(270, 0.15, -0.22),
  white: colour(250, 0.15, 0.16),
  silver: colour(245, 0.18, 0.08),
  grey: colour(255, 0.12),
  gray: colour(255, 0.12),
};

/** How a mood bends a palette: factors for chroma and contrast, a shift of lightness, a hue that it leans to. */
export interface Mood {
  readonly chroma?: number;
  readonly contrast?: number;
  readonly lift?: number;
  readonly leanTo?: number;
}

const calm = { chroma: 0.8, lift: 0.03, contrast: 0.92 } satisfies Mood;
const vivid = { chroma: 1.35, contrast: 1.06 } satisfies Mood;
const gloomy = { chroma: 0.6, lift: -0.1 } satisfies Mood;
const pastel = { chroma: 0.72, lift: 0.08, contrast: 0.85 } satisfies Mood;

export const moodWords: Readonly<Record<string, Mood>> = {
  calm,
  serene: calm,
  peaceful: calm,
  quiet: calm,
  tranquil: calm,
  gentle: calm,
  soft: calm,
  vivid,
  vibrant: vivid,
  colourful: vivid,
  colorful: vivid,
  bold: vivid,
  bright: { chroma: 1.15, lift: 0.06 },
  cheerful: { chroma: 1.2, lift: 0.05 },
  happy: { chroma: 1.2, lift: 0.05 },
  neon: { chroma: 1.5, contrast: 1.12, lift: -0.06 },
  dreamy: { chroma: 0.9, lift: 0.05, contrast: 0.88, leanTo: 320 },
  magical: { chroma: 1.2, leanTo: 300 },
  mystical: { chroma: 1, lift: -0.03, leanTo: 285 },
  pastel,
  faded: pastel,
  gloomy,
  moody: gloomy,
  sad: gloomy,
  bleak: gloomy,
  eerie: { chroma: 0.75, lift: -0.09, leanTo: 170 },
  spooky: { chroma: 0.75, lift: -0.09, leanTo: 170 },
  dark: { chroma: 0.85, lift: -0.12 },
  dramatic: { chroma: 1.2, contrast: 1.15, lift: -0.04 },
  epic: { chroma: 1.2, contrast: 1.12 },
  warm: { leanTo: 55, chroma: 1.05 },
  cosy: { leanTo: 55, chroma: 1 },
  cozy: { leanTo: 55, chroma: 1 },
  hot: { leanTo: 40, chroma: 1.15 },
  cool: { leanTo: 230 },
  cold: { leanTo: 235, chroma: 0.85, lift: 0.02 },
  icy: { leanTo: 225, chroma: 0.8, lift: 0.05 },
  sepia: { leanTo: 70, chroma: 0.45 },
  vintage: { leanTo: 70, chroma: 0.7 },
  monochrome: { chroma: 0.04 },
  "black and white": { chroma: 0.02 },
};
