/** Big square pixels in few colours, with the chequered transitions of old screens. */
import { blank, everyPixel, fewColours, nearest, type Pixels, type Rgb, resized } from "../pixels.ts";
import type { Stage } from "../stage.ts";
import type { Style } from "./style.ts";

export const pixelArt = {
  name: "pixel art",
  words: ["pixel art", "pixel", "pixelated", "8 bit", "16 bit", "8bit", "16bit", "retro game", "video game", "sprite"],
  mood: { chroma: 1.2, contrast: 1.05 },
  phase: "Setting the pixels",
  grain: false,
  treat,
} as const satisfies Style;

/** Picture units are this many cells. */
const cells = 132;
const colours = 26;
/** Ordered dither, Bayer's four by four. */
const thresholds = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5] as const;

async function treat(picture: Pixels, stage: Stage): Promise<Pixels> {
  const { width, height } = picture;
  const cell = Math.max(2, Math.round(stage.unit / cells));
  const small = await resized(picture, Math.ceil(width / cell), Math.ceil(height / cell));
  const palette = fewColours(small, colours);
  const pattern = blank(small);
  await everyPixel(small, (x, y, at) => {
    const lift = ((thresholds[(y % 4) * 4 + (x % 4)] ?? 0) / 15 - 0.5) * 10;
    const channel = (index: number): number => (small.data[at + index] ?? 0) + lift;
    const chosen: Rgb = palette[nearest(palette, [channel(0), channel(1), channel(2)])] ?? [0, 0, 0];
    pattern.data.set(chosen.map(Math.round), at);
  });
  const result = blank(picture);
  await everyPixel(picture, (x, y, at) => {
    const from = (Math.floor(y / cell) * small.width + Math.floor(x / cell)) * 4;
    result.data.set(pattern.data.subarray(from, from + 3), at);
  });
  return result;
}
