/** Below the surface: shafts of light, a reef with coral and kelp, a shoal in the distance. */
import { blend, circle, type Drawing, ellipse, fadeOut, lens, n, rectangle } from "../drawing.ts";
import { paintGrowth } from "../elements/reef.ts";
import { createRidge, fillRidge, type Ridge } from "../elements/ridge.ts";
import { hex, mix, type Oklch, oklch } from "../oklch.ts";
import type { Palette } from "../palette.ts";
import type { Composition, Scene, Stage } from "../stage.ts";

export const underwater = {
  name: "underwater",
  words: [
    "underwater",
    "under water",
    "under the sea",
    "coral reef",
    "reef",
    "seabed",
    "sea floor",
    "ocean floor",
    "deep sea",
    "aquarium",
    "kelp",
    "atlantis",
  ],
  horizon: [0.7, 0.76],
  times: ["day", "golden", "day", "twilight"],
  ground: { h: 80, c: 0.06, lift: 0.25 },
  sheltered: true,
  relight,
  compose,
} as const satisfies Scene;

/** Water swallows red and distance: all far things turn into its blue, whatever the sky is like. */
function relight(palette: Palette): Palette {
  const water = (l: number, c: number, h: number, sky: Oklch | undefined): Oklch =>
    mix(palette.tone(oklch(palette.dark ? l * 0.62 : l, c, h)), sky ?? palette.haze, 0.3);
  const sky = [
    water(0.9, 0.08, 195, palette.sky[3]),
    water(0.72, 0.11, 212, palette.sky[2]),
    water(0.55, 0.11, 228, palette.sky[1]),
    water(0.4, 0.1, 245, palette.sky[0]),
  ];
  const haze = sky[2] ?? palette.haze;
  const near = mix(palette.near, water(0.26, 0.07, 240, palette.sky[0]), 0.6);
  const towards = (depth: number): Oklch => mix(haze, near, Math.min(1, Math.max(0, depth)) ** 0.85);
  return { ...palette, sky, haze, near, ridge: towards, foliage: towards };
}

function compose(stage: Stage): Composition {
  const { width, height, unit, horizon } = stage;
  const room = height - horizon;
  const rocks = [0, 1, 2].map((row) =>
    createRidge(stage.random(`rocks ${row}`), width, {
      base: horizon + room * (0.05 + row * 0.2),
      amplitude: unit * (0.24 - row * 0.06),
      wavelength: unit * (0.42 + row * 0.12),
      roughness: 0.5,
      sharpness: 0.15,
    }),
  );
  const floor = createRidge(stage.random("sand"), width, {
    base: horizon + room * 0.5,
    amplitude: unit * 0.035,
    wavelength: unit * 0.8,
    roughness: 0.1,
    sharpness: 0,
  });
  return {
    behind: [
      { phase: "Filling in the water", paint: (drawing) => paintWater(drawing, stage) },
      {
        phase: "Sinking shafts of light",
        blend: "screen",
        soft: true,
        paint: (drawing) => paintShafts(drawing, stage),
      },
      {
        phase: "Building the reef",
        paint: (drawing) => {
          for (const [row, ridge] of rocks.entries()) {
            fillRidge(drawing, stage, ridge, 0.22 + row * 0.2, 0.6 - row * 0.12);
          }
          paintShoal(drawing, stage);
        },
      },
      { phase: "Spreading the sand", paint: (drawing) => paintFloor(drawing, stage, floor) },
      { phase: "Growing coral and kelp", paint: (drawing) => paintGrowth(drawing, stage, floor, "far") },
    ],
    shore: [],
    front: [
      {
        phase: "Letting bubbles rise",
        paint: (drawing) => {
          paintGrowth(drawing, stage, floor, "near");
          paintBubbles(drawing, stage);
        },
      },
    ],
    ground: (x) => floor.at(x) + room * 0.14,
    standing: [0.16, 0.84],
    water: null,
    air: { top: height * 0.14, bottom: horizon - unit * 0.02 },
    immersed: true,
  };
}

function paintWater(drawing: Drawing, stage: Stage): void {
  const { width, height, unit, palette, light } = stage;
  drawing.fill(rectangle(0, 0, width, height), drawing.linear({ x: 0, y: 0 }, { x: 0, y: height }, blend(palette.sky)));
  const top = { x: light.x, y: -unit * 0.1 };
  drawing.fill(rectangle(0, 0, width, height), drawing.radial(top, unit * 0.8, fadeOut(palette.light, 0.75)));
  const random = stage.random("surface");
  for (let glint = 0; glint < Math.round(70 * (width / unit)); glint++) {
    const t = random.next() ** 2;
    const long = unit * random.between(0.05, 0.22) * (1.1 - t);
    const y = unit * (0.005 + 0.12 * t);
    drawing.fill(lens(random.next() * width, y, long, unit * 0.008 * (1.1 - t)), palette.light, 0.32 * (1 - t));
  }
}

function paintShafts(drawing: Drawing, stage: Stage): void {
  const { width, height, unit, light, palette } = stage;
  const random = stage.random("shafts");
  const strength = palette.dark ? 0.14 : 0.26;
  for (let shaft = 0; shaft < Math.round(9 * (width / unit)); shaft++) {
    const x = random.next() * width;
    const lean = (x - light.x) * 0.35;
    const [above, below] = [unit * random.between(0.01, 0.05), unit * random.between(0.06, 0.17)];
    const paint = drawing.linear({ x: 0, y: 0 }, { x: 0, y: height * random.between(0.6, 0.95) }, [
      { at: 0, colour: palette.light, opacity: strength * random.between(0.5, 1) },
      { at: 1, colour: palette.light, opacity: 0 },
    ]);
    drawing.fill(
      `M${n(x - above)} -9L${n(x + above)} -9L${n(x + lean + below)} ${n(height)}L${n(x + lean - below)} ${n(height)}z`,
      paint,
    );
  }
}

/** Many small fish that turn together. */
function paintShoal(drawing: Drawing, stage: Stage): void {
  if (!stage.allows("fish")) {
    return;
  }
  const random = stage.random("shoal");
  const { width, horizon, unit, palette } = stage;
  const centre = { x: width * random.pick([0.24, 0.76]), y: horizon * random.between(0.42, 0.66) };
  const way = random.chance(0.5) ? 1 : -1;
  let path = "";
  for (let fish = 0; fish < 26; fish++) {
    const [a, r] = [random.between(0, 6.28), random.next() ** 0.6];
    const x = centre.x + Math.cos(a) * r * unit * 0.17;
    const y = centre.y + Math.sin(a) * r * unit * 0.07 + Math.cos(a) * r * unit * 0.02;
    const size = unit * random.between(0.008, 0.014);
    path += ellipse(x, y, size, size * 0.38);
    path += `M${n(x - way * size * 0.8)} ${n(y)}l${n(-way * size * 0.7)} ${n(-size * 0.42)}v${n(size * 0.84)}z`;
  }
  drawing.fill(path, palette.ridge(0.5), 0.75);
}

function paintFloor(drawing: Drawing, stage: Stage, floor: Ridge): void {
  const { width, height, unit, palette, light } = stage;
  const sand = mix(palette.tone(oklch(palette.dark ? 0.42 : 0.74, 0.07, 85)), palette.haze, 0.42);
  const top = Math.min(...floor.points.map((point) => point.y));
  drawing.fill(
    floor.area(height + 9),
    drawing.linear({ x: 0, y: top }, { x: 0, y: height }, [
      { at: 0, colour: mix(sand, palette.haze, 0.4) },
      { at: 0.4, colour: sand },
      { at: 1, colour: mix(sand, palette.near, 0.6) },
    ]),
  );
  const random = stage.random("caustics");
  for (let ripple = 0; ripple < Math.round(60 * (width / unit)); ripple++) {
    const x = random.next() * width;
    const start = floor.at(x) + unit * 0.01;
    const t = random.next();
    const y = start + (height - start) * t;
    const near = 1 - Math.min(1, Math.abs(x - light.x) / width);
    const bright = random.chance(0.55);
    const long = unit * (0.03 + 0.1 * t) * random.between(0.6, 1.4);
    drawing.fill(
      lens(x, y, long, unit * 0.006 * (0.4 + t)),
      bright ? palette.light : palette.near,
      bright ? 0.3 * near : 0.14,
    );
  }
}

function paintBubbles(drawing: Drawing, stage: Stage): void {
  const { width, height, unit, palette } = stage;
  const random = stage.random("bubbles");
  const columns = [random.between(0.15, 0.4), random.between(0.55, 0.85)];
  for (const column of columns) {
    for (let bubble = 0; bubble < 16; bubble++) {
      const t = bubble / 16 + random.between(-0.03, 0.03);
      const y = height * (0.85 - t * 0.8);
      const x = column * width + Math.sin(t * 17) * unit * 0.02 + random.between(-0.02, 0.02) * unit;
      const r = unit * (0.0025 + 0.008 * t) * random.between(0.5, 1.3);
      drawing.fill(circle(x, y, r), palette.light, 0.16);
      drawing.add(
        `<path d="${circle(x, y, r)}" fill="none" stroke="${hex(palette.light)}" stroke-opacity="0.65" stroke-width="${n(unit * 0.0014)}"/>`,
      );
      drawing.fill(circle(x - r * 0.35, y - r * 0.4, r * 0.22), palette.light, 0.9);
    }
  }
}
