/** A room: papered wall, a window with weather in it, a rug, and a corner to sit in. */
import { blend, circle, type Drawing, ellipse, fadeOut, n, rectangle } from "../drawing.ts";
import { paintCorner } from "../elements/furniture.ts";
import { hex, lighter, mix, type Oklch, oklch } from "../oklch.ts";
import { createNoise } from "../random.ts";
import type { Composition, Layer, Scene, Stage } from "../stage.ts";

export const interior = {
  name: "interior",
  words: [
    "interior",
    "room",
    "living room",
    "bedroom",
    "kitchen",
    "study",
    "library",
    "attic",
    "cafe",
    "window",
    "windowsill",
    "indoor",
    "fireplace",
    "sofa",
    "armchair",
    "bookshelf",
  ],
  horizon: [0.68, 0.73],
  times: ["day", "golden", "dusk", "night"],
  ground: { h: 55, c: 0.06, lift: 0.15 },
  sheltered: true,
  detailed: true,
  compose,
} as const satisfies Scene;

function compose(stage: Stage): Composition {
  const { width, height, unit, horizon } = stage;
  const room = height - horizon;
  const side = stage.random("window side").chance(0.5) ? -1 : 1;
  const middle = width / 2 + side * Math.min(width * 0.2, unit * 0.34);
  const pane = { x: middle - unit * 0.17, y: horizon - unit * 0.57, wide: unit * 0.34, high: unit * 0.4 };
  return {
    behind: [
      { phase: "Papering the wall", paint: (drawing) => paintWall(drawing, stage) },
      { phase: "Opening the window", paint: (drawing) => paintWindow(drawing, stage, pane) },
      { phase: "Laying the boards", paint: (drawing) => paintFloor(drawing, stage) },
      {
        phase: "Furnishing the room",
        paint: (drawing) => {
          paintCorner(drawing, stage, {
            x: width / 2 - side * Math.min(width * 0.29, unit * 0.42),
            y: horizon + room * 0.1,
          });
          paintRug(drawing, stage);
        },
      },
    ],
    shore: [],
    front: [
      {
        phase: "Letting light in",
        blend: "soft-light",
        soft: true,
        paint: (drawing) => paintDaylight(drawing, stage, pane),
      },
      ...(stage.palette.lamplight ? [lamplight(stage, width / 2 - side * Math.min(width * 0.29, unit * 0.42))] : []),
    ],
    ground: () => horizon + room * 0.58,
    standing: [0.2, 0.8],
    near: true,
    water: null,
    air: { top: height * 0.12, bottom: horizon - unit * 0.15 },
  };
}

/** What burns in the corner fills the room with its colour. */
function lamplight(stage: Stage, x: number): Layer {
  const { width, height, unit, horizon, palette } = stage;
  return {
    phase: "Lighting the lamp",
    blend: "screen",
    soft: true,
    paint: (drawing) => {
      const warm = mix(palette.accent, oklch(0.7, 0.15, 55), 0.5);
      const area = rectangle(0, 0, width, height);
      drawing.fill(area, drawing.radial({ x, y: horizon - unit * 0.1 }, unit * 1.25, fadeOut(warm, 0.36)));
      drawing.fill(area, drawing.radial({ x, y: horizon + unit * 0.12 }, unit * 0.5, fadeOut(warm, 0.22)));
    },
  };
}

interface Pane {
  readonly x: number;
  readonly y: number;
  readonly wide: number;
  readonly high: number;
}

function wallColour(stage: Stage): Oklch {
  const { palette } = stage;
  const hue = stage.random("wall").pick([40, 85, 150, 195, 245, 350]);
  return mix(palette.tone(oklch(palette.dark ? 0.46 : 0.78, 0.065, hue)), palette.haze, palette.dark ? 0.1 : 0.22);
}

function paintWall(drawing: Drawing, stage: Stage): void {
  const { width, height, unit, horizon, palette } = stage;
  const wall = wallColour(stage);
  drawing.fill(
    rectangle(0, 0, width, height),
    drawing.linear({ x: 0, y: 0 }, { x: 0, y: horizon }, [
      { at: 0, colour: lighter(wall, -0.09) },
      { at: 1, colour: lighter(wall, 0.02) },
    ]),
  );
  const random = stage.random("paper");
  const step = unit * 0.07;
  const stripes = random.chance(0.5);
  let pattern = "";
  for (let column = 0, x = 0; x < width + step; column++, x += step) {
    if (stripes) {
      pattern += rectangle(x, 0, step * 0.45, horizon);
      continue;
    }
    for (let y = (column % 2) * step * 0.5; y < horizon; y += step) {
      pattern +=
        circle(x, y, step * 0.07) +
        circle(x - step * 0.1, y + step * 0.1, step * 0.05) +
        circle(x + step * 0.1, y + step * 0.1, step * 0.05);
    }
  }
  drawing.fill(pattern, lighter(wall, stripes ? 0.03 : 0.06), stripes ? 0.6 : 0.75);
  const board = mix(lighter(wall, palette.dark ? 0.08 : 0.13), palette.light, 0.15);
  drawing.fill(rectangle(-9, horizon - unit * 0.15, width + 18, unit * 0.15), board);
  for (let x = unit * 0.02; x < width; x += unit * 0.16) {
    drawing.fill(rectangle(x, horizon - unit * 0.125, unit * 0.12, unit * 0.085), lighter(board, -0.035));
    drawing.fill(
      rectangle(x + unit * 0.006, horizon - unit * 0.119, unit * 0.108, unit * 0.073),
      lighter(board, 0.015),
    );
  }
  drawing.fill(rectangle(-9, horizon - unit * 0.158, width + 18, unit * 0.014), lighter(board, 0.04));
  drawing.fill(rectangle(-9, horizon - unit * 0.026, width + 18, unit * 0.026), lighter(board, -0.02));
}

function paintWindow(drawing: Drawing, stage: Stage, pane: Pane): void {
  const { unit, palette } = stage;
  const { x, y, wide, high } = pane;
  const clip = drawing.clip(rectangle(x, y, wide, high));
  drawing.add(`<g clip-path="${clip}">`);
  paintView(drawing, stage, pane);
  drawing.add("</g>");
  const paintwork = mix(palette.tone(oklch(palette.dark ? 0.5 : 0.96, 0.015, 85)), palette.haze, 0.1);
  const bar = unit * 0.011;
  const frame = `${rectangle(x - bar * 2, y - bar * 2, wide + bar * 4, high + bar * 4)}${rectangle(x, y, wide, high)}`;
  drawing.add(`<path d="${frame}" fill="${hex(paintwork)}" fill-rule="evenodd"/>`);
  drawing.fill(rectangle(x + wide / 2 - bar / 2, y, bar, high) + rectangle(x, y + high * 0.36, wide, bar), paintwork);
  drawing.fill(rectangle(x - bar * 4, y + high + bar * 2, wide + bar * 8, bar * 2.2), lighter(paintwork, -0.03));
  drawing.fill(rectangle(x - bar * 4, y + high + bar * 4.2, wide + bar * 8, bar * 0.8), lighter(paintwork, -0.16), 0.6);
  paintCurtains(drawing, stage, pane);
}

/** What is seen outside: the sky of the hour, hills, and rain or snow if the prompt says so. */
function paintView(drawing: Drawing, stage: Stage, { x, y, wide, high }: Pane): void {
  const { unit, palette, light, weather } = stage;
  const random = stage.random("view");
  drawing.fill(rectangle(x, y, wide, high), drawing.linear({ x, y }, { x, y: y + high * 0.85 }, blend(palette.sky)));
  const disc = { x: x + wide * random.pick([0.26, 0.74]), y: y + high * random.between(0.16, 0.3) };
  if (stage.stars > 0 && stage.allows("star")) {
    for (let star = 0; star < 26; star++) {
      const size = unit * random.between(0.0008, 0.0022);
      drawing.fill(circle(x + random.next() * wide, y + random.next() * high * 0.6, size), palette.light, 0.8);
    }
  }
  if (light.count > 0 && weather === "clear") {
    const r = unit * 0.026;
    drawing.fill(circle(disc.x, disc.y, r * 4), drawing.radial(disc, r * 4, fadeOut(palette.light, 0.7)));
    drawing.fill(circle(disc.x, disc.y, r), palette.light);
  }
  for (let hill = 0; hill < 3; hill++) {
    const noise = createNoise(stage.random(`view ${hill}`));
    let path = `M${n(x - 9)} ${n(y + high)}`;
    for (let at = x - 9; at <= x + wide + 9; at += wide / 40) {
      path += `L${n(at)} ${n(y + high * (0.66 + hill * 0.11) - noise(at / (wide * 0.42) + hill) * high * 0.09)}`;
    }
    drawing.fill(`${path}V${n(y + high)}z`, palette.ridge(0.28 + hill * 0.2));
  }
  if (weather === "rain" || weather === "storm" || weather === "snow") {
    const snow = weather === "snow";
    for (let drop = 0; drop < 70; drop++) {
      const [dx, dy] = [x + random.next() * wide, y + random.next() * high];
      const long = unit * random.between(0.012, 0.03);
      drawing.add(
        snow
          ? `<path d="${circle(dx, dy, unit * random.between(0.0015, 0.004))}" fill="#ffffff" fill-opacity="0.85"/>`
          : `<path d="M${n(dx)} ${n(dy)}l${n(-long * 0.2)} ${n(long)}" stroke="${hex(palette.light)}" stroke-opacity="0.4" stroke-width="${n(unit * 0.0016)}"/>`,
      );
    }
  }
}

/** A rod and two drapes, each gathered towards its side. */
function paintCurtains(drawing: Drawing, stage: Stage, { x, y, wide, high }: Pane): void {
  const { unit, palette } = stage;
  const hue = stage.random("curtains").pick([25, 55, 190, 260, 340]);
  const cloth = mix(palette.tone(oklch(palette.dark ? 0.46 : 0.62, 0.12, hue)), palette.haze, 0.18);
  const top = y - unit * 0.055;
  const bottom = y + high + unit * 0.11;
  const rod = mix(palette.tone(oklch(0.4, 0.06, 60)), palette.near, 0.3);
  for (const side of [-1, 1] as const) {
    const outer = (side < 0 ? x : x + wide) + side * unit * 0.08;
    for (let fold = 3; fold >= 0; fold--) {
      const reach = unit * 0.036 * (fold + 1);
      const inner = outer - side * reach;
      const tied = outer - side * reach * 0.5;
      const paint = drawing.linear({ x: inner, y: 0 }, { x: inner + side * unit * 0.036, y: 0 }, [
        { at: 0, colour: lighter(cloth, 0.06) },
        { at: 0.4, colour: cloth },
        { at: 1, colour: lighter(cloth, -0.1) },
      ]);
      drawing.fill(
        `M${n(outer)} ${n(top)}L${n(inner)} ${n(top)}C${n(inner)} ${n(y + high * 0.4)} ${n(tied)} ${n(y + high * 0.5)} ${n(tied)} ${n(y + high * 0.66)}C${n(tied)} ${n(y + high * 0.8)} ${n(inner + side * unit * 0.012)} ${n(y + high * 0.9)} ${n(inner + side * unit * 0.012)} ${n(bottom)}L${n(outer)} ${n(bottom)}z`,
        paint,
      );
    }
    drawing.fill(ellipse(outer - side * unit * 0.04, y + high * 0.66, unit * 0.045, unit * 0.011), palette.accent);
  }
  drawing.fill(rectangle(x - unit * 0.11, top - unit * 0.012, wide + unit * 0.22, unit * 0.013), rod);
  drawing.fill(
    circle(x - unit * 0.11, top - unit * 0.006, unit * 0.014) +
      circle(x + wide + unit * 0.11, top - unit * 0.006, unit * 0.014),
    rod,
  );
}

function paintFloor(drawing: Drawing, stage: Stage): void {
  const { width, height, unit, horizon, palette } = stage;
  const wood = mix(palette.tone(oklch(palette.dark ? 0.4 : 0.6, 0.08, 60)), palette.near, 0.16);
  drawing.fill(
    rectangle(-9, horizon, width + 18, height - horizon + 9),
    drawing.linear({ x: 0, y: horizon }, { x: 0, y: height }, [
      { at: 0, colour: lighter(wood, 0.03) },
      { at: 1, colour: lighter(wood, -0.07) },
    ]),
  );
  const random = stage.random("boards");
  const vanish = { x: width / 2, y: horizon - unit * 0.5 };
  const spread = (height - vanish.y) / (horizon - vanish.y);
  const board = unit * 0.05;
  for (let x = vanish.x - Math.ceil(width / board / 2 + 1) * board; x < width + board; x += board) {
    const [a, b] = [vanish.x + (x - vanish.x) * spread, vanish.x + (x + board - vanish.x) * spread];
    const tone = lighter(wood, random.between(-0.035, 0.035));
    drawing.fill(
      `M${n(x)} ${n(horizon)}L${n(x + board)} ${n(horizon)}L${n(b)} ${n(height + 9)}L${n(a)} ${n(height + 9)}z`,
      tone,
      0.6,
    );
    drawing.add(
      `<path d="M${n(x)} ${n(horizon)}L${n(a)} ${n(height + 9)}" stroke="${hex(lighter(wood, -0.14))}" stroke-opacity="0.5" stroke-width="${n(unit * 0.0022)}"/>`,
    );
  }
  drawing.fill(rectangle(-9, horizon, width + 18, unit * 0.012), lighter(wood, -0.16), 0.5);
}

function paintRug(drawing: Drawing, stage: Stage): void {
  const { width, height, unit, horizon, palette } = stage;
  const random = stage.random("rug");
  const hue = random.pick([20, 255, 160, 45, 330]);
  const centre = { x: width / 2, y: horizon + (height - horizon) * 0.6 };
  const rx = Math.min(width * 0.42, unit * 0.44);
  const ry = (height - horizon) * 0.3;
  const tone = (l: number, turn: number): Oklch =>
    mix(palette.tone(oklch(palette.dark ? l * 0.76 : l, 0.1, hue + turn)), palette.near, 0.14);
  drawing.fill(ellipse(centre.x, centre.y + unit * 0.008, rx * 1.01, ry * 1.02), palette.near, 0.35);
  for (const [reach, l, turn] of [
    [1, 0.5, 0],
    [0.93, 0.84, 50],
    [0.87, 0.56, 0],
    [0.66, 0.8, 50],
    [0.61, 0.48, -30],
    [0.3, 0.78, 60],
    [0.24, 0.52, 0],
  ] as const) {
    drawing.fill(ellipse(centre.x, centre.y, rx * reach, ry * reach), tone(l, turn));
  }
  let dots = "";
  for (let dot = 0; dot < 30; dot++) {
    const angle = (dot / 30) * Math.PI * 2;
    dots += ellipse(
      centre.x + Math.cos(angle) * rx * 0.765,
      centre.y + Math.sin(angle) * ry * 0.765,
      rx * 0.026,
      ry * 0.034,
    );
  }
  drawing.fill(dots, tone(0.86, 55));
}

/** By day the window lights the room and lies on the floor; after dark the lamp does. */
function paintDaylight(drawing: Drawing, stage: Stage, { x, y, wide, high }: Pane): void {
  const { width, height, unit, palette, horizon } = stage;
  const centre = { x: x + wide / 2, y: y + high * 0.5 };
  drawing.fill(
    rectangle(0, 0, width, height),
    drawing.radial(centre, unit * 1.1, fadeOut(palette.light, palette.dark ? 0.25 : 0.7)),
  );
  if (palette.dark) {
    return;
  }
  const lean = (width / 2 - centre.x) * 0.5;
  for (const [from, to] of [
    [0.04, 0.47],
    [0.53, 0.96],
  ] as const) {
    const [a, b] = [x + wide * from, x + wide * to];
    const [near, far] = [horizon + (height - horizon) * 0.2, horizon + (height - horizon) * 0.82];
    drawing.fill(
      `M${n(a + lean * 0.4)} ${n(near)}L${n(b + lean * 0.4)} ${n(near)}L${n(b + lean * 1.3 + wide * 0.1)} ${n(far)}L${n(a + lean * 1.3 - wide * 0.05)} ${n(far)}z`,
      palette.light,
      0.6,
    );
  }
}
