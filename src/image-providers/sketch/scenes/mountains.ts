/** Ranges behind ranges, fading into the air; conifers on the nearest, a lake when one is asked for or chance grants it. */

import { type Drawing, n, type Point, polyline } from "../drawing.ts";
import { cloudLayers } from "../elements/clouds.ts";
import { createRidge, fillRidge, type Ridge } from "../elements/ridge.ts";
import { skyLayers } from "../elements/sky.ts";
import { coniferRank, grass } from "../elements/trees.ts";
import { waterLayers } from "../elements/water.ts";
import { lighter, mix, oklch } from "../oklch.ts";
import type { Composition, Layer, Scene, Stage } from "../stage.ts";

export const mountains = {
  name: "mountains",
  words: [
    "mountain",
    "mountain range",
    "alps",
    "alpine",
    "peak",
    "summit",
    "hill",
    "valley",
    "canyon",
    "cliff",
    "highland",
    "fjord",
    "lake",
    "volcano",
    "glacier",
    "himalaya",
    "landscape",
    "nature",
  ],
  horizon: [0.52, 0.6],
  times: ["dawn", "golden", "dusk", "day", "twilight"],
  ground: { h: 205, c: 0.045 },
  compose,
} as const satisfies Scene;

function compose(stage: Stage): Composition {
  const { width, height, unit, horizon } = stage;
  const random = stage.random("mountains");
  const lake = stage.allows("lake") && (stage.wants("lake") || stage.wants("fjord") || random.chance(0.4));
  const room = height - horizon;
  const main = createRidge(stage.random("main range"), width, {
    base: horizon - unit * 0.05,
    amplitude: Math.min(unit * 0.36, horizon * 0.5),
    wavelength: unit * random.between(0.5, 0.8),
    roughness: 0.72,
    sharpness: 0.95,
  });
  const far = createRidge(stage.random("far range"), width, {
    base: horizon - unit * 0.1,
    amplitude: Math.min(unit * 0.2, horizon * 0.4),
    wavelength: unit * 0.38,
    roughness: 0.6,
    sharpness: 0.8,
  });
  const waterline = horizon + room * 0.24;
  const behind: Layer[] = [
    ...skyLayers(stage),
    ...cloudLayers(stage),
    { phase: "Raising the far range", paint: (drawing) => fillRidge(drawing, stage, far, 0.2, 0.7) },
    { phase: "Carving the peaks", paint: (drawing) => paintRange(drawing, stage, main) },
    {
      phase: "Layering the foothills",
      paint: (drawing) => paintFoothills(drawing, stage, lake ? 2 : 4, lake ? waterline : height),
    },
  ];
  if (lake) {
    behind.push(...waterLayers(stage, waterline));
  }
  const shore = createRidge(stage.random("shore"), width, {
    base: height - room * (lake ? 0.2 : 0.27),
    amplitude: unit * 0.045,
    wavelength: unit * 0.9,
    roughness: 0.25,
    sharpness: 0,
  });
  behind.push({
    phase: "Rolling out the foreground",
    paint: (drawing) => paintShore(drawing, stage, shore),
  });
  return {
    behind,
    front: [{ phase: "Growing the grass", paint: (drawing) => paintGrass(drawing, stage, shore) }],
    ground: shore.at,
    standing: [0.08, 0.92],
    water: lake ? { top: waterline + room * 0.12, bottom: height - room * 0.3 } : null,
    air: { top: height * 0.1, bottom: horizon - unit * 0.12 },
  };
}

function paintRange(drawing: Drawing, stage: Stage, ridge: Ridge): void {
  fillRidge(drawing, stage, ridge, 0.42, 0.75);
  const { palette, light, unit, height } = stage;
  const random = stage.random("facets");
  const clip = drawing.clip(ridge.area(height));
  const top = Math.min(...ridge.points.map((point) => point.y));
  const crest = palette.ridge(0.42);
  const depth = ridge.shape.amplitude * 1.3;
  const shade = drawing.linear({ x: 0, y: top }, { x: 0, y: top + depth * 1.25 }, [
    { at: 0, colour: lighter(mix(crest, palette.near, 0.4), -0.02), opacity: 0.85 },
    { at: 1, colour: crest, opacity: 0 },
  ]);
  const snowTone = mix(oklch(palette.dark ? 0.75 : 0.97, 0.02, 240), palette.light, 0.35);
  const snow = drawing.linear({ x: 0, y: top }, { x: 0, y: top + depth * 0.62 }, [
    { at: 0, colour: snowTone, opacity: palette.dark ? 0.5 : 0.92 },
    { at: 0.55, colour: snowTone, opacity: palette.dark ? 0.3 : 0.6 },
    { at: 1, colour: snowTone, opacity: 0 },
  ]);
  const snowy = stage.allows("snow");
  let shades = "";
  let caps = "";
  for (const peak of summits(ridge, unit * 0.035)) {
    const away = light.x < peak.x ? 1 : -1;
    const drop = depth * random.between(0.7, 1);
    const spine = jag(random.between, peak, drop, away);
    shades += `${polyline(spine)}L${n(peak.x + away * drop * 1.6)} ${n(peak.y + drop)}L${n(peak.x + away * drop * 0.5)} ${n(peak.y - unit * 0.1)}z`;
    const cap = drop * random.between(0.3, 0.5);
    caps += `${polyline(spine.filter((point) => point.y < peak.y + cap * 1.5))}L${n(peak.x - away * cap * 1.5)} ${n(peak.y + cap)}L${n(peak.x - away * cap * 0.8)} ${n(peak.y - unit * 0.1)}z`;
  }
  drawing.add(`<path d="${shades}" fill="${shade}" clip-path="${clip}"/>`);
  if (snowy) {
    drawing.add(`<path d="${caps}" fill="${snow}" clip-path="${clip}"/>`);
  }
}

/** The broken line that runs down from a summit and parts its lit side from its shaded one. */
function jag(between: (min: number, max: number) => number, peak: Point, drop: number, away: number): Point[] {
  const points: Point[] = [{ x: peak.x - away * drop * 0.02, y: peak.y - drop * 0.2 }, peak];
  let x = peak.x;
  for (let step = 1; step <= 9; step++) {
    x += away * drop * between(-0.075, 0.1);
    points.push({ x, y: peak.y + (drop * step) / 9 });
  }
  return points;
}

function summits(ridge: Ridge, distance: number): Point[] {
  return ridge.points.filter((point) => {
    const near = ridge.points.filter((other) => Math.abs(other.x - point.x) < distance);
    return near.every((other) => other.y >= point.y) && point.y < ridge.shape.base + ridge.shape.amplitude * 0.2;
  });
}

function paintFoothills(drawing: Drawing, stage: Stage, count: number, end: number): void {
  const { width, unit, horizon } = stage;
  const treesAllowed = stage.allows("tree");
  for (let hill = 0; hill < count; hill++) {
    const t = (hill + 0.4) / (count + 0.6);
    const ridge = createRidge(stage.random(`hill ${hill}`), width, {
      base: horizon + (end - horizon) * t * 0.8,
      amplitude: unit * (0.07 + 0.03 * t),
      wavelength: unit * (0.6 + 0.3 * t),
      roughness: 0.5 - t * 0.2,
      sharpness: 0.3,
    });
    const depth = 0.5 + t * 0.34;
    fillRidge(drawing, stage, ridge, depth, 0.7);
    if (treesAllowed && hill >= count - 2) {
      const height = unit * (0.03 + 0.035 * t);
      const rank = coniferRank(stage.random(`pines ${hill}`), { width, at: ridge.at, height, density: 1.5 });
      drawing.fill(rank, stage.palette.ridge(depth + 0.02));
    }
  }
}

function paintShore(drawing: Drawing, stage: Stage, shore: Ridge): void {
  const { width, unit, palette } = stage;
  if (stage.allows("tree")) {
    const side = stage.random("copse").chance(0.5) ? 0 : 1;
    const rank = coniferRank(stage.random("near pines"), {
      width,
      at: shore.at,
      height: unit * 0.2,
      density: 1,
      gapAt: (x) => Math.abs(x / width - side) > 0.2,
    });
    drawing.fill(rank, palette.ridge(0.95));
  }
  fillRidge(drawing, stage, shore, 1, 0.05);
}

function paintGrass(drawing: Drawing, stage: Stage, shore: Ridge): void {
  drawing.fill(grass(stage.random("grass"), stage.width, shore.at, stage.unit * 0.022, 1.4), stage.palette.ridge(1));
}
