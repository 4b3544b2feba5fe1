/** Trees as silhouettes: conifers in ranks, bare trunks, tufts of grass. */
import { n, type Point, polyline } from "../drawing.ts";
import type { Random } from "../random.ts";

/** The outline of a conifer standing at (x, y); heights in pixels. */
export function conifer(random: Random, x: number, y: number, height: number): string {
  const tiers = Math.max(4, Math.min(9, Math.round(height / 12)));
  const half = height * random.between(0.17, 0.24);
  const lean = height * random.between(-0.02, 0.02);
  const right: Point[] = [];
  const left: Point[] = [];
  for (let tier = 1; tier <= tiers; tier++) {
    const t = tier / tiers;
    const level = y - height * (1 - t * 0.93);
    const reach = half * (0.12 + 0.88 * t ** 0.9);
    const drop = (height / tiers) * 0.34;
    right.push({ x: x + lean * (1 - t) + reach * random.between(0.82, 1.1), y: level + drop * random.between(0.2, 1) });
    right.push({ x: x + lean * (1 - t) + reach * 0.48, y: level - drop * 0.25 });
    left.push({ x: x + lean * (1 - t) - reach * random.between(0.82, 1.1), y: level + drop * random.between(0.2, 1) });
    left.push({ x: x + lean * (1 - t) - reach * 0.48, y: level - drop * 0.25 });
  }
  const stem = height * 0.022;
  const foot = [
    { x: x + stem, y: y - height * 0.06 },
    { x: x + stem * 1.3, y: y + height * 0.06 },
    { x: x - stem * 1.3, y: y + height * 0.06 },
    { x: x - stem, y: y - height * 0.06 },
  ];
  return `${polyline([{ x: x + lean, y: y - height }, ...right, ...foot, ...left.toReversed()])}z`;
}

/** A rank of conifers along a line, dense or sparse, as one path. */
export function coniferRank(
  random: Random,
  rank: { width: number; at: (x: number) => number; height: number; density: number; gapAt?: (x: number) => boolean },
): string {
  let path = "";
  let x = -rank.height * 0.3;
  while (x < rank.width + rank.height * 0.3) {
    const height = rank.height * random.between(0.5, 1.12);
    if (rank.gapAt?.(x) !== true) {
      path += conifer(random, x, rank.at(x) + height * 0.04, height);
    }
    x += (rank.height * random.between(0.14, 0.42)) / rank.density;
  }
  return path;
}

/** A tall bare trunk from below the picture to above it, a little bent, with branches: one path for each limb. */
export function trunk(random: Random, x: number, top: number, bottom: number, girth: number): string[] {
  const bend = girth * random.between(-1.2, 1.2);
  const middle = (top + bottom) / 2;
  const limbs = [
    `M${n(x - girth * 0.32)} ${n(top)}Q${n(x - girth * 0.4 + bend)} ${n(middle)} ${n(x - girth * 0.5)} ${n(bottom - girth * 1.2)}` +
      `Q${n(x - girth * 0.6)} ${n(bottom - girth * 0.2)} ${n(x - girth * 1.25)} ${n(bottom)}H${n(x + girth * 1.25)}` +
      `Q${n(x + girth * 0.6)} ${n(bottom - girth * 0.2)} ${n(x + girth * 0.5)} ${n(bottom - girth * 1.2)}` +
      `Q${n(x + girth * 0.4 + bend)} ${n(middle)} ${n(x + girth * 0.32)} ${n(top)}z`,
  ];
  const branches = random.integer(2, 5);
  for (let branch = 0; branch < branches; branch++) {
    const y = top + (middle - top) * random.between(0.1, 1.2);
    const side = random.chance(0.5) ? 1 : -1;
    const long = girth * random.between(2, 5.5);
    const thick = girth * 0.14;
    limbs.push(
      `M${n(x)} ${n(y)}q${n(side * long * 0.5)} ${n(-thick)} ${n(side * long)} ${n(-long * 0.42)}` +
        `q${n(-side * long * 0.45)} ${n(long * 0.42 - thick)} ${n(-side * long)} ${n(long * 0.42 + thick * 3)}z`,
    );
  }
  return limbs;
}

/** Blades of grass along a line, as one path. */
export function grass(
  random: Random,
  width: number,
  at: (x: number) => number,
  height: number,
  density: number,
): string {
  let path = "";
  const step = (height * 0.3) / density;
  for (let x = -height; x < width + height; x += step * random.between(0.4, 1.6)) {
    const tall = height * random.between(0.3, 1) * (0.55 + 0.45 * Math.sin(x / (height * 4.1)) ** 2);
    const lean = tall * random.between(-0.5, 0.5);
    const half = height * 0.05;
    const y = at(x) + height * 0.12;
    path += `M${n(x - half)} ${n(y)}Q${n(x)} ${n(y - tall * 0.6)} ${n(x + lean)} ${n(y - tall)}Q${n(x + half * 1.6)} ${n(y - tall * 0.5)} ${n(x + half)} ${n(y)}z`;
  }
  return path;
}
