/** Puts subjects into a composed scene: thirds for a hero, rows on the ground, distance on the water, flocks in the air. */
import type { Point } from "./drawing.ts";
import { gatherSubjects } from "./gather-subjects.ts";
import type { Placement, SubjectGroup } from "./placement.ts";
import type { Random } from "./random.ts";
import type { Composition, Stage } from "./stage.ts";
import type { Subject } from "./subjects/subject.ts";

/** One placement for each figure, the farthest first. */
export function placeSubjects(stage: Stage, scene: Composition, groups: readonly SubjectGroup[]): Placement[] {
  if (scene.group !== undefined) {
    return gatherSubjects(stage, scene, scene.group, groups);
  }
  const placeOf = ({ subject }: SubjectGroup): Subject["place"] =>
    subject.place === "water" && scene.water === null ? (scene.immersed === true ? "air" : "ground") : subject.place;
  const byPlace = (place: Subject["place"]): SubjectGroup[] => groups.filter((group) => placeOf(group) === place);
  return [
    ...placeInAir(stage, scene, byPlace("air")),
    ...placeOnWater(stage, scene, byPlace("water")),
    ...placeOnGround(stage, scene, byPlace("ground")),
  ].toSorted((first, second) => Number(second.place === "air") - Number(first.place === "air") || first.y - second.y);
}

/** Heights shrink gently as figures become many, so that a herd still fits. */
function heightOf(stage: Stage, group: SubjectGroup, total: number): number {
  const own =
    group.subject.size *
    (group.subject.size > 0.25 ? 1.08 : group.subject.place === "ground" ? 1.5 : 1.25) *
    stage.closeness;
  return stage.unit * Math.min(0.62, own) * total ** -0.22;
}

function placeOnGround(stage: Stage, scene: Composition, groups: readonly SubjectGroup[]): Placement[] {
  const random = stage.random("standing");
  const [from, to] = scene.standing;
  const total = groups.reduce((sum, group) => sum + group.count, 0);
  const order = groups.map((_, index) => index);
  if (random.chance(0.5)) {
    order.reverse();
  }
  const slot = ((to - from) * stage.width) / Math.max(1, groups.length);
  return groups.flatMap((group, index) => {
    const wanted = heightOf(stage, group, total);
    const pitch = wanted * group.subject.aspect * 1.04;
    // A crowd moves together before it shrinks, and shrinks only to half.
    const shrink = Math.min(1, Math.max(0.5, slot / (pitch * group.count)), (slot * 1.15) / pitch);
    const width = Math.min(slot, pitch * shrink * group.count);
    const start = from * stage.width + slot * (order[index] ?? 0);
    const along =
      groups.length === 1 ? random.pick([random.between(0.1, 0.32), random.between(0.68, 0.9)]) : random.next();
    const row = { centre: start + width / 2 + (slot - width) * along, width, height: wanted * shrink };
    return standInRow(stage, scene, group, row, random);
  });
}

function standInRow(
  stage: Stage,
  scene: Composition,
  group: SubjectGroup,
  row: { centre: number; width: number; height: number },
  random: Random,
): Placement[] {
  const { subject, colour, face, count } = group;
  // Most look into the picture.
  const facing = random.chance(0.75) === row.centre > stage.width / 2;
  const pitch = row.width / count;
  return Array.from({ length: count }, (_, member): Placement => {
    const alone = count === 1;
    const height = row.height * (alone ? 1 : random.between(0.8, 1.12));
    const x =
      row.centre + ((member + 0.5) / count - 0.5) * row.width + (alone ? 0 : random.between(-0.14, 0.14) * pitch);
    const nearer = alone ? 0 : random.between(0, 0.022) * stage.unit;
    const y = footing(scene, x, height * subject.aspect * 0.32) + height * 0.012 + nearer;
    const flipped = count > 2 && random.chance(0.25) ? !facing : facing;
    return { subject, colour, face, place: "ground", x, y, height, flipped, near: scene.near === true };
  });
}

/** The lowest ground below a foot of some width: on a slope a house is built into the hill, not out of it. */
function footing(scene: Composition, x: number, half: number): number {
  return Math.max(scene.ground(x - half), scene.ground(x), scene.ground(x + half));
}

function placeOnWater(stage: Stage, scene: Composition, groups: readonly SubjectGroup[]): Placement[] {
  const { water } = scene;
  if (water === null) {
    return [];
  }
  const random = stage.random("floating");
  const total = groups.reduce((sum, group) => sum + group.count, 0);
  const taken: Point[] = [];
  return groups.flatMap((group) =>
    Array.from({ length: group.count }, (): Placement => {
      const depth = total === 1 ? random.between(0.45, 0.75) : random.next();
      const height = heightOf(stage, group, total) * (0.5 + 0.6 * depth);
      const half = (height * group.subject.aspect * 0.55) / stage.width;
      const y = water.top + (water.bottom - water.top) * depth;
      const propose = (): Point => ({
        x: random.between(Math.min(0.5, water.from + half), Math.max(0.5, water.to - half)) * stage.width,
        y,
      });
      const { x } = farthest([propose(), ...Array.from({ length: 9 }, propose)], taken);
      taken.push({ x, y });
      return {
        subject: group.subject,
        colour: group.colour,
        face: group.face,
        place: "water",
        x,
        y,
        height,
        flipped: random.chance(0.5),
        near: false,
      };
    }),
  );
}

function placeInAir(stage: Stage, scene: Composition, groups: readonly SubjectGroup[]): Placement[] {
  const total = groups.reduce((sum, group) => sum + group.count, 0);
  const taken: Placement[] = [];
  const closer = scene.immersed === true ? 1.4 : 1;
  for (const [index, group] of groups.entries()) {
    flyInFlock(stage, scene.air, group, heightOf(stage, group, total) * closer, taken, stage.random(`flying ${index}`));
  }
  return taken;
}

/** Adds a group to what flies already: small things keep together, large ones keep apart, none hides the sun. */
function flyInFlock(
  stage: Stage,
  { top, bottom }: Composition["air"],
  { subject, colour, face, count }: SubjectGroup,
  height: number,
  taken: Placement[],
  random: Random,
): void {
  const { width, light } = stage;
  const shares = [0.27, 0.36, 0.5, 0.64, 0.73].filter((share) => Math.abs(share * width - light.x) > width * 0.2);
  const centre = { x: random.pick(shares) * width, y: top + (bottom - top) * random.between(0.3, 0.6) };
  const spread = subject.size > 0.12 ? 1 : Math.min(1, 0.24 + count * 0.05);
  const flipped = random.chance(0.5);
  const crowd = subject.size > 0.12 ? count ** -0.16 : 1;
  for (let member = 0; member < count; member++) {
    const size = height * (count === 1 ? 1.1 : random.between(0.6, 1.15) * crowd);
    const inside = (value: number, low: number, high: number): number =>
      Math.min(Math.max(low, high), Math.max(low, value));
    const propose = (): Point => ({
      x: inside(centre.x + random.between(-0.42, 0.42) * spread * width, width * 0.07, width * 0.93),
      y: inside(
        centre.y + random.between(-0.55, 0.55) * Math.max(0.5, spread) * (bottom - top),
        top + size * 0.7,
        bottom,
      ),
    });
    const start = count === 1 ? { x: centre.x, y: centre.y + size / 2 } : propose();
    const point =
      taken.length === 0 ? start : farthest([start, ...Array.from({ length: 30 }, propose)], [...taken, light]);
    taken.push({ subject, colour, face, place: "air", ...point, height: size, flipped, near: false });
  }
}

/** Of some candidates the one with most room to its neighbours. */
function farthest(candidates: readonly [Point, ...Point[]], taken: readonly Point[]): Point {
  const room = (point: Point): number =>
    Math.min(...taken.map((other) => Math.hypot(other.x - point.x, other.y - point.y)), Number.MAX_VALUE);
  return candidates.reduce((best, candidate) => (room(candidate) > room(best) ? candidate : best));
}
