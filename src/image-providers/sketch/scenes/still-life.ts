/** A table by a window: a cloth with folds, a plain wall, light from one side. */
import { type Drawing, ellipse, fadeOut, n, rectangle } from "../drawing.ts";
import { hex, lighter, mix, type Oklch, oklch } from "../oklch.ts";
import type { Composition, Scene, Stage } from "../stage.ts";

export const stillLife = {
  name: "still life",
  words: [
    "still life",
    "table",
    "tabletop",
    "breakfast",
    "picnic",
    "feast",
    "fruit",
    "fruit bowl",
    "dessert",
    "banquet",
  ],
  horizon: [0.57, 0.62],
  times: ["golden", "dawn", "day", "dusk"],
  ground: { h: 55, c: 0.06, lift: 0.1 },
  sheltered: true,
  detailed: true,
  cast: [
    "vase",
    "pear",
    "apple",
    "grape",
    "lemon",
    "tangerine",
    "cherry",
    "teapot",
    "bread",
    "bouquet",
    "wine",
    "pineapple",
  ],
  compose,
} as const satisfies Scene;

function compose(stage: Stage): Composition {
  const { width, height, unit, horizon } = stage;
  const room = height - horizon;
  const edge = horizon + room * 0.62;
  const shown = Math.min(0.4, (unit * 0.4) / width);
  return {
    behind: [
      { phase: "Painting the wall", paint: (drawing) => paintWall(drawing, stage) },
      { phase: "Laying the table", paint: (drawing) => paintTable(drawing, stage, edge) },
    ],
    shore: [],
    front: [
      {
        phase: "Letting light fall in",
        blend: "soft-light",
        soft: true,
        paint: (drawing) => paintLight(drawing, stage),
      },
    ],
    ground: () => horizon + room * 0.22,
    standing: [0.5 - shown, 0.5 + shown],
    water: null,
    air: { top: height * 0.12, bottom: horizon - unit * 0.1 },
    group: { height: Math.min(unit * 0.46, horizon * 0.7), magnify: 1.85 },
  };
}

function sideOf(stage: Stage): -1 | 1 {
  return stage.light.x < stage.width / 2 ? -1 : 1;
}

function paintWall(drawing: Drawing, stage: Stage): void {
  const { width, height, unit, palette, horizon } = stage;
  const random = stage.random("wall");
  const hue = random.pick([28, 75, 150, 195, 245, 300]);
  const wall = mix(palette.tone(oklch(palette.dark ? 0.3 : 0.58, 0.055, hue)), palette.haze, 0.3);
  drawing.fill(rectangle(0, 0, width, height), wall);
  const from = { x: sideOf(stage) < 0 ? 0 : width, y: horizon * 0.2 };
  drawing.fill(
    rectangle(0, 0, width, height),
    drawing.radial(from, Math.hypot(width, height) * 0.8, [
      { at: 0, colour: lighter(mix(wall, palette.light, 0.55), 0.03) },
      { at: 0.45, colour: wall },
      { at: 1, colour: lighter(mix(wall, palette.near, 0.45), -0.06) },
    ]),
  );
  for (let daub = 0; daub < 70; daub++) {
    const size = unit * random.between(0.06, 0.2);
    const tone = random.chance(0.5) ? palette.light : palette.near;
    drawing.fill(
      ellipse(random.next() * width, random.next() * horizon, size, size * 0.6),
      tone,
      random.between(0.015, 0.04),
    );
  }
  paintCurtain(drawing, stage, lighter(oklch(palette.dark ? 0.3 : 0.46, 0.11, hue + 170), 0));
}

/** A drape on the side away from the light. */
function paintCurtain(drawing: Drawing, stage: Stage, colour: Oklch): void {
  const { width, horizon, unit, palette } = stage;
  const side = sideOf(stage);
  const cloth = mix(palette.tone(colour), palette.near, 0.22);
  const folds = 5;
  const wide = Math.min(width * 0.26, unit * 0.3);
  for (let fold = folds - 1; fold >= 0; fold--) {
    const reach = (wide * (fold + 1)) / folds;
    const x = side < 0 ? width : 0;
    const inner = x + side * reach;
    const swing = side * unit * 0.03;
    const paint = drawing.linear({ x: inner, y: 0 }, { x: inner - (side * wide) / folds, y: 0 }, [
      { at: 0, colour: lighter(cloth, 0.09) },
      { at: 0.35, colour: cloth },
      { at: 1, colour: lighter(cloth, -0.1) },
    ]);
    drawing.fill(
      `M${n(x)} -9L${n(inner + swing * 1.6)} -9C${n(inner + swing)} ${n(horizon * 0.4)} ${n(inner - swing * 2)} ${n(horizon * 0.6)} ${n(inner - swing * 0.4)} ${n(horizon + unit * 0.05)}L${n(x)} ${n(horizon + unit * 0.05)}z`,
      paint,
    );
  }
}

function paintTable(drawing: Drawing, stage: Stage, edge: number): void {
  const { width, height, unit, palette, horizon, light } = stage;
  const wood = mix(palette.tone(oklch(palette.dark ? 0.26 : 0.44, 0.075, 55)), palette.near, 0.15);
  drawing.fill(rectangle(-9, horizon, width + 18, height - horizon + 9), lighter(wood, -0.06));
  drawing.fill(
    rectangle(-9, horizon, width + 18, edge - horizon),
    drawing.linear({ x: light.x, y: horizon }, { x: width - light.x, y: edge }, [
      { at: 0, colour: lighter(mix(wood, palette.light, 0.3), 0.02) },
      { at: 1, colour: wood },
    ]),
  );
  drawing.fill(rectangle(-9, edge, width + 18, unit * 0.014), lighter(wood, 0.1), 0.8);
  paintCloth(drawing, stage, edge);
}

/** A light cloth over the middle of the table, hanging down in front in folds. */
function paintCloth(drawing: Drawing, stage: Stage, edge: number): void {
  const { width, height, unit, palette, horizon } = stage;
  const random = stage.random("cloth");
  const half = Math.min(width * 0.46, unit * 0.5);
  const centre = width / 2 + random.between(-0.03, 0.03) * width;
  const back = horizon + (edge - horizon) * 0.1;
  const linen = mix(
    palette.tone(oklch(palette.dark ? 0.6 : 0.9, 0.025, random.pick([85, 60, 230, 20]))),
    palette.haze,
    0.12,
  );
  const shade = mix(linen, palette.near, 0.42);
  const [left, right] = [centre - half, centre + half];
  drawing.fill(
    `M${n(centre - half * 0.82)} ${n(back)}L${n(centre + half * 0.82)} ${n(back)}L${n(right)} ${n(edge)}L${n(left)} ${n(edge)}z`,
    drawing.linear({ x: sideOf(stage) < 0 ? left : right, y: back }, { x: sideOf(stage) < 0 ? right : left, y: edge }, [
      { at: 0, colour: lighter(linen, 0.05) },
      { at: 1, colour: mix(linen, shade, 0.5) },
    ]),
  );
  const folds = 9;
  const drop = (height - edge) * 0.74;
  let hem = `M${n(left)} ${n(edge)}`;
  for (let fold = 0; fold < folds; fold++) {
    const x = left + ((right - left) * fold) / folds;
    const step = (right - left) / folds;
    hem += `${fold === 0 ? `L${n(x - step * 0.1)} ${n(edge + drop)}` : ""}q${n(step / 2)} ${n(drop * (fold % 2 === 0 ? 0.2 : -0.05))} ${n(step * (fold === folds - 1 ? 1.1 : 1))} 0`;
  }
  const stops = Array.from({ length: folds * 2 + 1 }, (_, step) => ({
    at: step / (folds * 2),
    colour: step % 2 === 0 ? mix(linen, shade, 0.75) : mix(linen, shade, 0.18),
  }));
  drawing.fill(`${hem}L${n(right)} ${n(edge)}z`, drawing.linear({ x: left, y: 0 }, { x: right, y: 0 }, stops));
  const stripe = mix(palette.tone(oklch(0.55, 0.12, random.pick([25, 250, 150]))), linen, 0.35);
  for (const down of [0.66, 0.76]) {
    drawing.add(
      `<path d="M${n(left - half * 0.01)} ${n(edge + drop * down)}L${n(right + half * 0.01)} ${n(edge + drop * down)}" stroke="${hex(stripe)}" stroke-opacity="0.7" stroke-width="${n(unit * 0.006)}"/>`,
    );
  }
}

function paintLight(drawing: Drawing, stage: Stage): void {
  const { width, height, unit, palette } = stage;
  const side = sideOf(stage);
  const from = { x: side < 0 ? -unit * 0.1 : width + unit * 0.1, y: height * 0.05 };
  drawing.fill(
    rectangle(0, 0, width, height),
    drawing.radial(from, Math.hypot(width, height) * 0.95, fadeOut(palette.light, 0.75)),
  );
}
