/** Dunes with a lit and a shaded flank, table mountains at the horizon, a low sun. */

import { type Drawing, type Point, polyline } from "../drawing.ts";
import { cloudLayers } from "../elements/clouds.ts";
import { paintFace, summits } from "../elements/facets.ts";
import { createRidge, fillRidge, type Ridge } from "../elements/ridge.ts";
import { skyLayers } from "../elements/sky.ts";
import { lighter, mix } from "../oklch.ts";
import type { Composition, Layer, Scene, Stage } from "../stage.ts";

export const desert = {
  name: "desert",
  words: ["desert", "dune", "sahara", "sand", "savanna", "savannah", "mesa", "oasis", "wasteland", "mars"],
  horizon: [0.54, 0.62],
  times: ["golden", "dusk", "day", "dawn"],
  ground: { h: 62, c: 0.1, lift: 0.2 },
  compose,
} as const satisfies Scene;

function compose(stage: Stage): Composition {
  const { width, height, unit, horizon } = stage;
  const room = height - horizon;
  const dunes = [0, 1, 2, 3].map((index) => {
    const t = index / 3;
    return createRidge(stage.random(`dune ${index}`), width, {
      base: horizon + room * (0.14 + 0.62 * t ** 1.2),
      amplitude: unit * (0.13 + 0.07 * t),
      wavelength: unit * (0.75 + 0.75 * t),
      roughness: 0,
      sharpness: 0.5,
    });
  });
  const near = dunes[3];
  return {
    behind: [
      ...skyLayers(stage),
      ...cloudLayers(stage),
      { phase: "Cutting the table mountains", paint: (drawing) => paintMesas(drawing, stage) },
      ...dunes.map(
        (dune, index): Layer => ({
          phase: index < 2 ? "Blowing up the far dunes" : "Shaping the near dunes",
          paint: (drawing) => paintDune(drawing, stage, dune, index),
        }),
      ),
    ],
    shore: [],
    front: [],
    ground: (x) => near?.at(x) ?? height,
    standing: [0.08, 0.92],
    water: null,
    air: { top: height * 0.1, bottom: horizon - unit * 0.14 },
  };
}

function paintMesas(drawing: Drawing, stage: Stage): void {
  const { width, unit, horizon, palette } = stage;
  const random = stage.random("mesas");
  for (const row of [0, 1]) {
    const points: Point[] = [{ x: -unit * 0.1, y: horizon + unit * 0.1 }];
    let x = -unit * random.between(0.02, 0.3);
    const depth = 0.22 + row * 0.16;
    while (x < width + unit * 0.1) {
      const wide = unit * random.between(0.08, 0.3);
      const high = unit * random.between(0.06, 0.19) * (1 - row * 0.35);
      const talus = high * 0.45;
      const top = horizon - high;
      points.push(
        { x, y: horizon + unit * 0.02 },
        { x: x + talus, y: top + high * 0.42 },
        { x: x + talus * 1.15, y: top + unit * random.between(0, 0.012) },
        { x: x + talus + wide * 0.55, y: top + unit * random.between(-0.006, 0.006) },
        { x: x + talus + wide, y: top + unit * random.between(0, 0.01) },
        { x: x + talus * 1.15 + wide, y: top + high * 0.42 },
        { x: x + talus * 2 + wide, y: horizon + unit * 0.02 },
      );
      x += talus * 2 + wide + unit * random.between(0.08, 0.55);
    }
    points.push(
      { x: width + unit * 0.6, y: horizon + unit * 0.02 },
      { x: width + unit * 0.6, y: horizon + unit * 0.1 },
    );
    const crest = palette.ridge(depth);
    const paint = drawing.linear({ x: 0, y: horizon - unit * 0.2 }, { x: 0, y: horizon + unit * 0.05 }, [
      { at: 0, colour: crest },
      { at: 1, colour: mix(crest, palette.haze, 0.65) },
    ]);
    drawing.fill(`${polyline(points)}z`, paint);
  }
}

function paintDune(drawing: Drawing, stage: Stage, dune: Ridge, index: number): void {
  const { palette, unit, light } = stage;
  const depth = 0.4 + index * 0.17;
  fillRidge(drawing, stage, dune, depth, 0.4 - index * 0.09);
  const random = stage.random(`faces ${index}`);
  const shade = lighter(palette.ridge(Math.min(1, depth + 0.2)), -0.035);
  for (const summit of summits(dune, unit * 0.16)) {
    const away = light.x < summit.top.x ? 1 : -1;
    paintFace(drawing, random, summit, away, { colour: shade, opacity: 0.62, depth: dune.shape.amplitude, broken: 0 });
  }
}
