/** Tubes of light along every outline, on a night that keeps only a hint of what is there. */
import { blank, edges, everyPixel, type Pixels, softened } from "../pixels.ts";
import type { Stage } from "../stage.ts";
import type { Style } from "./style.ts";

export const neon = {
  name: "neon",
  words: ["neon", "neon light", "neon sign", "synthwave", "vaporwave", "retrowave", "blacklight", "glowing line"],
  mood: { chroma: 1.5, contrast: 1.12, lift: -0.04 },
  phase: "Lighting the neon tubes",
  grain: true,
  treat,
} as const satisfies Style;

const night = [14, 8, 34] as const;

async function treat(picture: Pixels, stage: Stage): Promise<Pixels> {
  const { unit } = stage;
  const soft = await softened(picture, Math.max(1.2, unit * 0.002));
  const steep = await edges(soft);
  // In a small picture everything is steep: fewer of its edges become tubes.
  const faint = 14 + 22 * Math.max(0, 1 - unit / 900);
  const tubes = blank(picture);
  await everyPixel(picture, (_, __, at) => {
    const glow = Math.min(1, Math.max(0, ((steep[at / 4] ?? 0) - faint) / 70));
    const [red, green, blue] = [soft.data[at] ?? 0, soft.data[at + 1] ?? 0, soft.data[at + 2] ?? 0];
    const low = Math.min(red, green, blue);
    const range = Math.max(12, Math.max(red, green, blue) - low);
    // Only the hue is taken over: a tube is never pale or dim.
    tubes.data[at] = glow * (40 + (215 * (red - low)) / range);
    tubes.data[at + 1] = glow * (30 + (195 * (green - low)) / range);
    tubes.data[at + 2] = glow * (70 + (185 * (blue - low)) / range);
  });
  const [near, far] = await Promise.all([softened(tubes, unit * 0.008), softened(tubes, unit * 0.035)]);
  const result = blank(picture);
  await everyPixel(picture, (_, __, at) => {
    for (let channel = 0; channel < 3; channel++) {
      const dim = (night[channel] ?? 0) + (picture.data[at + channel] ?? 0) * 0.16;
      const tube = tubes.data[at + channel] ?? 0;
      const light = tube * 1.15 + (near.data[at + channel] ?? 0) * 0.95 + (far.data[at + channel] ?? 0) * 0.9;
      result.data[at + channel] = 255 - ((255 - Math.min(255, dim)) * (255 - Math.min(255, light))) / 255;
    }
  });
  return result;
}
