/** A room: papered wall, a window with weather in it, a rug, and a corner to sit in. */
import { circle, type Drawing, ellipse, fadeOut, n, rectangle } from "../drawing.ts";
import { paintCorner } from "../elements/furniture.ts";
import { type Pane, paintWindow } from "../elements/window.ts";
import { hex, lighter, mix, type Oklch, oklch } from "../oklch.ts";
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

function compose(wide: Stage): Composition {
  // A low, wide room is furnished to its height.
  const stage = { ...wide, unit: Math.min(wide.unit, wide.horizon / 0.72) };
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
