/** Dunes with a lit and a shaded flank, table mountains at the horizon, a low sun. */

import { type Drawing, n, type Point, polyline } from "../drawing.ts";
import { cloudLayers } from "../elements/clouds.ts";
import { createRidge, fillRidge, type Ridge } from "../elements/ridge.ts";
import { skyLayers } from "../elements/sky.ts";
import { lighter, mix } from "../oklch.ts";
import type { Composition, Layer, Scene, Stage } from "../stage.ts";

export const desert = {
  name: "desert",
  words: ["desert", "dune", "sahara", "sand", "savanna", "savannah", "mesa", "oasis", "wasteland", "mars"],
  horizon: [0.54, 0.62],
  times: ["golden", "dusk", "day", "dawn"],
  ground: { h: 48, c: 0.105 },
  compose,
} as const satisfies Scene;

function compose(stage: Stage): Composition {
  const { width, height, unit, horizon } = stage;
  const room = height - horizon;
  const dunes = [0, 1, 2, 3].map((index) => {
    const t = index / 3;
    return createRidge(stage.random(`dune ${index}`), width, {
      base: horizon + room * (0.08 + 0.62 * t ** 1.2),
      amplitude: unit * (0.06 + 0.035 * t),
      wavelength: unit * (0.62 + 0.5 * t),
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
  const { palette, unit, height, light, width } = stage;
  const depth = 0.4 + index * 0.17;
  fillRidge(drawing, stage, dune, depth, 0.4 - index * 0.09);
  const lit = mix(palette.ridge(depth), palette.light, palette.dark ? 0.06 : 0.3);
  const shade = lighter(palette.ridge(Math.min(1, depth + 0.12)), -0.03);
  const clip = drawing.clip(dune.area(height + 9));
  const from = light.x < width / 2 ? -1 : 1;
  for (const crest of summits(dune)) {
    const deep = unit * (0.24 + index * 0.07);
    const flank = (side: number): string =>
      `M${n(crest.x)} ${n(crest.y - unit * 0.05)}Q${n(crest.x + side * deep * 0.1)} ${n(crest.y + deep * 0.3)} ${n(crest.x - side * deep * 0.35)} ${n(crest.y + deep * 0.62)}` +
      `T${n(crest.x + side * deep * 0.1)} ${n(crest.y + deep * 1.3)}L${n(crest.x + side * deep * 2.4)} ${n(crest.y + deep * 1.1)}L${n(crest.x + side * deep * 1.5)} ${n(crest.y - unit * 0.2)}z`;
    const wash = (colour: typeof lit, opacity: number): string =>
      drawing.linear({ x: 0, y: crest.y }, { x: 0, y: crest.y + deep * 1.05 }, [
        { at: 0, colour, opacity },
        { at: 1, colour, opacity: 0 },
      ]);
    drawing.add(`<path d="${flank(-from)}" fill="${wash(shade, 0.62)}" clip-path="${clip}"/>`);
    drawing.add(`<path d="${flank(from)}" fill="${wash(lit, 0.42)}" clip-path="${clip}"/>`);
  }
}

function summits(ridge: Ridge): Point[] {
  return ridge.points.filter((point, index) => {
    const [before, after] = [ridge.points[index - 1], ridge.points[index + 1]];
    return before !== undefined && after !== undefined && before.y > point.y && after.y >= point.y;
  });
}
