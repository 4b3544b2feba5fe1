/** Puts subjects into a composed scene: thirds for a hero, rows on the ground, distance on the water, flocks in the air. */
import type { ColourWord } from "./colour-words.ts";
import type { Random } from "./random.ts";
import type { Composition, Stage } from "./stage.ts";
import type { Subject } from "./subjects/subject.ts";

/** One figure: its foot, its height and which way it looks, in pixels. */
export interface Placement {
  readonly subject: Subject;
  readonly colour: ColourWord | null;
  readonly place: Subject["place"];
  readonly x: number;
  readonly y: number;
  readonly height: number;
  readonly flipped: boolean;
}

/** Some of one kind. */
export interface SubjectGroup {
  readonly subject: Subject;
  readonly count: number;
  readonly colour: ColourWord | null;
}

/** One placement for each figure, the farthest first. */
export function placeSubjects(stage: Stage, scene: Composition, groups: readonly SubjectGroup[]): Placement[] {
  const byPlace = (place: Subject["place"]): SubjectGroup[] =>
    groups.filter(
      (group) => (group.subject.place === "water" && scene.water === null ? "ground" : group.subject.place) === place,
    );
  return [
    ...placeInAir(stage, scene, byPlace("air")),
    ...placeOnWater(stage, scene, byPlace("water")),
    ...placeOnGround(stage, scene, byPlace("ground")),
  ].sort((first, second) => Number(second.place === "air") - Number(first.place === "air") || first.y - second.y);
}

/** Heights shrink gently as figures become many, so that a herd still fits. */
function heightOf(stage: Stage, group: SubjectGroup, total: number): number {
  return stage.unit * group.subject.size * (group.subject.size > 0.25 ? 1 : 1.25) * total ** -0.22;
}

function placeOnGround(stage: Stage, scene: Composition, groups: readonly SubjectGroup[]): Placement[] {
  const random = stage.random("standing");
  const [from, to] = scene.standing;
  const total = groups.reduce((sum, group) => sum + group.count, 0);
  const starts = stops(random, groups.length);
  return groups.flatMap((group, index) => {
    const room = ((to - from) * stage.width) / Math.max(1, groups.length * 0.92);
    const wanted = heightOf(stage, group, total);
    const pitch = wanted * group.subject.aspect * 1.22;
    const shrink = Math.min(1, room / (pitch * group.count), (room * 1.1) / (wanted * group.subject.aspect));
    const width = pitch * shrink * group.count;
    const left = from * stage.width + width * 0.5;
    const right = to * stage.width - width * 0.5;
    const centre = Math.min(Math.max(left, right), left + (right - left) * (starts[index] ?? 0.5));
    const facing = random.chance(0.75) ? centre > stage.width / 2 : centre < stage.width / 2;
    return Array.from({ length: group.count }, (_, member): Placement => {
      const size = group.count === 1 ? 1 : random.between(0.8, 1.12);
      const height = wanted * shrink * size;
      const slot = (member + 0.5) / group.count - 0.5;
      const jitter = group.count === 1 ? 0 : random.between(-0.12, 0.12) * pitch * shrink;
      const x = centre + slot * width + jitter;
      const nearer = group.count === 1 ? 0 : random.between(0, 0.022) * stage.unit;
      return {
        subject: group.subject,
        colour: group.colour,
        place: "ground",
        x,
        y: scene.ground(x) + height * 0.012 + nearer,
        height,
        flipped: group.count > 2 && random.chance(0.25) ? !facing : facing,
      };
    });
  });
}

/** Where along the ground groups stand, 0–1: one keeps to a third, more are spread. */
function stops(random: Random, count: number): number[] {
  if (count === 1) {
    return [random.pick([random.between(0.18, 0.34), random.between(0.66, 0.82)])];
  }
  const places = Array.from({ length: count }, (_, index) => (index + random.between(0.25, 0.75)) / count);
  return random.chance(0.5) ? places : places.reverse();
}

function placeOnWater(stage: Stage, scene: Composition, groups: readonly SubjectGroup[]): Placement[] {
  const { water } = scene;
  if (water === null) {
    return [];
  }
  const random = stage.random("floating");
  const total = groups.reduce((sum, group) => sum + group.count, 0);
  const taken: number[] = [];
  return groups.flatMap((group) =>
    Array.from({ length: group.count }, (): Placement => {
      const depth = total === 1 ? random.between(0.45, 0.75) : random.next();
      const height = heightOf(stage, group, total) * (0.5 + 0.6 * depth);
      const x = farthest(random, taken, () => random.between(0.14, 0.86) * stage.width, stage.light.x, total === 1);
      taken.push(x);
      return {
        subject: group.subject,
        colour: group.colour,
        place: "water",
        x,
        y: water.top + (water.bottom - water.top) * depth,
        height,
        flipped: random.chance(0.5),
      };
    }),
  );
}

/** Of some candidates the one with most room; a single boat likes to lie near the light's path, where it is seen best. */
function farthest(
  random: Random,
  taken: readonly number[],
  propose: () => number,
  lightX: number,
  alone: boolean,
): number {
  let best = propose();
  if (alone) {
    return random.chance(0.5) ? best : best * 0.5 + lightX * 0.5;
  }
  const room = (x: number): number => Math.min(...taken.map((other) => Math.abs(other - x)), Number.MAX_VALUE);
  for (let attempt = 0; attempt < 10; attempt++) {
    const candidate = propose();
    best = room(candidate) > room(best) ? candidate : best;
  }
  return best;
}

function placeInAir(stage: Stage, scene: Composition, groups: readonly SubjectGroup[]): Placement[] {
  const random = stage.random("flying");
  const total = groups.reduce((sum, group) => sum + group.count, 0);
  const { top, bottom } = scene.air;
  const taken: Placement[] = [];
  for (const group of groups) {
    const height = heightOf(stage, group, total);
    const big = group.subject.size > 0.12;
    const centre = {
      x: random.pick([0.3, 0.36, 0.64, 0.7]) * stage.width,
      y: top + (bottom - top) * random.between(0.3, 0.6),
    };
    const spread = big ? 1 : Math.min(1, 0.24 + group.count * 0.05);
    const facing = random.chance(0.5);
    for (let member = 0; member < group.count; member++) {
      const size = height * (group.count === 1 ? 1.1 : random.between(0.6, 1.15));
      const propose = (): { x: number; y: number } => ({
        x: Math.min(0.93, Math.max(0.07, centre.x / stage.width + random.between(-0.42, 0.42) * spread)) * stage.width,
        y: Math.min(
          bottom,
          Math.max(top + size * 0.7, centre.y + random.between(-0.5, 0.5) * (bottom - top) * Math.max(0.5, spread)),
        ),
      });
      let best = group.count === 1 ? { x: centre.x, y: centre.y + size / 2 } : propose();
      const room = (point: { x: number; y: number }): number =>
        Math.min(...taken.map((other) => Math.hypot(other.x - point.x, other.y - point.y)), Number.MAX_VALUE);
      for (let attempt = 0; attempt < 12 && taken.length > 0; attempt++) {
        const candidate = propose();
        best = room(candidate) > room(best) ? candidate : best;
      }
      taken.push({
        subject: group.subject,
        colour: group.colour,
        place: "air",
        ...best,
        height: size,
        flipped: facing,
      });
    }
  }
  return taken;
}
