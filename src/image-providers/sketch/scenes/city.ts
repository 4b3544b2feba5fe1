/** Skylines behind skylines, windows lit after dark, a parapet in front. */

import { type Drawing, n, rectangle } from "../drawing.ts";
import { cloudLayers } from "../elements/clouds.ts";
import { skyLayers } from "../elements/sky.ts";
import { paintVillage, villageGround } from "../elements/village.ts";
import { waterLayers } from "../elements/water.ts";
import { lighter, mix, type Oklch } from "../oklch.ts";
import type { Random } from "../random.ts";
import type { Composition, Layer, Scene, Stage } from "../stage.ts";

export const city = {
  name: "city",
  words: [
    "city",
    "town",
    "skyline",
    "cityscape",
    "street",
    "urban",
    "downtown",
    "metropolis",
    "skyscraper",
    "rooftop",
    "village",
    "cyberpunk",
  ],
  horizon: [0.64, 0.7],
  times: ["dusk", "night", "twilight", "dawn", "golden"],
  ground: { h: 270, c: 0.045, lift: 0 },
  compose,
} as const satisfies Scene;

function compose(stage: Stage): Composition {
  return stage.wants("village") || stage.wants("town") ? composeVillage(stage) : composeSkyline(stage);
}

/** Houses up a hillside, with a lane in front. */
function composeVillage(stage: Stage): Composition {
  const { height, unit, horizon } = stage;
  return {
    behind: [
      ...skyLayers(stage),
      ...cloudLayers(stage),
      ...[0, 1, 2].map(
        (row): Layer => ({ phase: "Building the houses", paint: (drawing) => paintVillage(drawing, stage, row) }),
      ),
    ],
    shore: [],
    front: [],
    ground: (x) => villageGround(stage, 3)(x) + unit * 0.02,
    standing: [0.1, 0.9],
    water: null,
    air: { top: height * 0.1, bottom: horizon - unit * 0.2 },
  };
}

function composeSkyline(stage: Stage): Composition {
  const { height, unit, horizon } = stage;
  const room = height - horizon;
  const random = stage.random("city");
  const river = stage.wants("river") || stage.wants("harbour") || random.chance(0.45);
  const parapet = height - room * 0.3;
  const foot = river ? horizon + room * 0.16 : parapet + 2;
  const skyline = [0, 1, 2, 3].map(
    (row): Layer => ({
      phase: row < 2 ? "Raising the distant towers" : "Building the near blocks",
      paint: (drawing) => paintRow(drawing, stage, row, foot),
    }),
  );
  return {
    behind: [...skyLayers(stage), ...cloudLayers(stage), ...skyline, ...(river ? waterLayers(stage, foot) : [])],
    shore: [{ phase: "Laying the parapet", paint: (drawing) => paintParapet(drawing, stage, parapet) }],
    front: [],
    ground: () => parapet,
    standing: [0.08, 0.92],
    water: river
      ? { top: foot + (parapet - foot) * 0.3, bottom: foot + (parapet - foot) * 0.85, from: 0.08, to: 0.92 }
      : null,
    air: { top: height * 0.08, bottom: horizon - unit * 0.3 },
  };
}

function paintRow(drawing: Drawing, stage: Stage, row: number, foot: number): void {
  const { width, unit, palette, horizon } = stage;
  const random = stage.random(`row ${row}`);
  const t = row / 3;
  const depth = 0.2 + 0.6 * t;
  const tone = palette.ridge(depth);
  const tallest = Math.min(horizon * 0.72, unit * 0.5);
  const paint = drawing.linear({ x: 0, y: foot - tallest }, { x: 0, y: foot }, [
    { at: 0, colour: tone },
    { at: 0.5, colour: tone },
    { at: 1, colour: mix(tone, palette.haze, 0.5 * (1 - t * 0.7)) },
  ]);
  let blocks = "";
  const windows: string[] = [];
  let x = -unit * 0.05;
  const cluster = width * random.between(0.3, 0.7);
  while (x < width + unit * 0.05) {
    const wide = unit * random.between(0.04, 0.1) * (0.75 + t * 0.4);
    const central = Math.exp(-(((x - cluster) / (width * 0.28)) ** 2));
    const high = tallest * (random.between(0.24, 0.6) + central * random.between(0.1, 0.5)) * (1 - t * 0.48);
    blocks += building(random, x, foot, wide, high);
    if (row > 0) {
      windows.push(...litWindows(random, stage, { x, y: foot - high, wide, high }, t));
    }
    x += wide * random.between(0.9, 1.25);
  }
  drawing.fill(blocks, paint);
  const glow: Oklch = palette.lamplight ? palette.accent : mix(palette.sky[1] ?? palette.haze, palette.light, 0.35);
  drawing.fill(windows.join(""), glow, palette.lamplight ? 0.55 + t * 0.4 : 0.4);
}

/** A block with one of several roofs. */
function building(random: Random, x: number, foot: number, wide: number, high: number): string {
  const top = foot - high;
  const roof = random.integer(0, 6);
  const body = rectangle(x, top, wide, high + 2);
  const middle = x + wide / 2;
  if (roof === 0) {
    return `${body}M${n(x)} ${n(top + 1)}L${n(middle)} ${n(top - wide * 0.5)}L${n(x + wide)} ${n(top + 1)}z`;
  }
  if (roof === 1) {
    return `${body}${rectangle(x + wide * 0.18, top - wide * 0.35, wide * 0.64, wide * 0.4)}${rectangle(middle - wide * 0.02, top - wide * 1.1, wide * 0.04, wide)}`;
  }
  if (roof === 2) {
    return `${body}M${n(x)} ${n(top + 1)}L${n(x)} ${n(top - wide * 0.4)}L${n(x + wide)} ${n(top + 1)}z`;
  }
  if (roof === 3) {
    return `${body}M${n(x)} ${n(top + 1)}a${n(wide / 2)} ${n(wide * 0.45)} 0 0 1 ${n(wide)} 0z`;
  }
  return roof === 4 ? `${body}${rectangle(x + wide * 0.6, top - wide * 0.18, wide * 0.22, wide * 0.2)}` : body;
}

function litWindows(
  random: Random,
  stage: Stage,
  block: { x: number; y: number; wide: number; high: number },
  t: number,
): string[] {
  const share = stage.palette.dark ? 0.42 : stage.palette.lamplight ? 0.24 : 0.3;
  const size = stage.unit * (0.0045 + t * 0.004);
  const columns = Math.floor((block.wide - size) / (size * 2.1));
  const rows = Math.floor((block.high - size * 2) / (size * 2.5));
  const inset = (block.wide - columns * size * 2.1 + size * 1.1) / 2;
  const windows: string[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (random.chance(share)) {
        windows.push(
          rectangle(block.x + inset + column * size * 2.1, block.y + size * (1.6 + row * 2.5), size, size * 1.35),
        );
      }
    }
  }
  return windows;
}

function paintParapet(drawing: Drawing, stage: Stage, top: number): void {
  const { width, height, unit, palette } = stage;
  const near = palette.ridge(1);
  drawing.fill(
    rectangle(0, top, width, height - top),
    drawing.linear({ x: 0, y: top }, { x: 0, y: height }, [
      { at: 0, colour: lighter(near, 0.03) },
      { at: 1, colour: lighter(near, -0.04) },
    ]),
  );
  drawing.fill(rectangle(0, top - unit * 0.004, width, unit * 0.016), mix(near, palette.light, 0.22));
  drawing.fill(rectangle(0, top + unit * 0.012, width, unit * 0.01), lighter(near, -0.05));
  const random = stage.random("bricks");
  const course = unit * 0.03;
  for (let y = top + course; y < height; y += course) {
    for (let x = -random.between(0, course * 2); x < width; x += course * 2.2) {
      if (random.chance(0.3)) {
        drawing.fill(rectangle(x, y, course * 2, course * 0.8), lighter(near, random.between(-0.03, 0.035)), 0.6);
      }
    }
  }
}
