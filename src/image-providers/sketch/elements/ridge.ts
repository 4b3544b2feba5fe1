/** Lines of hills and mountains against what lies behind them, and how they are filled. */
import { type Drawing, n, type Point, polyline } from "../drawing.ts";
import { lighter, mix, type Oklch } from "../oklch.ts";
import { createNoise, type Random } from "../random.ts";
import type { Stage } from "../stage.ts";

/** The form of a ridge; lengths in pixels. */
export interface RidgeShape {
  /** The row (y) around which it rises and falls. */
  readonly base: number;
  readonly amplitude: number;
  /** Distance between two summits. */
  readonly wavelength: number;
  /** 0 is a dune, 1 a broken crag. */
  readonly roughness: number;
  /** 0 rounds the summits, 1 makes peaks of them. */
  readonly sharpness: number;
}

export interface Ridge {
  readonly points: readonly Point[];
  readonly shape: RidgeShape;
  /** The row (y) of its top at a column. */
  at(x: number): number;
  /** The closed area below it, down to `bottom`. */
  area(bottom: number): string;
}

/** A ridge across the whole width, with overscan on both sides so that no edge shows. */
export function createRidge(random: Random, width: number, shape: RidgeShape): Ridge {
  const noise = createNoise(random);
  const offset = random.between(0, 200);
  const step = Math.max(1.5, Math.min(shape.wavelength / 60, width / 240));
  const margin = step * 4;
  const height = (x: number): number => {
    let sum = 0;
    let gain = 1;
    let total = 0;
    for (let octave = 0; octave < 6; octave++) {
      const value = noise(offset + octave * 37 + ((x / shape.wavelength) * 2 ** octave) / 0.9);
      const peaked = 1 - 2 * Math.abs(value) ** 0.85;
      sum += gain * (value + (peaked - value) * (octave < 3 ? shape.sharpness : 0));
      total += gain;
      gain *= 0.28 + shape.roughness * 0.24;
    }
    return shape.base - (sum / total) * shape.amplitude;
  };
  const points: Point[] = [];
  for (let x = -margin; x <= width + margin; x += step) {
    points.push({ x, y: height(x) });
  }
  const at = (x: number): number => {
    const position = Math.max(0, Math.min(points.length - 1.001, (x + margin) / step));
    const left = points[Math.floor(position)];
    const right = points[Math.floor(position) + 1];
    return left === undefined || right === undefined
      ? shape.base
      : left.y + (right.y - left.y) * (position - Math.floor(position));
  };
  const area = (bottom: number): string =>
    `${polyline(points)}L${n(width + margin * 2)} ${n(bottom)}L${n(-margin * 2)} ${n(bottom)}z`;
  return { points, shape, at, area };
}

/** Fills a ridge: its colour at the crest, mist at the foot, a thin rim where the light grazes it
 * (without it where trees stand: it would show between their feet). */
export function fillRidge(drawing: Drawing, stage: Stage, ridge: Ridge, depth: number, mist: number, rim = true): void {
  const { palette, unit, height } = stage;
  const top = Math.min(...ridge.points.map((point) => point.y));
  const foot = Math.min(height, ridge.shape.base + ridge.shape.amplitude * 0.6 + unit * 0.16);
  const crest = palette.ridge(depth);
  const paint = drawing.linear({ x: 0, y: top }, { x: 0, y: foot }, [
    { at: 0, colour: lighter(crest, palette.dark ? 0.012 : 0) },
    { at: 0.45, colour: mix(crest, palette.haze, mist * 0.35) },
    { at: 1, colour: mix(crest, palette.haze, mist) },
  ]);
  const area = ridge.area(height + unit * 0.1);
  if (rim) {
    drawing.fill(area, rimPaint(drawing, stage, crest, depth));
  }
  drawing.add(`<path d="${area}" fill="${paint}" transform="translate(0 ${n(unit * (0.0012 + depth * 0.0016))})"/>`);
}

/** A lit edge is brightest under the sun and gone at a distance from it. */
function rimPaint(drawing: Drawing, stage: Stage, crest: Oklch, depth: number): string {
  const { palette, light, width } = stage;
  const lit = mix(crest, palette.light, 0.16 + depth * 0.3);
  const reach = Math.max(width, stage.height) * 0.6;
  return drawing.radial({ x: light.x, y: stage.horizon }, reach, [
    { at: 0, colour: lit },
    { at: 0.5, colour: mix(crest, lit, 0.45) },
    { at: 1, colour: crest },
  ]);
}
