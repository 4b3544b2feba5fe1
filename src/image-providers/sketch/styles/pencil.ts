/** Pencils: grey for a sketch, coloured ones on request; strokes in one direction on paper with a tooth. */
import { blank, edges, everyPixel, lightnessAt, noiseField, type Pixels, softened } from "../pixels.ts";
import type { Stage } from "../stage.ts";
import type { Style } from "./style.ts";

export const pencil = {
  name: "pencil",
  words: ["pencil", "pencil drawing", "pencil sketch", "sketch", "graphite", "charcoal", "drawing", "doodle"],
  mood: { contrast: 1.05, lift: 0.03 },
  phase: "Shading with the pencil",
  grain: false,
  treat: (picture, stage) => shade(picture, stage, 0),
} as const satisfies Style;

export const crayon = {
  name: "crayon",
  words: ["coloured pencil", "colored pencil", "colour pencil", "color pencil", "crayon", "pastel chalk", "chalk"],
  mood: { chroma: 1.25, lift: 0.05 },
  phase: "Shading with coloured pencils",
  grain: false,
  treat: (picture, stage) => shade(picture, stage, 1),
} as const satisfies Style;

const paper = [250, 247, 240] as const;

/** `colour` from 0 (graphite) to 1. */
async function shade(picture: Pixels, stage: Stage, colour: number): Promise<Pixels> {
  const { width, height } = picture;
  const { unit } = stage;
  const slanted = { width: width + height, height: width + height };
  const [streaks, tooth, soft] = await Promise.all([
    noiseField(stage.random("streaks"), { width: slanted.width, height: 64 }, Math.max(2, unit * 0.0034)),
    noiseField(stage.random("tooth"), picture, Math.max(1.5, unit * 0.0022)),
    softened(picture, unit * 0.02),
  ]);
  const steep = await edges(await softened(picture, Math.max(1.2, unit * 0.0016)));
  const result = blank(picture);
  await everyPixel(picture, (x, y, at) => {
    const here = y * width + x;
    // A stroke runs up to the right: noise that is stretched along it, changed every so often as a hand starts anew.
    const across = x + y;
    const lane = Math.floor((y - x + height + width + ((across * 7) % 97)) / (unit * 0.16)) & 63;
    const streak = ((streaks[lane * slanted.width + across] ?? 128) - 128) / 128;
    const rough = ((tooth[here] ?? 128) - 128) / 128;
    const tone = lightnessAt(picture.data, at);
    const local = tone / Math.max(40, lightnessAt(soft.data, at));
    const dark = 1 - Math.min(1, (tone / 255) ** 0.85 * Math.min(1.12, 0.35 + local * 0.65));
    const pressure = Math.max(
      0,
      dark * (0.86 + streak * 0.42 + rough * 0.3) - 0.04 + (colour > 0 ? 0.16 + streak * 0.12 : 0),
    );
    const outline = Math.min(0.75, Math.max(0, ((steep[here] ?? 0) - 12) / 130));
    const cover = Math.min(0.95, pressure);
    for (let channel = 0; channel < 3; channel++) {
      const white = paper[channel] ?? 255;
      const lead = colour > 0 ? (picture.data[at + channel] ?? 0) * 0.9 : 46 + channel * 3;
      const shaded = white + (lead - white) * (colour > 0 ? Math.min(0.96, cover * 0.8 + 0.34 + rough * 0.12) : cover);
      result.data[at + channel] = Math.max(0, Math.min(255, shaded + (lead * 0.45 - shaded) * outline + rough * 4));
    }
  });
  return result;
}
