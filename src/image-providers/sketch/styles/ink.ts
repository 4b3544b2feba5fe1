/** Pen and ink: outlines and four grades of hatching on cream paper, with a breath of colour. */
import { blank, edges, everyPixel, lightnessAt, noiseField, type Pixels, softened } from "../pixels.ts";
import type { Stage } from "../stage.ts";
import type { Style } from "./style.ts";

export const ink = {
  name: "ink",
  words: [
    "ink",
    "pen and ink",
    "ink drawing",
    "etching",
    "engraving",
    "crosshatch",
    "cross hatching",
    "line art",
    "woodcut",
  ],
  mood: { contrast: 1.08, lift: 0.06 },
  phase: "Hatching with the pen",
  grain: false,
  treat,
} as const satisfies Style;

const paper = [247, 240, 224] as const;
const black = [34, 32, 44] as const;
/** Below a lightness, lines in a direction (columns and rows per step) are drawn. */
const grades = [
  { below: 165, dx: 0.74, dy: 0.67 },
  { below: 112, dx: 0.64, dy: -0.77 },
  { below: 66, dx: 0.22, dy: 0.97 },
  { below: 34, dx: 0.98, dy: 0.2 },
] as const;

async function treat(picture: Pixels, stage: Stage): Promise<Pixels> {
  const { width } = picture;
  const { unit } = stage;
  const [wobble, blotches, soft] = await Promise.all([
    noiseField(stage.random("shaking hand"), picture, unit * 0.02),
    noiseField(stage.random("wash"), picture, unit * 0.14),
    softened(picture, unit * 0.012),
  ]);
  const steep = await edges(picture);
  const pitch = Math.max(3, unit * 0.0088);
  const result = blank(picture);
  await everyPixel(picture, (x, y, at) => {
    const here = y * width + x;
    const shake = ((wobble[here] ?? 128) - 128) * unit * 0.00006;
    const tone = lightnessAt(picture.data, at);
    let line = Math.min(1, Math.max(0, ((steep[here] ?? 0) - 26) / 80));
    for (const { below, dx, dy } of grades) {
      if (tone < below) {
        const phase = ((x + shake) * dx + (y + shake) * dy) / pitch;
        const off = Math.abs(phase - Math.floor(phase) - 0.5) * pitch;
        const half = pitch * (0.07 + 0.13 * Math.min(1, (below - tone) / 60));
        line = Math.max(line, Math.min(1, Math.max(0, half - off + 0.5)) * 0.8);
      }
    }
    const wash = 0.5 + ((blotches[here] ?? 128) - 128) * 0.0012;
    for (let channel = 0; channel < 3; channel++) {
      const white = paper[channel] ?? 255;
      const tinted = white + ((soft.data[at + channel] ?? 0) * 0.7 + 76 - white) * wash;
      result.data[at + channel] = tinted + ((black[channel] ?? 0) - tinted) * line;
    }
  });
  return result;
}
