/** A gilded frame on a papered wall, and in it, very large, whoever is portrayed. */
import { blend, circle, type Drawing, fadeOut, n, rectangle } from "../drawing.ts";
import { hex, lighter, mix, type Oklch, oklch } from "../oklch.ts";
import { createNoise } from "../random.ts";
import type { Composition, Scene, Stage } from "../stage.ts";

export const portrait = {
  name: "portrait",
  words: ["portrait", "self portrait", "framed", "headshot", "bust", "gallery", "museum"],
  horizon: [0.56, 0.64],
  times: ["golden", "day", "dusk", "dawn"],
  ground: { h: 40, c: 0.05, lift: 0.05 },
  sheltered: true,
  cast: ["fox", "cat", "owl", "rabbit", "bear", "wolf"],
  busts: true,
  compose,
} as const satisfies Scene;

/** The frame's inner edge, and how broad the frame is, in pixels. */
interface Frame {
  readonly x: number;
  readonly y: number;
  readonly wide: number;
  readonly high: number;
  readonly border: number;
  readonly arched: boolean;
}

function compose(stage: Stage): Composition {
  const { width } = stage;
  const frame = frameFor(stage);
  const foot = frame.y + frame.high + frame.border * 0.3;
  return {
    behind: [{ phase: "Priming the canvas", paint: (drawing) => paintGround(drawing, stage, frame) }],
    shore: [],
    front: [
      { phase: "Papering the wall", paint: (drawing) => paintWall(drawing, stage, frame) },
      { phase: "Gilding the frame", paint: (drawing) => paintFrame(drawing, stage, frame) },
    ],
    ground: () => foot,
    standing: [(frame.x - frame.border * 0.2) / width, (frame.x + frame.wide + frame.border * 0.2) / width],
    water: null,
    air: { top: frame.y, bottom: frame.y + frame.high },
    group: { height: frame.high * 0.9, magnify: null },
    bareGround: true,
  };
}

function frameFor({ width, height, random }: Stage): Frame {
  const outer = Math.min(width * 0.84, height * 0.74);
  const tall = Math.min(height * 0.9, outer * 1.2);
  const border = outer * 0.115;
  return {
    x: (width - outer) / 2 + border,
    y: (height - tall) / 2 + border,
    wide: outer - border * 2,
    high: tall - border * 2,
    border,
    arched: random("frame").chance(0.45),
  };
}

/** Behind the sitter: a studio's dark with a glow, or far hills as the old masters had them. */
function paintGround(drawing: Drawing, stage: Stage, { x, y, wide, high }: Frame): void {
  const { width, height, unit, palette } = stage;
  const random = stage.random("canvas");
  const area = rectangle(0, 0, width, height);
  const glow = { x: x + wide * 0.42, y: y + high * 0.4 };
  if (random.chance(0.5)) {
    const hue = random.pick([60, 150, 205, 265, 20]);
    const tone = mix(palette.tone(oklch(palette.dark ? 0.3 : 0.44, 0.07, hue)), palette.haze, 0.22);
    drawing.fill(
      area,
      drawing.radial(glow, high * 0.85, blend([mix(tone, palette.light, 0.42), tone, lighter(tone, -0.2)])),
    );
    return;
  }
  drawing.fill(area, drawing.linear({ x: 0, y }, { x: 0, y: y + high * 0.75 }, blend(palette.sky)));
  drawing.fill(area, drawing.radial(glow, high * 0.6, fadeOut(palette.light, 0.6)));
  for (let hill = 0; hill < 3; hill++) {
    const noise = createNoise(stage.random(`far hill ${hill}`));
    let path = `M${n(x - unit * 0.2)} ${n(height)}`;
    for (let at = x - unit * 0.2; at < x + wide + unit * 0.2; at += unit * 0.02) {
      path += `L${n(at)} ${n(y + high * (0.56 + hill * 0.1) - noise(at / (unit * (0.14 + hill * 0.05))) * unit * 0.05)}`;
    }
    drawing.fill(`${path}V${n(height)}z`, palette.ridge(0.3 + hill * 0.22));
  }
}

/** All but the picture itself: whatever of the sitter reaches beyond the frame is papered over. */
function paintWall(drawing: Drawing, stage: Stage, frame: Frame): void {
  const { width, height, unit, palette } = stage;
  const random = stage.random("paper");
  const hue = random.pick([18, 150, 250, 285, 200, 345]);
  const wall = mix(palette.tone(oklch(palette.dark ? 0.24 : 0.4, 0.085, hue)), palette.near, 0.12);
  const around = `${rectangle(0, 0, width, height)}${window(frame)}`;
  const lit = { x: width / 2, y: frame.y - frame.border };
  const paint = drawing.radial(lit, Math.hypot(width, height) * 0.62, [
    { at: 0, colour: lighter(mix(wall, palette.light, 0.22), 0.05) },
    { at: 0.5, colour: wall },
    { at: 1, colour: lighter(wall, -0.1) },
  ]);
  drawing.add(`<path d="${around}" fill="${paint}" fill-rule="evenodd"/>`);
  const step = unit * 0.1;
  let motif = "";
  for (let row = 0, y = step * 0.3; y < height + step; row++, y += step * 0.9) {
    for (let x = (row % 2) * step * 0.5; x < width + step; x += step) {
      const inside = x > frame.x - frame.border && x < frame.x + frame.wide + frame.border;
      if (!(inside && y > frame.y - frame.border && y < frame.y + frame.high + frame.border)) {
        motif += damask(x, y, step * 0.36);
      }
    }
  }
  drawing.fill(motif, lighter(wall, 0.07), 0.55);
}

/** A leafy ornament. */
function damask(x: number, y: number, r: number): string {
  const leaf = (dx: number, dy: number, bend: number): string =>
    `M${n(x)} ${n(y + r * 0.5)}Q${n(x + dx * r * 0.2 + bend * r)} ${n(y + dy * r * 0.4)} ${n(x + dx * r)} ${n(y + dy * r)}Q${n(x + dx * r * 0.9 + bend * r * 0.2)} ${n(y + r * 0.35)} ${n(x)} ${n(y + r * 0.5)}z`;
  return `${leaf(-0.75, -0.3, -0.3)}${leaf(0.75, -0.3, 0.3)}${leaf(0, -1, 0.24)}${leaf(0, -1, -0.24)}${circle(x, y + r * 0.72, r * 0.13)}`;
}

/** The outline of the picture inside the frame. */
function window({ x, y, wide, high, arched }: Frame): string {
  const rise = wide * 0.42;
  return arched
    ? `M${n(x)} ${n(y + high)}V${n(y + rise)}A${n(wide / 2)} ${n(rise)} 0 0 1 ${n(x + wide)} ${n(y + rise)}V${n(y + high)}z`
    : rectangle(x, y, wide, high);
}

function paintFrame(drawing: Drawing, stage: Stage, frame: Frame): void {
  const { x, y, wide, high, border, arched } = frame;
  const { palette } = stage;
  const gold = (l: number, c = 0.1): Oklch =>
    mix(palette.tone(oklch(palette.dark ? l * 0.74 : l, c, 84)), palette.light, 0.06);
  for (let soft = 6; soft > 0; soft--) {
    const by = border + soft * border * 0.07;
    const cast = `${rectangle(x - by, y - by + border * 0.22, wide + by * 2, high + by * 2)}${window(frame)}`;
    drawing.add(
      `<path d="${cast}" fill="${hex(lighter(palette.near, -0.12))}" fill-opacity="0.07" fill-rule="evenodd"/>`,
    );
  }
  const bands = [
    [1, 0.5],
    [0.92, 0.74],
    [0.8, 0.6],
    [0.7, 0.86],
    [0.52, 0.66],
    [0.34, 0.5],
    [0.26, 0.8],
    [0.12, 0.45],
  ] as const;
  for (const [reach, l] of bands) {
    const by = border * reach;
    const paint = drawing.linear({ x: x - by, y: y - by }, { x: x + wide + by, y: y + high + by }, [
      { at: 0, colour: gold(Math.min(0.97, l + 0.16), 0.09) },
      { at: 0.32, colour: gold(l) },
      { at: 0.5, colour: gold(Math.min(0.95, l + 0.1), 0.1) },
      { at: 0.72, colour: gold(l - 0.08) },
      { at: 1, colour: gold(l - 0.16) },
    ]);
    const ring = `${rectangle(x - by, y - by, wide + by * 2, high + by * 2)}${window(frame)}`;
    drawing.add(`<path d="${ring}" fill="${paint}" fill-rule="evenodd"/>`);
  }
  paintBeads(drawing, frame, gold);
  paintCorners(drawing, frame, gold);
  const shade = drawing.linear({ x: 0, y }, { x: 0, y: y + border * 0.5 }, fadeOut(lighter(palette.near, -0.15), 0.5));
  if (!arched) {
    drawing.fill(rectangle(x, y, wide, border * 0.5), shade);
  }
  const line = `<path d="${window(frame)}" fill="none" stroke="${hex(gold(0.3, 0.06))}" stroke-width="${n(border * 0.05)}"/>`;
  drawing.add(line);
}

function paintBeads(
  drawing: Drawing,
  { x, y, wide, high, border }: Frame,
  gold: (l: number, c?: number) => Oklch,
): void {
  const by = border * 0.43;
  const size = border * 0.055;
  let beads = "";
  const across = Math.round((wide + by * 2) / (size * 3));
  const along = Math.round((high + by * 2) / (size * 3));
  for (let bead = 0; bead <= across; bead++) {
    const at = x - by + ((wide + by * 2) * bead) / across;
    beads += circle(at, y - by, size) + circle(at, y + high + by, size);
  }
  for (let bead = 1; bead < along; bead++) {
    const at = y - by + ((high + by * 2) * bead) / along;
    beads += circle(x - by, at, size) + circle(x + wide + by, at, size);
  }
  drawing.add(
    `<path d="${beads}" fill="${hex(gold(0.42, 0.08))}" transform="translate(${n(size * 0.3)} ${n(size * 0.4)})"/>`,
  );
  drawing.fill(beads, gold(0.9, 0.09));
}

/** Rosettes where the mouldings meet. */
function paintCorners(
  drawing: Drawing,
  { x, y, wide, high, border }: Frame,
  gold: (l: number, c?: number) => Oklch,
): void {
  const by = border * 0.6;
  for (const [cx, cy] of [
    [x - by, y - by],
    [x + wide + by, y - by],
    [x - by, y + high + by],
    [x + wide + by, y + high + by],
  ] as const) {
    for (const [reach, count, l] of [
      [0.5, 8, 0.58],
      [0.34, 8, 0.8],
    ] as const) {
      let petals = "";
      for (let petal = 0; petal < count; petal++) {
        const angle = ((petal + (reach > 0.4 ? 0.5 : 0)) / count) * Math.PI * 2;
        petals += circle(
          cx + Math.cos(angle) * border * reach * 0.72,
          cy + Math.sin(angle) * border * reach * 0.72,
          border * reach * 0.34,
        );
      }
      drawing.fill(petals, gold(l));
    }
    drawing.fill(circle(cx, cy, border * 0.17), gold(0.5));
    drawing.fill(circle(cx - border * 0.02, cy - border * 0.03, border * 0.12), gold(0.93, 0.08));
  }
}
