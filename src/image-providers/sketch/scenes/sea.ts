/** Open water under a wide sky: islands at the horizon, a headland or a strand in front. */

import { type Drawing, n, polyline } from "../drawing.ts";
import { cloudLayers } from "../elements/clouds.ts";
import { createRidge, fillRidge } from "../elements/ridge.ts";
import { skyLayers } from "../elements/sky.ts";
import { grass } from "../elements/trees.ts";
import { waterLayers } from "../elements/water.ts";
import { lighter, mix, oklch } from "../oklch.ts";
import { createNoise } from "../random.ts";
import type { Composition, Scene, Stage } from "../stage.ts";

export const sea = {
  name: "sea",
  words: [
    "sea",
    "ocean",
    "beach",
    "coast",
    "coastline",
    "shore",
    "seaside",
    "island",
    "bay",
    "harbour",
    "harbor",
    "wave",
    "lagoon",
    "water",
    "horizon",
  ],
  horizon: [0.52, 0.62],
  times: ["dusk", "golden", "dawn", "day", "twilight"],
  ground: { h: 170, c: 0.05, lift: 0.03 },
  compose,
} as const satisfies Scene;

function compose(stage: Stage): Composition {
  const { height, unit, horizon } = stage;
  const ground = headland(stage);
  return {
    behind: [
      ...skyLayers(stage),
      ...cloudLayers(stage),
      { phase: "Setting out the islands", paint: (drawing) => paintIslands(drawing, stage) },
      ...waterLayers(stage, horizon),
      { phase: "Rolling in the swell", paint: (drawing) => paintSwell(drawing, stage) },
    ],
    shore: [{ phase: "Shaping the headland", paint: (drawing) => paintHeadland(drawing, stage, ground) }],
    front: [{ phase: "Growing the dune grass", paint: (drawing) => paintDuneGrass(drawing, stage, ground) }],
    ground,
    standing: isBeach(stage) ? [0.08, 0.92] : headlandSide(stage) === 0 ? [0.03, 0.32] : [0.68, 0.97],
    water: {
      top: horizon + (height - horizon) * 0.14,
      bottom: horizon + (height - horizon) * (isBeach(stage) ? 0.4 : 0.62),
      ...(isBeach(stage)
        ? { from: 0.06, to: 0.94 }
        : headlandSide(stage) === 0
          ? { from: 0.36, to: 0.96 }
          : { from: 0.04, to: 0.64 }),
    },
    air: { top: height * 0.1, bottom: horizon - unit * 0.1 },
  };
}

/** A strand of sand instead of a headland. */
function isBeach(stage: Stage): boolean {
  return ["beach", "shore", "seaside", "sand", "lagoon"].some((word) => stage.wants(word));
}

/** The light keeps to the open side. */
function headlandSide(stage: Stage): 0 | 1 {
  return stage.light.x > stage.width / 2 ? 0 : 1;
}

/** The top of the headland: high at its side of the picture, falling to a low strand on the other. */
function headland(stage: Stage): (x: number) => number {
  const { width, height, unit, horizon } = stage;
  const random = stage.random("headland");
  const noise = createNoise(random);
  const side = headlandSide(stage);
  if (isBeach(stage)) {
    const lean = (side === 0 ? 1 : -1) * (height - horizon) * 0.1;
    return (x) =>
      height - (height - horizon) * 0.36 + (x / width - 0.5) * lean + noise(x / (unit * 0.5)) * unit * 0.018;
  }
  const rise = Math.min((height - horizon) * 0.72, unit * random.between(0.24, 0.34));
  const reach = random.between(0.24, 0.34);
  return (x) => {
    const across = Math.min(1, Math.max(0, (Math.abs(x / width - side) - 0.26) / reach));
    const fall = 1 - across * across * (3 - 2 * across);
    const rough = noise(x / (unit * 0.16)) * unit * 0.014 + noise(50 + x / (unit * 0.04)) * unit * 0.005;
    return height - (height - horizon) * 0.05 - rise * fall + rough * (0.3 + fall);
  };
}

function paintIslands(drawing: Drawing, stage: Stage): void {
  const { width, unit, horizon } = stage;
  const random = stage.random("islands");
  const ridge = createRidge(stage.random("far coast"), width, {
    base: horizon + unit * random.between(-0.01, 0.02),
    amplitude: unit * random.between(0.09, 0.15),
    wavelength: unit * random.between(0.5, 0.9),
    roughness: 0.5,
    sharpness: 0.35,
  });
  fillRidge(drawing, stage, ridge, 0.3, 0.6);
  const nearer = createRidge(stage.random("near coast"), width, {
    base: horizon + unit * 0.05,
    amplitude: unit * 0.1,
    wavelength: unit * 0.7,
    roughness: 0.6,
    sharpness: 0.5,
  });
  fillRidge(drawing, stage, nearer, 0.5, 0.4);
}

function paintSwell(drawing: Drawing, stage: Stage): void {
  const { width, height, unit, horizon, palette } = stage;
  const room = height - horizon;
  const crest = mix(palette.haze, palette.light, 0.45);
  for (let wave = 0; wave < 6; wave++) {
    const t = (wave + 1) / 7;
    const random = stage.random(`wave ${wave}`);
    const noise = createNoise(random);
    const y = horizon + room * (0.16 + 0.74 * t ** 1.3);
    const high = unit * 0.016 * t;
    const line = (lift: number) => {
      const points = [];
      for (let x = -unit * 0.05; x <= width + unit * 0.05; x += unit * 0.012) {
        const swell = noise(x / (unit * 0.3 * (0.4 + t))) * high + Math.abs(noise(9 + x / (unit * 0.09))) * high * 0.6;
        points.push({ x, y: y - swell - lift * Math.max(0, noise(40 + x / (unit * 0.22))) });
      }
      return points;
    };
    const upper = polyline(line(unit * 0.011 * t));
    const lower = line(0)
      .toReversed()
      .map((point) => `L${n(point.x)} ${n(point.y + unit * 0.0012)}`)
      .join("");
    drawing.fill(`${upper}${lower}z`, crest, 0.16 + 0.2 * t);
  }
}

function paintHeadland(drawing: Drawing, stage: Stage, ground: (x: number) => number): void {
  const { width, height, unit, palette } = stage;
  const points = [];
  for (let x = -unit * 0.05; x <= width + unit * 0.05; x += unit * 0.006) {
    points.push({ x, y: ground(x) });
  }
  const area = `${polyline(points)}V${n(height + 9)}H${n(-unit * 0.05)}z`;
  const top = Math.min(...points.map((point) => point.y));
  const foam = mix(palette.haze, palette.light, 0.5);
  drawing.add(
    `<path d="${area}" fill="none" stroke="${drawing.linear({ x: 0, y: top }, { x: 0, y: height }, [
      { at: 0, colour: foam, opacity: 0.25 },
      { at: 1, colour: foam, opacity: 0.8 },
    ])}" stroke-width="${n(unit * 0.006)}"/>`,
  );
  const beach = isBeach(stage);
  const sand = mix(
    palette.tone(oklch(palette.dark ? 0.34 : 0.78, 0.06, 80)),
    palette.ridge(0.8),
    palette.dark ? 0.5 : 0.34,
  );
  const face = drawing.linear({ x: 0, y: top }, { x: 0, y: height }, [
    { at: 0, colour: beach ? mix(sand, palette.near, 0.25) : lighter(palette.ridge(0.93), 0.01) },
    { at: beach ? 0.14 : 0.5, colour: beach ? sand : palette.ridge(0.98) },
    { at: 1, colour: beach ? mix(sand, palette.near, 0.3) : lighter(palette.ridge(1), -0.03) },
  ]);
  drawing.fill(area, face);
}

function paintDuneGrass(drawing: Drawing, stage: Stage, ground: (x: number) => number): void {
  const { width, unit } = stage;
  const at = (x: number): number => ground(x) + (Math.abs(x / width - headlandSide(stage)) > 0.5 ? unit : 0);
  drawing.fill(
    grass(stage.random("dune grass"), width, at, unit * 0.024, isBeach(stage) ? 0.12 : 1.5),
    stage.palette.ridge(0.96),
  );
}
