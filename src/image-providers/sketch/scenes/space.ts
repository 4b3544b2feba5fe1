/** The night sky at its deepest: stars, a nebula, a planet, and the ground of another world. */

import { circle, type Drawing, ellipse, fadeOut, n } from "../drawing.ts";
import { paintHaze } from "../elements/clouds.ts";
import { createRidge, fillRidge, type Ridge } from "../elements/ridge.ts";
import { skyLayers } from "../elements/sky.ts";
import { hex, lighter, mix, oklch } from "../oklch.ts";
import type { Composition, Scene, Stage } from "../stage.ts";

export const space = {
  name: "space",
  words: [
    "space",
    "outer space",
    "night sky",
    "starry sky",
    "galaxy",
    "nebula",
    "cosmos",
    "cosmic",
    "universe",
    "milky way",
    "planet",
    "alien world",
    "lunar",
    "on the moon",
    "moon landing",
    "moon surface",
    "orbit",
  ],
  horizon: [0.76, 0.82],
  times: ["night"],
  ground: { h: 285, c: 0.06, lift: 0 },
  compose,
} as const satisfies Scene;

function compose(stage: Stage): Composition {
  const { width, height, unit, horizon } = stage;
  const far = createRidge(stage.random("far rim"), width, {
    base: horizon + unit * 0.01,
    amplitude: unit * 0.07,
    wavelength: unit * 0.4,
    roughness: 0.6,
    sharpness: 0.7,
  });
  const plain = createRidge(stage.random("plain"), width, {
    base: horizon + (height - horizon) * 0.36,
    amplitude: unit * 0.03,
    wavelength: unit * 0.9,
    roughness: 0.2,
    sharpness: 0,
  });
  return {
    behind: [
      ...skyLayers(stage),
      { phase: "Spreading the nebula", soft: true, blend: "screen", paint: (drawing) => paintNebula(drawing, stage) },
      { phase: "Hanging up a planet", paint: (drawing) => paintPlanet(drawing, stage) },
      { phase: "Raising a far rim", paint: (drawing) => fillRidge(drawing, stage, far, 0.55, 0.5) },
      { phase: "Laying out the plain", paint: (drawing) => paintPlain(drawing, stage, plain) },
    ],
    shore: [],
    front: [],
    ground: plain.at,
    standing: [0.1, 0.9],
    water: null,
    air: { top: height * 0.12, bottom: horizon - unit * 0.12 },
  };
}

function paintNebula(drawing: Drawing, stage: Stage): void {
  const { unit, horizon, palette, width } = stage;
  const random = stage.random("nebula");
  const hue = (palette.sky[2]?.h ?? 270) + random.between(-15, 15);
  const tilt = random.between(-32, 32);
  drawing.add(`<g transform="rotate(${n(tilt)} ${n(width / 2)} ${n(horizon * 0.5)})">`);
  const glow = { x: width * random.between(0.35, 0.65), y: horizon * 0.48 };
  const core = drawing.radial(glow, unit * 0.7, fadeOut(oklch(0.52, 0.13, hue + 30), 0.6));
  drawing.fill(ellipse(glow.x, glow.y, unit * 0.9, unit * 0.26), core);
  drawing.add("</g>");
  const clouds = [
    { hue: hue + 8, cover: 0.75, l: 0.46 },
    { hue: hue + 55, cover: 0.5, l: 0.52 },
    { hue: hue - 45, cover: 0.4, l: 0.55 },
  ];
  for (const [index, cloud] of clouds.entries()) {
    paintHaze(drawing, stage, `nebula ${index}`, {
      colour: oklch(cloud.l, 0.15, cloud.hue),
      scale: unit * (0.32 - index * 0.06),
      stretch: 1.5,
      cover: cloud.cover,
      opacity: 0.42,
      top: -horizon * 0.25,
      bottom: horizon * 1.15,
    });
  }
}

function paintPlanet(drawing: Drawing, stage: Stage): void {
  if (!stage.allows("planet")) {
    return;
  }
  const { width, horizon, unit, palette, light } = stage;
  const random = stage.random("planet");
  const radius = unit * random.between(0.09, 0.19);
  const x = light.x > width / 2 ? width * random.between(0.16, 0.36) : width * random.between(0.64, 0.84);
  const y = horizon * random.between(0.3, 0.58);
  const hue = (palette.sky[1]?.h ?? 270) + random.pick([-70, 60, 120, 150]);
  const side = light.x > x ? 1 : -1;
  drawing.fill(circle(x, y, radius * 1.5), drawing.radial({ x, y }, radius * 1.5, fadeOut(oklch(0.7, 0.1, hue), 0.45)));
  const clip = drawing.clip(circle(x, y, radius));
  const tilt = random.between(-24, 24);
  let bands = "";
  for (let band = -6; band <= 6; band++) {
    const tone = oklch(
      0.62 + 0.1 * Math.sin(band * 2.3 + hue),
      0.1 + 0.03 * Math.cos(band),
      hue + Math.sin(band * 1.7) * 16,
    );
    bands += `<path d="${ellipse(x, y + band * radius * 0.16, radius * 1.3, radius * random.between(0.08, 0.15))}" fill="${hex(tone)}" fill-opacity="0.75"/>`;
  }
  drawing.add(
    `<g clip-path="${clip}"><path d="${circle(x, y, radius)}" fill="${hex(oklch(0.6, 0.11, hue))}"/><g transform="rotate(${n(tilt)} ${n(x)} ${n(y)})">${bands}</g></g>`,
  );
  const dark = lighter(palette.sky[0] ?? palette.near, -0.03);
  const shade = drawing.radial({ x: x + side * radius * 0.55, y: y - radius * 0.4 }, radius * 1.75, [
    { at: 0, colour: palette.light, opacity: 0.25 },
    { at: 0.35, colour: dark, opacity: 0 },
    { at: 0.75, colour: dark, opacity: 0.7 },
    { at: 1, colour: dark, opacity: 0.96 },
  ]);
  drawing.fill(circle(x, y, radius * 1.01), shade);
  if (random.chance(0.6) || stage.wants("ringed") || stage.wants("ring") || stage.wants("saturn")) {
    paintRings(drawing, stage, { x, y, radius, tilt, hue });
  }
}

function paintRings(
  drawing: Drawing,
  stage: Stage,
  planet: { x: number; y: number; radius: number; tilt: number; hue: number },
): void {
  const { x, y, radius, tilt, hue } = planet;
  const tone = hex(mix(oklch(0.8, 0.07, hue + 20), stage.palette.light, 0.3));
  const rings = [
    { size: 1.45, share: 0.09 },
    { size: 1.62, share: 0.05 },
    { size: 1.74, share: 0.1 },
    { size: 1.95, share: 0.03 },
  ];
  const arcs = rings.map(({ size, share }, index) => {
    const [rx, ry] = [radius * size, radius * size * 0.26];
    // Only the arc in front of the disc and the two ends beside it: the rest is behind the planet.
    const start = `M${n(x - rx * 0.8)} ${n(y - ry * 0.6)}A${n(rx)} ${n(ry)} 0 1 0 ${n(x + rx * 0.8)} ${n(y - ry * 0.6)}`;
    return `<path d="${start}" fill="none" stroke="${tone}" stroke-opacity="${n(0.62 - index * 0.1)}" stroke-width="${n(radius * share)}"/>`;
  });
  drawing.add(`<g transform="rotate(${n(tilt)} ${n(x)} ${n(y)})">${arcs.join("")}</g>`);
}

function paintPlain(drawing: Drawing, stage: Stage, plain: Ridge): void {
  const { width, height, unit, palette } = stage;
  fillRidge(drawing, stage, plain, 0.96, 0.12);
  const random = stage.random("craters");
  for (let crater = 0; crater < (width / unit) * 12; crater++) {
    const x = random.next() * width;
    const top = plain.at(x) + unit * 0.02;
    const t = random.next();
    const y = top + (height - top) * t;
    const wide = unit * (0.008 + 0.04 * t) * random.between(0.4, 1.2);
    drawing.fill(ellipse(x, y, wide, wide * 0.3), lighter(palette.near, -0.035), 0.7);
    drawing.fill(ellipse(x, y + wide * 0.09, wide * 0.96, wide * 0.26), lighter(palette.ridge(0.9), 0.03), 0.55);
  }
}
