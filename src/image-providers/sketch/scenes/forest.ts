/** Ranks of trees in mist, shafts of light, dark trunks framing a clearing. */

import { type Drawing, n } from "../drawing.ts";
import { cloudLayers, paintHaze } from "../elements/clouds.ts";
import { createRidge, fillRidge, type Ridge } from "../elements/ridge.ts";
import { skyLayers } from "../elements/sky.ts";
import { coniferRank, grass, trunk } from "../elements/trees.ts";
import { lighter } from "../oklch.ts";
import type { Composition, Layer, Scene, Stage } from "../stage.ts";

export const forest = {
  name: "forest",
  words: [
    "forest",
    "wood",
    "woodland",
    "jungle",
    "rainforest",
    "grove",
    "glade",
    "clearing",
    "taiga",
    "enchanted forest",
  ],
  horizon: [0.58, 0.66],
  times: ["dawn", "golden", "day", "twilight"],
  ground: { h: 158, c: 0.06, lift: 0 },
  compose,
} as const satisfies Scene;

function compose(stage: Stage): Composition {
  const { width, height, unit, horizon } = stage;
  const room = height - horizon;
  const floor = createRidge(stage.random("floor"), width, {
    base: height - room * 0.42,
    amplitude: unit * 0.03,
    wavelength: unit * 0.8,
    roughness: 0.2,
    sharpness: 0,
  });
  const ranks = [0, 1, 2, 3].map(
    (rank): Layer => ({
      phase: rank < 2 ? "Planting the distant trees" : "Planting the near trees",
      paint: (drawing) => paintRank(drawing, stage, rank),
    }),
  );
  const mist: Layer = {
    phase: "Hanging mist between the trees",
    soft: true,
    paint: (drawing) => paintMist(drawing, stage),
  };
  const rays: Layer[] =
    stage.light.count > 0 && stage.weather !== "rain" && stage.weather !== "storm"
      ? [
          {
            phase: "Letting light through the branches",
            blend: "screen",
            soft: true,
            paint: (drawing) => paintRays(drawing, stage),
          },
        ]
      : [];
  return {
    behind: [
      ...skyLayers(stage),
      ...cloudLayers(stage).slice(0, 1),
      ...ranks.slice(0, 2),
      mist,
      ...ranks.slice(2),
      ...rays,
      { phase: "Laying the forest floor", paint: (drawing) => fillRidge(drawing, stage, floor, 0.97, 0) },
    ],
    shore: [],
    front: [{ phase: "Framing the clearing", paint: (drawing) => paintFrame(drawing, stage, floor) }],
    ground: floor.at,
    standing: [0.2, 0.8],
    water: null,
    air: { top: height * 0.14, bottom: horizon - unit * 0.16 },
  };
}

function paintRank(drawing: Drawing, stage: Stage, rank: number): void {
  const { width, height, unit, horizon, light } = stage;
  const t = rank / 3;
  const ridge = createRidge(stage.random(`slope ${rank}`), width, {
    base: horizon + (height - horizon) * (0.02 + 0.38 * t),
    amplitude: unit * 0.06,
    wavelength: unit * 0.9,
    roughness: 0.3,
    sharpness: 0,
  });
  const depth = 0.22 + 0.52 * t;
  fillRidge(drawing, stage, ridge, depth, 0.45, false);
  if (!stage.allows("tree")) {
    return;
  }
  const tall = Math.min(horizon * 0.8, unit * (0.3 + 0.16 * t));
  const opening = width * (0.07 + 0.07 * t);
  const path = coniferRank(stage.random(`rank ${rank}`), {
    width,
    at: ridge.at,
    height: tall,
    density: 2.1 - t * 0.6,
    gapAt: (x) => rank > 0 && Math.abs(x - (light.x * 0.7 + width * 0.15)) < opening,
  });
  const colour = stage.palette.foliage(depth);
  const paint = drawing.linear({ x: 0, y: ridge.shape.base - tall }, { x: 0, y: ridge.shape.base + unit * 0.03 }, [
    { at: 0, colour },
    { at: 0.5, colour },
    { at: 1, colour: stage.palette.foliage(depth * 0.9) },
  ]);
  drawing.fill(path, paint);
}

function paintMist(drawing: Drawing, stage: Stage): void {
  const { unit, horizon, height } = stage;
  paintHaze(drawing, stage, "forest mist", {
    colour: lighter(stage.palette.haze, 0.02),
    scale: unit * 0.1,
    stretch: 5,
    cover: 1,
    opacity: 0.4,
    top: horizon - unit * 0.25,
    bottom: height * 0.95,
  });
}

function paintRays(drawing: Drawing, stage: Stage): void {
  const { width, height, unit, light, palette } = stage;
  const random = stage.random("rays");
  const reach = Math.max(width, height);
  const lean = (width / 2 - light.x) / width;
  for (let ray = 0; ray < 9; ray++) {
    const angle = Math.PI / 2 - lean * 1.1 + random.between(-0.75, 0.75);
    const spread = random.between(0.015, 0.06);
    const strength = random.between(0.08, 0.26) * (palette.dark ? 0.5 : 1);
    const tip = (turn: number): string =>
      `${n(light.x + Math.cos(angle + turn) * reach)} ${n(light.y + Math.sin(angle + turn) * reach)}`;
    const paint = drawing.radial(light, unit * 0.95, [
      { at: 0, colour: palette.light, opacity: 0 },
      { at: 0.2, colour: palette.light, opacity: strength },
      { at: 1, colour: palette.light, opacity: 0 },
    ]);
    drawing.fill(`M${n(light.x)} ${n(light.y)}L${tip(-spread)}L${tip(spread)}z`, paint);
  }
}

function paintFrame(drawing: Drawing, stage: Stage, floor: Ridge): void {
  const { width, height, unit, palette } = stage;
  const random = stage.random("frame");
  const dark = lighter(palette.foliage(1), -0.025);
  drawing.fill(grass(random, width, floor.at, unit * 0.034, 1.2), palette.foliage(0.97));
  if (stage.allows("tree")) {
    const places = [
      random.between(0.01, 0.06),
      random.between(0.1, 0.15),
      random.between(0.88, 0.93),
      random.between(0.95, 1),
    ];
    const count = width > height * 0.7 ? places : [places[0] ?? 0, places[3] ?? 1];
    for (const place of count) {
      const girth = unit * random.between(0.03, 0.062);
      const foot = floor.at(place * width) + unit * random.between(0.03, 0.1);
      for (const limb of trunk(random, place * width, -unit * 0.05, foot, girth)) {
        drawing.fill(limb, dark);
      }
    }
  }
  const near = createRidge(stage.random("bank"), width, {
    base: height - unit * 0.01,
    amplitude: unit * 0.05,
    wavelength: unit * 0.7,
    roughness: 0.3,
    sharpness: 0,
  });
  drawing.fill(grass(random, width, near.at, unit * 0.06, 1.1), dark);
  drawing.fill(near.area(height + 9), dark);
}
