/** What grows on the sea floor: kelp, branching coral, brain coral. */
import { circle, type Drawing, ellipse, n, type Point, polyline } from "../drawing.ts";
import { hex, lighter, mix, type Oklch, oklch } from "../oklch.ts";
import type { Random } from "../random.ts";
import type { Stage } from "../stage.ts";
import type { Ridge } from "./ridge.ts";

/** Plants a reef: small and all along the floor, or tall at the sides as a frame in front. */
export function paintGrowth(drawing: Drawing, stage: Stage, floor: Ridge, where: "far" | "near"): void {
  const { width, height, unit, palette } = stage;
  const random = stage.random(`growth ${where}`);
  const near = where === "near";
  const spots = near ? [0.02, 0.09, 0.9, 0.97] : Array.from({ length: 9 }, (_, index) => (index + random.next()) / 9);
  for (const spot of spots) {
    const x = (near ? spot + random.between(-0.03, 0.03) : spot) * width;
    const y = near ? height + unit * 0.02 : floor.at(x) + unit * random.between(0.005, 0.05);
    const size = unit * (near ? random.between(0.2, 0.34) : random.between(0.07, 0.15));
    const hue = random.pick([12, 345, 48, 305, 28]);
    const own = palette.tone(oklch(palette.dark ? 0.48 : 0.68, 0.15, hue));
    const coral = mix(own, palette.haze, near ? 0.12 : 0.36);
    const kind = random.next();
    if (kind < 0.42 || !stage.allows("coral")) {
      paintKelp(
        drawing,
        random,
        { x, y },
        size * 1.6,
        mix(palette.tone(oklch(palette.dark ? 0.3 : 0.46, 0.1, 150)), palette.haze, near ? 0.15 : 0.4),
      );
    } else if (kind < 0.76) {
      paintBranches(drawing, random, { x, y }, size, coral);
    } else {
      paintDomes(drawing, random, { x, y }, size * 0.42, coral);
    }
  }
}

function paintKelp(drawing: Drawing, random: Random, foot: Point, height: number, colour: Oklch): void {
  for (let leaf = 0; leaf < 4; leaf++) {
    const tall = height * random.between(0.6, 1.1);
    const [phase, lean] = [random.between(0, 6), random.between(-0.16, 0.16)];
    const x = foot.x + random.between(-0.16, 0.16) * height;
    const side = (sign: number): Point[] =>
      Array.from({ length: 17 }, (_, step) => {
        const t = step / 16;
        const sway = Math.sin(phase + t * 6.5) * height * 0.035 * (0.3 + t) + lean * tall * t;
        return {
          x: x + sway + sign * height * 0.026 * (1 - t) ** 0.7 * (1 + 0.3 * Math.sin(t * 30)),
          y: foot.y - tall * t,
        };
      });
    drawing.fill(`${polyline([...side(-1), ...side(1).toReversed()])}z`, lighter(colour, random.between(-0.05, 0.06)));
  }
}

/** Coral that forks, with round tips. */
function paintBranches(drawing: Drawing, random: Random, foot: Point, size: number, colour: Oklch): void {
  const limbs: string[] = [];
  const grow = (x: number, y: number, angle: number, long: number, thick: number, depth: number): void => {
    const [tx, ty] = [x + Math.cos(angle) * long, y - Math.sin(angle) * long];
    limbs.push(
      `<path d="M${n(x)} ${n(y)}L${n(tx)} ${n(ty)}" stroke-width="${n(thick)}" stroke="${hex(lighter(colour, (4 - depth) * 0.025))}"/>`,
    );
    if (depth > 0) {
      for (const turn of depth > 2 ? [-0.55, 0.05, 0.6] : [-0.42, 0.42]) {
        grow(
          tx,
          ty,
          angle + turn + random.between(-0.15, 0.15),
          long * random.between(0.62, 0.8),
          thick * 0.74,
          depth - 1,
        );
      }
    }
  };
  grow(foot.x, foot.y, Math.PI / 2, size * 0.34, size * 0.13, 4);
  drawing.add(`<g fill="none" stroke-linecap="round">${limbs.join("")}</g>`);
}

/** Brain coral: a few domes with rows of dimples. */
function paintDomes(drawing: Drawing, random: Random, foot: Point, size: number, colour: Oklch): void {
  for (const [dx, scale] of [
    [-0.9, 0.62],
    [0.85, 0.7],
    [0, 1],
  ] as const) {
    const [x, r] = [foot.x + dx * size, size * scale];
    const centre = { x, y: foot.y };
    drawing.fill(
      circle(x, foot.y, r),
      drawing.radial({ x: x - r * 0.3, y: foot.y - r * 0.6 }, r * 1.5, [
        { at: 0, colour: lighter(colour, 0.09) },
        { at: 1, colour: lighter(colour, -0.14) },
      ]),
    );
    for (let dot = 0; dot < 12; dot++) {
      const [angle, reach] = [random.between(3.3, 6.1), r * random.between(0.3, 0.86)];
      drawing.fill(
        ellipse(centre.x + Math.cos(angle) * reach, centre.y + Math.sin(angle) * reach, r * 0.07, r * 0.05),
        lighter(colour, 0.12),
        0.7,
      );
    }
  }
}
