/** Rolling hills under a mild sky: the gentle stage for a subject that names no place. */

import { circle, type Drawing, n } from "../drawing.ts";
import { cloudLayers } from "../elements/clouds.ts";
import { createRidge, fillRidge, type Ridge } from "../elements/ridge.ts";
import { skyLayers } from "../elements/sky.ts";
import { grass } from "../elements/trees.ts";
import { lighter, mix, type Oklch, oklch } from "../oklch.ts";
import type { Composition, Layer, Scene, Stage } from "../stage.ts";

export const meadow = {
  name: "meadow",
  words: [
    "meadow",
    "field",
    "garden",
    "park",
    "countryside",
    "farm",
    "grassland",
    "prairie",
    "pasture",
    "lawn",
    "hill",
    "rolling hill",
    "orchard",
  ],
  horizon: [0.56, 0.66],
  times: ["day", "golden", "dawn", "dusk"],
  ground: { h: 132, c: 0.1, lift: 0.08 },
  compose,
} as const satisfies Scene;

function compose(stage: Stage): Composition {
  const { width, height, unit, horizon } = stage;
  const room = height - horizon;
  const hills = [0, 1, 2, 3, 4].map((index) => {
    const t = index / 4;
    return createRidge(stage.random(`hill ${index}`), width, {
      base: horizon + room * (0.02 + 0.68 * t),
      amplitude: unit * (0.1 - 0.045 * t),
      wavelength: unit * (0.7 + 0.4 * t),
      roughness: 0.06,
      sharpness: 0,
    });
  });
  const near = hills[4];
  return {
    behind: [
      ...skyLayers(stage),
      ...cloudLayers(stage),
      ...hills.map(
        (hill, index): Layer => ({
          phase: index < 3 ? "Rolling out the hills" : "Laying out the meadow",
          paint: (drawing) => {
            paintHill(drawing, stage, hill, index);
            paintPath(drawing, stage, hills, index);
          },
        }),
      ),
    ],
    shore: [],
    front:
      near === undefined
        ? []
        : [{ phase: "Sowing grass and flowers", paint: (drawing) => paintMeadow(drawing, stage, near) }],
    ground: (x) => near?.at(x) ?? height,
    standing: [0.08, 0.92],
    water: null,
    air: { top: height * 0.1, bottom: horizon - unit * 0.14 },
  };
}

function paintHill(drawing: Drawing, stage: Stage, hill: Ridge, index: number): void {
  const { palette, unit, width } = stage;
  const depth = 0.3 + index * 0.155;
  if (stage.allows("tree") && index > 0 && index < 4) {
    const random = stage.random(`bushes ${index}`);
    let bushes = "";
    const size = unit * (0.008 + index * 0.005);
    for (let x = 0; x < width; x += size * random.between(1.5, 14)) {
      for (let leaf = 0; leaf < 4; leaf++) {
        const radius = size * random.between(0.6, 1.2);
        bushes += circle(x + random.between(-1, 1) * size, hill.at(x) - radius * random.between(0.1, 1), radius);
      }
    }
    drawing.fill(bushes, palette.foliage(depth + 0.06));
  }
  fillRidge(drawing, stage, hill, depth, index === 4 ? 0.04 : 0.32);
  paintFurrows(drawing, stage, hill, index);
}

/** A path that comes over one hill after the other; each crest hides where it dips. */
function paintPath(drawing: Drawing, stage: Stage, hills: readonly Ridge[], index: number): void {
  const { width, height, unit, palette } = stage;
  const random = stage.random("path");
  const hill = hills[index];
  const [start, swing, there] = [random.between(0.32, 0.68), random.between(-0.22, 0.22), random.chance(0.55)];
  const asked = stage.wants("path") || stage.wants("road");
  if (hill === undefined || index < 2 || !(there || asked) || !stage.allows("path") || !stage.allows("road")) {
    return;
  }
  const crestAt = (at: number): number => width * (start + swing * ([0, 0, 0.55, -0.35, 0.5][at] ?? 0));
  const crest = crestAt(index);
  const top = hill.at(crest);
  const from = index === 4 ? width * (start - swing * 0.4) : crestAt(index + 1);
  const bottom = index === 4 ? height + 9 : (hills[index + 1]?.at(from) ?? height) + unit * 0.02;
  const [far, near] = [unit * 0.006 * (index - 1) ** 1.5, unit * (index === 4 ? 0.11 : 0.0075 * index ** 1.5)];
  const bend = (crest - from) * 0.5;
  const edge = (side: number): string =>
    `${n(from + side * near)} ${n(bottom)}C${n(from + side * near + bend * 1.9)} ${n(bottom - (bottom - top) * 0.4)} ${n(crest + side * far * 1.6 - bend * 1.5)} ${n(top + (bottom - top) * 0.35)} ${n(crest + side * far)} ${n(top)}`;
  const back = `L${n(crest + far)} ${n(top)}C${n(crest + far * 1.6 - bend * 1.5)} ${n(top + (bottom - top) * 0.35)} ${n(from + near + bend * 1.9)} ${n(bottom - (bottom - top) * 0.4)} ${n(from + near)} ${n(bottom)}z`;
  const sand = mix(
    palette.tone(oklch(palette.dark ? 0.4 : 0.8, 0.055, 80)),
    palette.ridge(0.3 + index * 0.155),
    palette.dark ? 0.6 : 0.4,
  );
  drawing.fill(`M${edge(-1)}${back}`, mix(sand, palette.haze, 0.36 - index * 0.07));
}

/** A few lines that follow the slope, as mown or ploughed. */
function paintFurrows(drawing: Drawing, stage: Stage, hill: Ridge, index: number): void {
  const { palette, unit, light } = stage;
  const clip = drawing.clip(hill.area(stage.height + 9));
  const tone = mix(palette.ridge(0.3 + index * 0.155), palette.light, palette.dark ? 0.05 : 0.2);
  const paint = drawing.radial({ x: light.x, y: stage.horizon }, unit * 0.8, [
    { at: 0, colour: tone, opacity: 0.5 },
    { at: 1, colour: tone, opacity: 0 },
  ]);
  for (const drop of [0.02, 0.052, 0.1]) {
    const y = (x: number): number => hill.at(x * 0.92 + unit * 0.05) + unit * drop * (1 + x / stage.width);
    let path = "";
    for (let x = -10; x <= stage.width + 10; x += unit * 0.02) {
      path += `${path === "" ? "M" : "L"}${n(x)} ${n(y(x))}`;
    }
    for (let x = stage.width + 10; x >= -10; x -= unit * 0.02) {
      path += `L${n(x)} ${n(y(x) + unit * (0.006 + drop * 0.14))}`;
    }
    drawing.add(`<path d="${path}z" fill="${paint}" clip-path="${clip}"/>`);
  }
}

function paintMeadow(drawing: Drawing, stage: Stage, near: Ridge): void {
  const { width, height, unit, palette } = stage;
  const random = stage.random("flowers");
  drawing.fill(grass(stage.random("grass"), width, near.at, unit * 0.026, 1.3), palette.ridge(0.95));
  if (!stage.wintry && stage.allows("flower")) {
    const [first, second] = [random.pick([25, 350, 300]), random.pick([265, 320, 60])];
    const own = (hue: number): Oklch => palette.tone(oklch(0.7, 0.16, hue));
    const tones = [palette.accent, palette.light, own(first), own(first), own(second)];
    for (let flower = 0; flower < (width / unit) * 90; flower++) {
      const x = random.next() * width;
      const top = near.at(x) + unit * 0.015;
      const y = top + (height - top) * random.next() ** 1.4;
      const size = unit * (0.002 + ((y - top) / (height - top + 1)) * 0.004);
      drawing.fill(
        circle(x, y, size),
        palette.dark ? mix(random.pick(tones), palette.near, 0.5) : random.pick(tones),
        0.85,
      );
    }
  }
  const verge = (x: number): number => height + unit * 0.012 - Math.sin(x / (unit * 0.31)) * unit * 0.012;
  drawing.fill(grass(random, width, verge, unit * 0.075, 1), lighter(palette.ridge(1), -0.03));
}
