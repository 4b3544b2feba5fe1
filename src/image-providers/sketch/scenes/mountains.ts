/** Ranges behind ranges, fading into the air; conifers on the nearest, a lake when one is asked for or chance grants it. */

import type { Drawing } from "../drawing.ts";
import { cloudLayers } from "../elements/clouds.ts";
import { paintFace, snowCap, summits } from "../elements/facets.ts";
import { createRidge, fillRidge, type Ridge } from "../elements/ridge.ts";
import { skyLayers } from "../elements/sky.ts";
import { coniferRank, grass } from "../elements/trees.ts";
import { paintVolcano } from "../elements/volcano.ts";
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
  ground: { h: 205, c: 0.045, lift: 0 },
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
    stage.wants("volcano")
      ? { phase: "Waking a volcano", paint: (drawing) => paintVolcano(drawing, stage) }
      : { phase: "Carving the peaks", paint: (drawing) => paintRange(drawing, stage, main) },
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
  return {
    behind,
    shore: [{ phase: "Rolling out the foreground", paint: (drawing) => paintShore(drawing, stage, shore) }],
    front: [{ phase: "Growing the grass", paint: (drawing) => paintGrass(drawing, stage, shore) }],
    ground: shore.at,
    standing: [0.08, 0.92],
    water: lake ? { top: waterline + room * 0.12, bottom: height - room * 0.32, from: 0.1, to: 0.9 } : null,
    air: { top: height * 0.1, bottom: horizon - unit * 0.12 },
  };
}

function paintRange(drawing: Drawing, stage: Stage, ridge: Ridge): void {
  const { palette, light, unit } = stage;
  fillRidge(drawing, stage, ridge, 0.42, 0.75);
  const random = stage.random("faces");
  const crest = palette.ridge(0.42);
  const depth = ridge.shape.amplitude * 1.2;
  const snow = mix(oklch(palette.dark ? 0.72 : 0.97, 0.02, 240), palette.light, 0.35);
  for (const summit of summits(ridge, unit * 0.055)) {
    const shaded = light.x < summit.top.x ? 1 : -1;
    const low = summit.top.y > ridge.shape.base - ridge.shape.amplitude * (stage.wintry ? -0.4 : 0.15);
    if (stage.allows("snow") && !low) {
      const cap = Math.min(depth * 0.55, unit * 0.13) * random.between(0.6, 1.1) * (stage.wintry ? 1.5 : 1);
      drawing.fill(snowCap(random, summit, cap), snow, palette.dark ? 0.55 : 0.88);
    }
    const shade = lighter(mix(crest, palette.foliage(0.9), 0.45), -0.02);
    paintFace(drawing, random, summit, shaded, { colour: shade, opacity: 0.62, depth, broken: 1 });
    const lit = mix(crest, palette.light, palette.dark ? 0.14 : 0.35);
    paintFace(drawing, random, summit, shaded === 1 ? -1 : 1, {
      colour: lit,
      opacity: 0.3,
      depth: depth * 0.7,
      broken: 0.6,
    });
  }
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
    fillRidge(drawing, stage, ridge, depth, 0.7, false);
    if (treesAllowed && hill >= count - 2) {
      const height = unit * (0.03 + 0.035 * t);
      const rank = coniferRank(stage.random(`pines ${hill}`), { width, at: ridge.at, height, density: 1.5 });
      drawing.fill(rank, stage.palette.foliage(depth + 0.02));
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
    drawing.fill(rank, palette.foliage(0.95));
  }
  fillRidge(drawing, stage, shore, 1, 0.05);
}

function paintGrass(drawing: Drawing, stage: Stage, shore: Ridge): void {
  drawing.fill(grass(stage.random("grass"), stage.width, shore.at, stage.unit * 0.022, 1.4), stage.palette.ridge(1));
}
