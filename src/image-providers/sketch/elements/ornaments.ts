/** Forms for pictures of nothing in particular: strokes that follow a current, and blossoms of a formula. */
import { type Drawing, n, type Point, polyline } from "../drawing.ts";
import { hex, lighter, mix, type Oklch, oklch } from "../oklch.ts";
import { createNoise, type Random } from "../random.ts";
import type { Stage } from "../stage.ts";

/** The picture's colours with one that contrasts. */
export function abstractTones(stage: Stage): Oklch[] {
  const { palette } = stage;
  const random = stage.random("tones");
  const base = palette.sky[1]?.h ?? 270;
  const contrast = base + random.pick([150, 180, 210]);
  return [
    ...palette.sky,
    palette.haze,
    palette.light,
    oklch(0.72, 0.14, contrast),
    mix(palette.near, palette.sky[0] ?? palette.near, 0.35),
  ];
}

/** Long strokes that follow one current, as hair or water does. */
export function paintCurrents(drawing: Drawing, stage: Stage): void {
  const { width, height, unit } = stage;
  const random = stage.random("currents");
  const [first, second] = [createNoise(random), createNoise(random)];
  const colours = abstractTones(stage);
  const angle = (x: number, y: number): number =>
    first(x / (unit * 0.52) + y / (unit * 1.3)) * 2.1 + second(y / (unit * 0.47) - x / (unit * 1.6)) * 2.1;
  const count = Math.round((620 * width * height) / unit ** 2);
  for (let stroke = 0; stroke < count; stroke++) {
    const t = stroke / count;
    let [x, y] = [random.between(-0.1, 1.1) * width, random.between(-0.1, 1.1) * height];
    // Colours lie in patches rather than everywhere at once.
    const patch = first(x / (unit * 0.4) + 60) + second(y / (unit * 0.4) + 90);
    const index = Math.floor((patch + 1.2 + random.between(0, 0.7)) * colours.length * 0.42);
    const colour = lighter(
      colours[Math.abs(index) % colours.length] ?? stage.palette.haze,
      random.between(-0.05, 0.06),
    );
    let path = `M${n(x)} ${n(y)}`;
    const steps = random.integer(10, 26);
    for (let step = 0; step < steps; step++) {
      const turn = angle(x, y);
      x += Math.cos(turn) * unit * 0.016;
      y += Math.sin(turn) * unit * 0.016;
      path += `L${n(x)} ${n(y)}`;
    }
    const thick = unit * (0.022 * (1 - t) ** 1.5 + 0.004) * random.between(0.6, 1.2);
    drawing.add(
      `<path d="${path}" fill="none" stroke="${hex(colour)}" stroke-opacity="0.9" stroke-width="${n(thick)}" stroke-linecap="round" stroke-linejoin="round"/>`,
    );
  }
}

/** Blossoms within blossoms, each a closed curve of the superformula, large ones behind. */
export function paintBlooms(drawing: Drawing, stage: Stage): void {
  const { width, height, unit } = stage;
  const random = stage.random("blooms");
  const colours = abstractTones(stage);
  const count = Math.round(15 * Math.min(2.5, Math.max(width, height) / unit));
  const taken: (Point & { readonly r: number })[] = [];
  for (let bloom = 0; bloom < count; bloom++) {
    const r = unit * (0.06 + 0.26 * (1 - bloom / count) ** 1.7) * random.between(0.8, 1.15);
    const propose = (): Point => ({ x: random.between(0, 1) * width, y: random.between(0, 1) * height });
    const room = (at: Point): number =>
      Math.min(Number.MAX_VALUE, ...taken.map((other) => Math.hypot(other.x - at.x, other.y - at.y) - other.r));
    const centre = Array.from({ length: 14 }, propose).reduce((best, at) => (room(at) > room(best) ? at : best));
    taken.push({ ...centre, r });
    paintBloom(drawing, random, centre, r, colours);
  }
}

function paintBloom(drawing: Drawing, random: Random, centre: Point, r: number, colours: readonly Oklch[]): void {
  const petals = random.integer(4, 12);
  const [sharp, round] = [random.between(0.7, 2.6), random.between(0.8, 2.2)];
  const start = random.integer(0, colours.length - 1);
  const rings = random.integer(4, 6);
  const turn = random.between(0, 6.28);
  for (let ring = 0; ring < rings; ring++) {
    const reach = r * (1 - ring / rings) ** 1.1;
    const twist = turn + (ring % 2) * (Math.PI / petals);
    const colour = colours[(start + ring * 2) % colours.length] ?? oklch(0.7, 0.1, 300);
    const outline = Array.from({ length: 121 }, (_, step): Point => {
      const angle = (step / 120) * Math.PI * 2;
      // Gielis' superformula with equal axes; the radius is held back so that no petal runs away.
      const bare =
        Math.abs(Math.cos((petals * angle) / 4)) ** sharp * 1 + Math.abs(Math.sin((petals * angle) / 4)) ** round;
      const radius = reach * Math.min(1.25, bare ** -0.9);
      return { x: centre.x + Math.cos(angle + twist) * radius, y: centre.y + Math.sin(angle + twist) * radius };
    });
    const paint = drawing.radial(centre, reach * 1.25, [
      { at: 0, colour: lighter(colour, -0.08) },
      { at: 0.7, colour },
      { at: 1, colour: lighter(colour, 0.07) },
    ]);
    drawing.add(
      `<path d="${polyline(outline)}z" fill="#000000" fill-opacity="0.1" transform="translate(0 ${n(r * 0.025)})"/>`,
    );
    drawing.fill(`${polyline(outline)}z`, paint, 0.96);
  }
}
