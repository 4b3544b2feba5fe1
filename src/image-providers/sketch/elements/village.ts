/** Rows of houses up a hillside: each with its own plaster and roof, lamps in the windows, smoke from a chimney. */
import { circle, type Drawing, ellipse, lens, n, polyline, rectangle } from "../drawing.ts";
import { lighter, mix, type Oklch, oklch } from "../oklch.ts";
import { createNoise, type Random } from "../random.ts";
import type { Stage } from "../stage.ts";
import { conifer } from "./trees.ts";

/** The line on which a row stands, 0 the farthest; 3 is the lane in front. */
export function villageGround({ random, width, height, unit, horizon }: Stage, row: number): (x: number) => number {
  const noise = createNoise(random(`slope ${row}`));
  const room = height - horizon;
  const base = horizon + room * ([-0.06, 0.2, 0.5, 0.74][row] ?? 0.74);
  const lean = random("lean").between(-1, 1) * unit * 0.05 * (1 - row / 3);
  return (x) => base + noise(x / (unit * 0.55)) * unit * (row === 3 ? 0.006 : 0.04) + (x / width - 0.5) * lean;
}

/** Paints a row of houses and the ground from it down to the lower edge. */
export function paintVillage(drawing: Drawing, stage: Stage, row: number): void {
  const { width, height, unit, palette } = stage;
  const random = stage.random(`houses ${row}`);
  const at = villageGround(stage, row);
  const depth = 0.42 + row * 0.24;
  const size = unit * (0.075 + row * 0.042);
  let x = -size * random.between(0, 1);
  while (x < width + size) {
    const wide = size * random.between(0.85, 1.35);
    const foot = Math.max(at(x), at(x + wide)) + unit * 0.006;
    if (stage.allows("tree") && random.chance(0.2)) {
      drawing.fill(conifer(random, x + wide * 0.3, foot, size * random.between(1.2, 1.9)), palette.foliage(depth));
      x += wide * 0.65;
    } else {
      paintHouse(drawing, stage, random, { x, foot, wide, high: size * random.between(0.6, 1.05), depth });
      x += wide * random.between(1.02, 1.3);
    }
  }
  const points = [];
  for (let px = -unit * 0.05; px <= width + unit * 0.05; px += unit * 0.02) {
    points.push({ x: px, y: at(px) });
  }
  const ground = palette.ridge(depth);
  const next = row === 2 ? height : villageGround(stage, row + 1)(width / 2) + unit * 0.1;
  drawing.fill(
    `${polyline(points)}V${n(height + 9)}H${n(-unit * 0.05)}z`,
    drawing.linear({ x: 0, y: at(width / 2) }, { x: 0, y: next }, [
      { at: 0, colour: ground },
      { at: 1, colour: row === 2 ? lighter(palette.ridge(1), -0.02) : mix(ground, palette.haze, 0.35) },
    ]),
  );
  if (row === 2) {
    paintLane(drawing, stage);
  }
}

interface House {
  readonly x: number;
  readonly foot: number;
  readonly wide: number;
  readonly high: number;
  readonly depth: number;
}

function paintHouse(drawing: Drawing, stage: Stage, random: Random, { x, foot, wide, high, depth }: House): void {
  const { palette, light, unit } = stage;
  const seen = (l: number, c: number, h: number): Oklch =>
    mix(palette.haze, mix(palette.tone(oklch(palette.dark ? l * 0.46 : l * 0.92, c, h)), palette.near, 0.24), depth);
  const plaster = seen(random.between(0.7, 0.92), random.between(0.03, 0.08), random.pick([60, 80, 35, 95, 230, 20]));
  const tiles = seen(random.between(0.42, 0.52), 0.095, random.pick([35, 42, 28, 50, 245]));
  const top = foot - high;
  const ridge = top - wide * random.between(0.36, 0.56);
  const lit = light.x < x + wide / 2 ? -1 : 1;
  const chimney = x + wide * (lit < 0 ? 0.66 : 0.24);
  drawing.fill(rectangle(chimney, ridge - wide * 0.1, wide * 0.1, wide * 0.36), seen(0.5, 0.06, 40));
  if (random.chance(0.3) && stage.allows("smoke")) {
    paintSmoke(drawing, stage, random, chimney + wide * 0.05, ridge - wide * 0.12, wide);
  }
  drawing.fill(
    rectangle(x, top, wide, high + unit * 0.05),
    drawing.linear({ x: lit < 0 ? x : x + wide, y: 0 }, { x: lit < 0 ? x + wide : x, y: 0 }, [
      { at: 0, colour: mix(lighter(plaster, 0.03), palette.light, palette.dark ? 0.06 : 0.16) },
      { at: 1, colour: lighter(plaster, -0.06) },
    ]),
  );
  const roof = `M${n(x - wide * 0.08)} ${n(top + wide * 0.02)}L${n(x + wide * 0.2)} ${n(ridge)}H${n(x + wide * 0.8)}L${n(x + wide * 1.08)} ${n(top + wide * 0.02)}z`;
  drawing.fill(roof, tiles);
  if (stage.wintry) {
    const snow = mix(palette.tone(oklch(palette.dark ? 0.7 : 0.97, 0.012, 245)), palette.haze, 0.12);
    drawing.fill(
      `M${n(x - wide * 0.05)} ${n(top - wide * 0.03)}L${n(x + wide * 0.19)} ${n(ridge - wide * 0.03)}H${n(x + wide * 0.81)}L${n(x + wide * 1.05)} ${n(top - wide * 0.03)}Q${n(x + wide * 0.75)} ${n(top - wide * 0.14)} ${n(x + wide * 0.5)} ${n(top - wide * 0.07)}T${n(x - wide * 0.05)} ${n(top - wide * 0.03)}z`,
      snow,
    );
  } else {
    drawing.fill(rectangle(x + wide * 0.19, ridge, wide * 0.62, wide * 0.025), lighter(tiles, 0.1));
  }
  paintOpenings(drawing, stage, random, { x, foot, wide, high, depth });
}

function paintOpenings(drawing: Drawing, stage: Stage, random: Random, { x, foot, wide, high, depth }: House): void {
  const { palette } = stage;
  const dark = mix(palette.haze, mix(palette.near, palette.sky[0] ?? palette.near, 0.3), depth);
  const w = wide * 0.13;
  const floors = high > wide * 0.72 ? 2 : 1;
  const door = random.integer(0, 2);
  for (let floor = 0; floor < floors; floor++) {
    for (let column = 0; column < 3; column++) {
      const wx = x + wide * (0.14 + column * 0.295);
      const wy = foot - high + wide * (0.14 + floor * 0.36);
      if (floor === floors - 1 && column === door) {
        drawing.fill(rectangle(wx, foot - wide * 0.3, w * 1.15, wide * 0.32), lighter(dark, 0.03));
        continue;
      }
      const shines = palette.lamplight && random.chance(0.68);
      drawing.fill(rectangle(wx, wy, w, w * 1.35), shines ? palette.accent : mix(dark, palette.sky[2] ?? dark, 0.25));
      drawing.fill(
        rectangle(wx + w * 0.45, wy, w * 0.1, w * 1.35) + rectangle(wx, wy + w * 0.6, w, w * 0.1),
        dark,
        0.7,
      );
    }
  }
}

function paintSmoke(drawing: Drawing, { palette }: Stage, random: Random, x: number, y: number, size: number): void {
  const drift = random.between(0.06, 0.16) * random.pick([-1, 1]);
  let puffs = "";
  for (let puff = 0; puff < 7; puff++) {
    puffs += circle(x + drift * size * puff ** 1.25, y - puff * size * 0.13, size * (0.04 + puff * 0.02));
  }
  drawing.fill(puffs, mix(palette.cloud, palette.haze, 0.4), 0.5);
}

/** Cobbles, nearer ones larger. */
function paintLane(drawing: Drawing, stage: Stage): void {
  const { width, height, unit, palette } = stage;
  const lane = villageGround(stage, 3);
  const random = stage.random("cobbles");
  const stone = mix(
    palette.ridge(0.8),
    palette.tone(oklch(palette.dark ? 0.3 : 0.62, 0.02, 70)),
    stage.wintry ? 0.2 : 0.5,
  );
  const top = lane(width / 2) - unit * 0.02;
  if (stage.wintry) {
    paintDrifts(drawing, stage, top);
    return;
  }
  drawing.fill(rectangle(0, top, width, height - top), mix(stone, palette.near, 0.4));
  for (let y = top, size = unit * 0.016; y < height + size; y += size * 0.72, size *= 1.09) {
    for (let x = -size * random.next(); x < width + size; x += size * 1.75) {
      const tone = lighter(stone, random.between(-0.05, 0.04));
      drawing.fill(ellipse(x + size * 0.8, y + size * 0.4, size * 0.78, size * 0.3), tone);
    }
  }
}

/** Snow over the lane: soft hollows, blue in the shade and bright towards the light. */
function paintDrifts(drawing: Drawing, stage: Stage, top: number): void {
  const { width, height, unit, palette } = stage;
  const random = stage.random("drifts");
  const snow = mix(palette.tone(oklch(palette.dark ? 0.5 : 0.92, 0.02, 250)), palette.haze, 0.3);
  const shade = mix(snow, palette.sky[0] ?? palette.near, 0.4);
  drawing.fill(
    rectangle(0, top, width, height - top),
    drawing.linear({ x: 0, y: top }, { x: 0, y: height }, [
      { at: 0, colour: snow },
      { at: 1, colour: mix(snow, shade, 0.7) },
    ]),
  );
  for (let drift = 0; drift < Math.round(26 * (width / unit)); drift++) {
    const t = random.next();
    const long = unit * (0.1 + 0.3 * t) * random.between(0.6, 1.3);
    const y = top + (height - top) * t;
    drawing.fill(
      lens(random.next() * width, y, long, unit * 0.02 * (0.3 + t)),
      random.chance(0.5) ? palette.light : shade,
      0.22,
    );
  }
}
