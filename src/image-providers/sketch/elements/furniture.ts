/** The corner of a room that invites to stay: a fireplace, a wall of books, or an armchair under a lamp. */
import { circle, type Drawing, ellipse, fadeOut, n, type Point, rectangle } from "../drawing.ts";
import { lighter, mix, type Oklch, oklch } from "../oklch.ts";
import type { Stage } from "../stage.ts";

const corners = { fireplace: paintFireplace, bookshelf: paintBookshelf, armchair: paintArmchair };

/** Paints one, the one that the prompt names if it does; its foot is at a point. */
export function paintCorner(drawing: Drawing, stage: Stage, foot: Point): void {
  const { fireplace, bookshelf, armchair } = corners;
  const asked = stage.wants("fireplace")
    ? fireplace
    : stage.wants("bookshelf") || stage.wants("library") || stage.wants("study")
      ? bookshelf
      : stage.wants("armchair") || stage.wants("sofa")
        ? armchair
        : null;
  (asked ?? stage.random("corner").pick(Object.values(corners)))(drawing, stage, foot);
}

function toned(stage: Stage, l: number, c: number, h: number): Oklch {
  const { palette } = stage;
  return mix(palette.tone(oklch(palette.dark ? l * 0.78 : l, c, h)), palette.near, 0.12);
}

function glow(drawing: Drawing, stage: Stage, centre: Point, radius: number, strength: number): void {
  drawing.fill(
    circle(centre.x, centre.y, radius),
    drawing.radial(centre, radius, fadeOut(stage.palette.accent, strength)),
  );
}

function paintFireplace(drawing: Drawing, stage: Stage, { x, y }: Point): void {
  const { unit: u } = stage;
  const random = stage.random("bricks");
  const stone = toned(stage, 0.86, 0.025, 70);
  const [wide, high] = [u * 0.4, u * 0.34];
  drawing.fill(rectangle(x - wide / 2, y - high, wide, high), stone);
  drawing.fill(rectangle(x - wide * 0.56, y - high - u * 0.03, wide * 1.12, u * 0.034), lighter(stone, 0.05));
  drawing.fill(rectangle(x - wide * 0.53, y - high + u * 0.004, wide * 1.06, u * 0.012), lighter(stone, -0.12));
  drawing.fill(rectangle(x - wide * 0.56, y - u * 0.02, wide * 1.12, u * 0.03), lighter(stone, -0.08));
  const brick = toned(stage, 0.46, 0.09, 35);
  drawing.fill(rectangle(x - wide * 0.34, y - high * 0.8, wide * 0.68, high * 0.8), lighter(brick, -0.1));
  for (let row = 0; row < 8; row++) {
    for (let column = 0; column < 5; column++) {
      const bx = x - wide * 0.34 + (column + (row % 2) * 0.5 - 0.25) * wide * 0.15;
      if (bx > x - wide * 0.35 && bx < x + wide * 0.22) {
        drawing.fill(
          rectangle(bx, y - high * 0.8 + row * high * 0.1, wide * 0.14, high * 0.085),
          lighter(brick, random.between(-0.05, 0.05)),
        );
      }
    }
  }
  drawing.fill(
    `M${n(x - wide * 0.24)} ${n(y)}V${n(y - high * 0.44)}a${n(wide * 0.24)} ${n(high * 0.22)} 0 0 1 ${n(wide * 0.48)} 0V${n(y)}z`,
    oklch(0.16, 0.03, 40),
  );
  glow(drawing, stage, { x, y: y - high * 0.2 }, u * 0.2, 0.85);
  const flame = (dx: number, tall: number, half: number): string =>
    `M${n(x + dx - half)} ${n(y - u * 0.02)}C${n(x + dx - half * 1.5)} ${n(y - tall * 0.5)} ${n(x + dx)} ${n(y - tall * 0.55)} ${n(x + dx)} ${n(y - tall)}C${n(x + dx + half * 0.5)} ${n(y - tall * 0.65)} ${n(x + dx + half * 1.5)} ${n(y - tall * 0.5)} ${n(x + dx + half)} ${n(y - u * 0.02)}z`;
  drawing.fill(
    flame(-u * 0.034, u * 0.09, u * 0.024) + flame(u * 0.034, u * 0.1, u * 0.024) + flame(0, u * 0.14, u * 0.03),
    oklch(0.68, 0.19, 48),
  );
  drawing.fill(
    flame(-u * 0.03, u * 0.06, u * 0.014) + flame(u * 0.03, u * 0.065, u * 0.014) + flame(0, u * 0.09, u * 0.018),
    oklch(0.88, 0.15, 88),
  );
  drawing.fill(rectangle(x - u * 0.08, y - u * 0.026, u * 0.16, u * 0.022), oklch(0.3, 0.05, 45));
  for (const [dx, tall] of [
    [-0.15, 0.075],
    [-0.125, 0.055],
    [0.14, 0.07],
  ] as const) {
    drawing.fill(
      rectangle(x + dx * u - u * 0.008, y - high - u * 0.03 - tall * u, u * 0.016, tall * u),
      lighter(stone, 0.06),
    );
    glow(drawing, stage, { x: x + dx * u, y: y - high - u * 0.04 - tall * u }, u * 0.05, 0.7);
    drawing.fill(ellipse(x + dx * u, y - high - u * 0.04 - tall * u, u * 0.005, u * 0.011), oklch(0.9, 0.14, 85));
  }
  paintPicture(drawing, stage, { x: x + u * 0.02, y: y - high - u * 0.19 });
}

function paintBookshelf(drawing: Drawing, stage: Stage, { x, y }: Point): void {
  const { unit: u } = stage;
  const random = stage.random("books");
  const wood = toned(stage, 0.46, 0.07, 55);
  const [wide, high, shelves] = [u * 0.36, u * 0.6, 5];
  drawing.fill(
    rectangle(x - wide / 2 - u * 0.015, y - high - u * 0.015, wide + u * 0.03, high + u * 0.015),
    lighter(wood, 0.03),
  );
  drawing.fill(rectangle(x - wide / 2, y - high, wide, high - u * 0.02), lighter(wood, -0.16));
  const cell = (high - u * 0.02) / shelves;
  for (let shelf = 0; shelf < shelves; shelf++) {
    const foot = y - high + cell * (shelf + 1) - u * 0.01;
    let at = x - wide / 2 + u * 0.008;
    while (at < x + wide / 2 - u * 0.03) {
      if (random.chance(0.08)) {
        at += u * random.between(0.02, 0.05);
        continue;
      }
      const [thick, tall] = [u * random.between(0.012, 0.026), cell * random.between(0.58, 0.82)];
      const cover = toned(
        stage,
        random.between(0.4, 0.75),
        random.between(0.05, 0.13),
        random.pick([25, 40, 80, 150, 200, 250, 300, 350]),
      );
      drawing.fill(rectangle(at, foot - tall, thick * 0.94, tall), cover);
      drawing.fill(rectangle(at, foot - tall * 0.8, thick * 0.94, tall * 0.07), lighter(cover, 0.16), 0.8);
      at += thick;
    }
    drawing.fill(rectangle(x - wide / 2, foot, wide, u * 0.012), lighter(wood, 0.05));
  }
}

function paintArmchair(drawing: Drawing, stage: Stage, { x, y }: Point): void {
  const { unit: u, palette } = stage;
  const random = stage.random("armchair");
  const cloth = toned(stage, 0.55, 0.11, random.pick([25, 155, 250, 330, 60]));
  const lamp = { x: x - u * 0.2, y: y - u * 0.47 };
  paintPicture(drawing, stage, { x: x + u * 0.04, y: y - u * 0.56 });
  drawing.fill(rectangle(lamp.x - u * 0.005, lamp.y, u * 0.01, y - lamp.y), toned(stage, 0.35, 0.05, 70));
  drawing.fill(ellipse(lamp.x, y, u * 0.055, u * 0.013), toned(stage, 0.35, 0.05, 70));
  drawing.fill(
    `M${n(lamp.x - u * 0.045)} ${n(lamp.y - u * 0.07)}H${n(lamp.x + u * 0.045)}L${n(lamp.x + u * 0.085)} ${n(lamp.y + u * 0.03)}H${n(lamp.x - u * 0.085)}z`,
    palette.lamplight ? lighter(palette.accent, 0.04) : toned(stage, 0.88, 0.06, 80),
  );
  if (palette.lamplight) {
    glow(drawing, stage, lamp, u * 0.42, 0.75);
  }
  for (const dx of [-0.12, 0.12]) {
    drawing.fill(rectangle(x + dx * u - u * 0.01, y - u * 0.03, u * 0.02, u * 0.03), toned(stage, 0.34, 0.06, 55));
  }
  const back = `M${n(x - u * 0.125)} ${n(y - u * 0.05)}V${n(y - u * 0.3)}Q${n(x - u * 0.12)} ${n(y - u * 0.36)} ${n(x)} ${n(y - u * 0.365)}Q${n(x + u * 0.12)} ${n(y - u * 0.36)} ${n(x + u * 0.125)} ${n(y - u * 0.3)}V${n(y - u * 0.05)}z`;
  drawing.fill(back, lighter(cloth, 0.02));
  for (const [dx, dy] of [
    [-0.05, -0.28],
    [0.05, -0.28],
    [0, -0.23],
    [-0.05, -0.18],
    [0.05, -0.18],
  ] as const) {
    drawing.fill(circle(x + dx * u, y + dy * u, u * 0.006), lighter(cloth, -0.12));
  }
  drawing.fill(rectangle(x - u * 0.12, y - u * 0.15, u * 0.24, u * 0.05), lighter(cloth, 0.08));
  drawing.fill(rectangle(x - u * 0.13, y - u * 0.1, u * 0.26, u * 0.075), lighter(cloth, -0.06));
  for (const side of [-1, 1]) {
    const ax = x + side * u * 0.145;
    drawing.fill(
      circle(ax, y - u * 0.18, u * 0.034) + rectangle(ax - u * 0.03, y - u * 0.18, u * 0.06, u * 0.155),
      lighter(cloth, side < 0 ? 0.05 : -0.03),
    );
  }
}

/** A small landscape in a frame. */
function paintPicture(drawing: Drawing, stage: Stage, { x, y }: Point): void {
  const { unit: u, palette } = stage;
  const [w, h] = [u * 0.19, u * 0.14];
  drawing.fill(
    rectangle(x - w / 2 - u * 0.012, y - h / 2 - u * 0.012, w + u * 0.024, h + u * 0.024),
    toned(stage, 0.66, 0.1, 80),
  );
  drawing.fill(rectangle(x - w / 2, y - h / 2, w, h), toned(stage, 0.88, 0.05, 75));
  drawing.fill(circle(x + w * 0.2, y - h * 0.16, u * 0.016), palette.accent);
  drawing.fill(
    `M${n(x - w / 2)} ${n(y + h / 2)}L${n(x - w * 0.18)} ${n(y - h * 0.2)}L${n(x + w * 0.1)} ${n(y + h * 0.2)}L${n(x + w * 0.26)} ${n(y)}L${n(x + w / 2)} ${n(y + h * 0.3)}V${n(y + h / 2)}z`,
    toned(stage, 0.5, 0.07, 230),
  );
  drawing.fill(
    `M${n(x - w / 2)} ${n(y + h * 0.3)}Q${n(x)} ${n(y + h * 0.12)} ${n(x + w / 2)} ${n(y + h * 0.34)}V${n(y + h / 2)}H${n(x - w / 2)}z`,
    toned(stage, 0.46, 0.09, 145),
  );
}
