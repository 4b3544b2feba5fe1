/** Brush strokes along the forms, broad ones first, with a relief of thick paint. */
import { createDrawing, n } from "../drawing.ts";
import {
  blank,
  colourAt,
  cssColour,
  drawnOver,
  edges,
  everyPixel,
  type Field,
  lightnessAt,
  noiseField,
  type Pixels,
  softened,
} from "../pixels.ts";
import { createNoise } from "../random.ts";
import type { Stage } from "../stage.ts";
import type { Style } from "./style.ts";

export const oil = {
  name: "oil",
  words: [
    "oil",
    "oil painting",
    "oil paint",
    "impressionist",
    "impressionism",
    "impasto",
    "painting",
    "acrylic",
    "canvas",
  ],
  mood: { chroma: 1.18, contrast: 1.03 },
  phase: "Laying on the paint",
  grain: false,
  treat,
} as const satisfies Style;

/** Lengths as shares of the unit; strokes are laid only where edges are `from` to `to` steep. */
const passes = [
  { step: 0.021, long: 0.062, thick: 0.026, from: 0, to: 70 },
  { step: 0.0125, long: 0.034, thick: 0.012, from: 12, to: 150 },
  { step: 0.0075, long: 0.017, thick: 0.0046, from: 44, to: 256 },
] as const;

async function treat(picture: Pixels, stage: Stage): Promise<Pixels> {
  const steep = await edges(await softened(picture, Math.max(1, stage.unit * 0.005)));
  let painted = picture;
  for (const [index, pass] of passes.entries()) {
    painted = await drawnOver(painted, strokes(picture, steep, stage, { ...pass, name: `strokes ${index}` }));
  }
  return relief(painted, stage);
}

interface Pass {
  readonly name: string;
  readonly step: number;
  readonly long: number;
  readonly thick: number;
  readonly from: number;
  readonly to: number;
}

function strokes(picture: Pixels, steep: Field, stage: Stage, pass: Pass) {
  const { width, height } = picture;
  const { unit } = stage;
  const random = stage.random(pass.name);
  const drift = createNoise(stage.random("brush drift"));
  const drawing = createDrawing();
  const step = unit * pass.step;
  for (let row = 0; row < height + step; row += step) {
    for (let column = 0; column < width + step; column += step) {
      const x = column + random.between(-0.5, 0.5) * step;
      const y = row + random.between(-0.5, 0.5) * step;
      const [tint, bow, long] = [random.between(-1, 1), random.between(-0.18, 0.18), random.between(0.6, 1.2)];
      const [cx, cy] = [
        Math.min(width - 1, Math.max(0, Math.round(x))),
        Math.min(height - 1, Math.max(0, Math.round(y))),
      ];
      const here = steep[cy * width + cx] ?? 0;
      if (here < pass.from || here > pass.to) {
        continue;
      }
      const angle = directionAt(picture, x, y, unit * 0.006) ?? drift(x / (unit * 0.5) + y / (unit * 0.31)) * 1.3;
      const half = (unit * pass.long * long) / 2;
      const [dx, dy] = [Math.cos(angle) * half, Math.sin(angle) * half];
      const [red, green, blue] = colourAt(picture, x, y);
      const warm = tint * 9;
      drawing.add(
        `<path d="M${n(x - dx)} ${n(y - dy)}q${n(dx - dy * bow * 2)} ${n(dy + dx * bow * 2)} ${n(dx * 2)} ${n(dy * 2)}" fill="none" ` +
          `stroke="${cssColour([red + warm, green + warm, blue + warm * 0.6])}" stroke-width="${n(unit * pass.thick)}" stroke-linecap="round"/>`,
      );
    }
  }
  return drawing;
}

/** Along the edge, where there is one: across the steepest change of lightness. */
function directionAt(picture: Pixels, x: number, y: number, reach: number): number | null {
  const grey = (dx: number, dy: number): number => {
    const [red, green, blue] = colourAt(picture, x + dx, y + dy);
    return red * 0.21 + green * 0.72 + blue * 0.07;
  };
  const across = grey(reach, 0) - grey(-reach, 0);
  const along = grey(0, reach) - grey(0, -reach);
  return Math.hypot(across, along) < 5 ? null : Math.atan2(across, -along);
}

/** Light from the upper left catches the ridges of the paint. */
async function relief(picture: Pixels, stage: Stage): Promise<Pixels> {
  const { data, width } = picture;
  const weave = await noiseField(stage.random("weave"), picture, Math.max(1.5, stage.unit * 0.0024));
  const result = blank(picture);
  await everyPixel(picture, (x, y, at) => {
    const before = x > 0 && y > 0 ? at - (width + 1) * 4 : at;
    const ridge = Math.max(-26, Math.min(26, (lightnessAt(data, at) - lightnessAt(data, before)) * 0.55));
    const rough = ((weave[y * width + x] ?? 128) - 128) * 0.045;
    for (let channel = 0; channel < 3; channel++) {
      result.data[at + channel] = Math.max(0, Math.min(255, (data[at + channel] ?? 0) + ridge + rough));
    }
  });
  return result;
}
