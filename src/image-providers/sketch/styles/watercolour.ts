/** Pigment that ran and dried at its edges, on rough paper whose border stays white. */
import { blank, everyPixel, lightnessAt, noiseField, type Pixels, softened } from "../pixels.ts";
import type { Stage } from "../stage.ts";
import type { Style } from "./style.ts";

export const watercolour = {
  name: "watercolour",
  words: ["watercolour", "watercolor", "aquarelle", "gouache", "water colour", "water color"],
  mood: { chroma: 1.2, lift: 0.06, contrast: 0.94 },
  phase: "Letting the colours run",
  grain: false,
  treat,
} as const satisfies Style;

const paper = [252, 249, 241] as const;

async function treat(picture: Pixels, stage: Stage): Promise<Pixels> {
  const { width, height } = picture;
  const { unit } = stage;
  const [wobbleX, wobbleY, blotches, fray, tooth, soft, wide] = await Promise.all([
    noiseField(stage.random("wobble across"), picture, unit * 0.03),
    noiseField(stage.random("wobble along"), picture, unit * 0.03),
    noiseField(stage.random("blotches"), picture, unit * 0.11),
    noiseField(stage.random("fray"), picture, unit * 0.012),
    noiseField(stage.random("tooth"), picture, Math.max(1.6, unit * 0.0028)),
    softened(picture, unit * 0.008),
    softened(picture, unit * 0.03),
  ]);
  const result = blank(picture);
  const reach = unit * 0.000045;
  const border = unit * 0.05;
  await everyPixel(picture, (x, y, at) => {
    const here = y * width + x;
    const [dx, dy] = [(wobbleX[here] ?? 128) - 128, (wobbleY[here] ?? 128) - 128];
    const fromX = Math.min(width - 1, Math.max(0, Math.round(x + dx * reach)));
    const fromY = Math.min(height - 1, Math.max(0, Math.round(y + dy * reach)));
    const from = (fromY * width + fromX) * 4;
    // Pigment gathers where a shape ends: darker on the dark side of an edge.
    const rim = Math.max(0, lightnessAt(wide.data, from) - lightnessAt(soft.data, from));
    const pool = ((blotches[here] ?? 128) - 128) / 128;
    const grain = ((tooth[here] ?? 128) - 128) / 128;
    const strength = Math.min(1, 0.8 + pool * 0.2 + rim * 0.006 - grain * 0.07);
    const ragged = pool * border * 0.3 + (((fray[here] ?? 128) - 128) / 128) * border * 0.12 + grain * border * 0.1;
    const edge = Math.min(x, y, width - 1 - x, height - 1 - y) + ragged;
    // A wash that is brushed to its end dries with a darker line there.
    const dried = 1 + 0.25 * Math.max(0, 1 - Math.abs(edge - border * 0.8) / (border * 0.09));
    const cover = Math.min(1, smooth((edge - border * 0.66) / (border * 0.14)) * strength * dried);
    for (let channel = 0; channel < 3; channel++) {
      const pigment = ((picture.data[from + channel] ?? 0) + (soft.data[from + channel] ?? 0)) / 2 - rim * 0.55;
      const white = (paper[channel] ?? 255) + grain * 5;
      result.data[at + channel] = Math.max(0, Math.min(255, white + (pigment - white) * cover));
    }
  });
  return result;
}

function smooth(t: number): number {
  const inside = Math.min(1, Math.max(0, t));
  return inside * inside * (3 - 2 * inside);
}
