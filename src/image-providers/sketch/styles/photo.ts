/** Through a lens: highlights that bloom, a shallow focus, a film's curve and its grain. */
import { blank, everyPixel, noiseField, type Pixels, softened } from "../pixels.ts";
import type { Stage } from "../stage.ts";
import type { Style } from "./style.ts";

export const photo = {
  name: "photo",
  words: [
    "photo",
    "photograph",
    "photography",
    "photorealistic",
    "realistic",
    "cinematic",
    "film still",
    "35mm",
    "bokeh",
    "dslr",
  ],
  mood: { chroma: 0.95, contrast: 1.05 },
  phase: "Developing the film",
  grain: true,
  treat,
} as const satisfies Style;

async function treat(picture: Pixels, stage: Stage): Promise<Pixels> {
  const { width, height } = picture;
  const { unit } = stage;
  const [blur, bloom, film] = await Promise.all([
    softened(picture, unit * 0.01),
    softened(picture, unit * 0.07),
    noiseField(stage.random("film"), picture, Math.max(1.3, unit * 0.0016)),
  ]);
  const result = blank(picture);
  const middle = height * 0.62;
  await everyPixel(picture, (x, y, at) => {
    const focus = Math.min(1, Math.max(0, (Math.abs(y - middle) / height - 0.24) * 3.4));
    const corner = ((x / width - 0.5) ** 2 + (y / height - 0.5) ** 2) * 2;
    const speck = ((film[at / 4] ?? 128) - 128) * 0.075;
    for (let channel = 0; channel < 3; channel++) {
      const sharp = picture.data[at + channel] ?? 0;
      const seen = sharp + ((blur.data[at + channel] ?? 0) - sharp) * focus;
      const spill = Math.max(0, (bloom.data[at + channel] ?? 0) - 120) * 0.42;
      const exposed = (255 - ((255 - seen) * (255 - spill)) / 255) / 255;
      // A gentle S, with lifted blacks as film has them, warm in the lights and cool in the shades.
      const curve = exposed * exposed * (3 - 2 * exposed);
      const tone = 0.035 + 0.965 * (exposed * 0.55 + curve * 0.45) + (channel - 1) * (0.5 - exposed) * 0.05;
      result.data[at + channel] = Math.max(0, Math.min(255, tone * 262 * (1 - corner * 0.36) + speck));
    }
  });
  return result;
}
