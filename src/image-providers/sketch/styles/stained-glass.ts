/** Pieces of coloured glass between lines of lead, lit from behind. */
import { blank, colourAt, edges, everyPixel, noiseField, type Pixels, type Rgb, softened } from "../pixels.ts";
import type { Stage } from "../stage.ts";
import type { Style } from "./style.ts";

export const stainedGlass = {
  name: "stained glass",
  words: ["stained glass", "stained glass window", "mosaic", "church window", "tiffany"],
  mood: { chroma: 1.5, contrast: 1.08, lift: -0.02 },
  phase: "Setting glass into lead",
  grain: false,
  treat,
} as const satisfies Style;

interface Pane {
  readonly x: number;
  readonly y: number;
  readonly colour: Rgb;
}

async function treat(picture: Pixels, stage: Stage): Promise<Pixels> {
  const { width, height } = picture;
  const { unit } = stage;
  const size = unit * 0.054;
  const soft = await softened(picture, unit * 0.012);
  const steep = await edges(await softened(picture, unit * 0.0045));
  const random = stage.random("panes");
  const across = Math.ceil(width / size) + 2;
  const down = Math.ceil(height / size) + 2;
  const panes = Array.from({ length: across * down }, (_, index): Pane => {
    const x = ((index % across) - 1 + random.between(0.08, 0.92)) * size;
    const y = (Math.floor(index / across) - 1 + random.between(0.08, 0.92)) * size;
    const tone = random.between(0.82, 1.16);
    const [red, green, blue] = colourAt(soft, x, y);
    return { x, y, colour: [red * tone, green * tone, blue * tone] };
  });
  const streaks = await noiseField(stage.random("glass"), picture, unit * 0.02);
  const result = blank(picture);
  const lead = unit * 0.0018;
  await everyPixel(picture, (x, y, at) => {
    const { pane, border } = paneAt(panes, across, size, x, y);
    // Lead runs between panes and along the outlines of what is seen.
    const outline = 1 - Math.min(1, Math.max(0, ((steep[at / 4] ?? 0) - 46) / 60));
    const glass = Math.min(outline, Math.max(0, (border - lead) / lead));
    const glow = 0.92 + Math.min(0.2, border / (size * 2.2)) + ((streaks[at / 4] ?? 128) - 128) * 0.0011;
    for (let channel = 0; channel < 3; channel++) {
      const own = (pane.colour[channel] ?? 0) * 0.36 + (picture.data[at + channel] ?? 0) * 0.64;
      const lit = Math.min(255, own * glow);
      result.data[at + channel] = 22 + (lit - 22) * glass;
    }
  });
  return result;
}

/** The pane that a pixel lies in and how far its border is. */
function paneAt(
  panes: readonly Pane[],
  across: number,
  size: number,
  x: number,
  y: number,
): { pane: Pane; border: number } {
  const column = Math.floor(x / size) + 1;
  const row = Math.floor(y / size) + 1;
  let pane: Pane = { x, y, colour: [0, 0, 0] };
  let [first, second] = [Number.MAX_VALUE, Number.MAX_VALUE];
  for (let dy = -1; dy <= 1; dy++) {
    for (let dx = -1; dx <= 1; dx++) {
      const candidate = panes[(row + dy) * across + column + dx];
      if (candidate !== undefined) {
        const far = Math.hypot(candidate.x - x, candidate.y - y);
        if (far < first) {
          second = first;
          first = far;
          pane = candidate;
        } else if (far < second) {
          second = far;
        }
      }
    }
  }
  return { pane, border: (second - first) / 2 };
}
