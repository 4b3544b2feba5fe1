/** The lit and the shaded faces of a ridge: what makes an outline a mountain or a dune. */
import { type Drawing, n, type Point, polyline } from "../drawing.ts";
import type { Oklch } from "../oklch.ts";
import type { Random } from "../random.ts";
import type { Ridge } from "./ridge.ts";

/** A summit with the crest that falls from it on either side down to the next saddle. */
export interface Summit {
  readonly top: Point;
  /** From the summit outwards. */
  readonly left: readonly Point[];
  readonly right: readonly Point[];
}

/** The summits that rule at least `reach` pixels to both sides, left to right. */
export function summits(ridge: Ridge, reach: number): Summit[] {
  const { points } = ridge;
  const rules = (point: Point): boolean =>
    points.every((other) => Math.abs(other.x - point.x) > reach || other.y > point.y || other === point);
  return points.flatMap((top, index) => {
    if (!rules(top)) {
      return [];
    }
    const next = points.findIndex((point, at) => at > index && rules(point));
    const before = points.findLastIndex((point, at) => at < index && rules(point));
    const right = points.slice(index, next === -1 ? undefined : next);
    const left = points.slice(before === -1 ? 0 : before + 1, index + 1).toReversed();
    return [{ top, left: toSaddle(left), right: toSaddle(right) }];
  });
}

function toSaddle(points: readonly Point[]): Point[] {
  const lowest = points.reduce((low, point, index) => (point.y > (points[low]?.y ?? 0) ? index : low), 0);
  return points.slice(0, lowest + 1);
}

/** How a face is painted; it fades out towards its foot, so that faces need no lower edge. */
export interface Face {
  readonly colour: Oklch;
  readonly opacity: number;
  /** How far down it reaches, in pixels. */
  readonly depth: number;
  /** 0 is the smooth edge of a dune, 1 a broken one. */
  readonly broken: number;
}

/** Fills the face on one side of a summit, between the crest and a line that runs down from the top. */
export function paintFace(drawing: Drawing, random: Random, summit: Summit, side: -1 | 1, face: Face): void {
  const { top } = summit;
  const crest = side === 1 ? summit.right : summit.left;
  const saddle = crest.at(-1) ?? top;
  const depth = Math.max(face.depth, (saddle.y - top.y) * 1.1);
  const spine = spineOf(random, top, { side, depth, broken: face.broken, reach: Math.abs(saddle.x - top.x) });
  const end = spine.at(-1) ?? top;
  // From the saddle a gully runs in towards the foot of the spine: faces taper downwards and never meet in a straight wall.
  const { broken } = face;
  const gully = [0.15, 0.3, 0.45, 0.6, 0.75, 0.9].map((t): Point => {
    const wobble = random.between(-0.06, 0.06) * depth * broken;
    return {
      x: saddle.x + (end.x - saddle.x) * t + wobble,
      y: saddle.y + (end.y - saddle.y) * t ** (broken > 0 ? 0.8 : 1.6),
    };
  });
  const outline = [...crest, ...gully, ...spine.toReversed()];
  const paint = drawing.linear({ x: 0, y: top.y }, { x: 0, y: top.y + depth }, [
    { at: 0, colour: face.colour, opacity: face.opacity },
    { at: 0.5, colour: face.colour, opacity: face.opacity * 0.6 },
    { at: 1, colour: face.colour, opacity: 0 },
  ]);
  drawing.fill(`${polyline(outline)}z`, paint);
}

function spineOf(
  random: Random,
  top: Point,
  { side, depth, broken, reach }: { side: -1 | 1; depth: number; broken: number; reach: number },
): Point[] {
  const steps = broken > 0 ? 9 : 24;
  const swing = random.between(0.25, 0.45) * reach;
  const points: Point[] = [];
  let wander = 0;
  for (let step = 1; step <= steps; step++) {
    const t = step / steps;
    wander += random.between(-1, 1) * depth * 0.045 * broken + side * depth * 0.012 * broken;
    // A dune has no broken spine: its slip face hangs below the crest as a sickle.
    const curve = side * (t ** 1.2 - 0.32 * Math.sin(t * Math.PI * 1.6)) * swing * (1 - broken);
    points.push({ x: top.x + curve + wander, y: top.y + depth * t });
  }
  return points;
}

/** Snow on a summit, down to a ragged edge `cap` pixels below it. */
export function snowCap(random: Random, summit: Summit, cap: number): string {
  const { top } = summit;
  const within = (point: Point): boolean => point.y <= top.y + cap * 0.8;
  const left = summit.left.filter(within);
  const right = summit.right.filter(within);
  const [from, to] = [left.at(-1) ?? top, right.at(-1) ?? top];
  const teeth = Math.max(4, Math.min(9, Math.round((to.x - from.x) / (cap * 0.22))));
  const edge = Array.from({ length: teeth - 1 }, (_, tooth): Point => {
    const t = 1 - (tooth + 1) / teeth;
    const level = from.y + (to.y - from.y) * t;
    const bulge = Math.sin(t * Math.PI) * cap * 0.3;
    const tip = tooth % 2 === 0 ? random.between(0.12, 0.42) : random.between(-0.3, -0.02);
    return { x: from.x + (to.x - from.x) * t, y: level + bulge + tip * cap };
  });
  return `${polyline([...left.toReversed(), ...right, ...edge])}L${n(from.x)} ${n(from.y)}z`;
}
