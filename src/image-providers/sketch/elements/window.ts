/** A window seen from inside, with curtains and with the hour and the weather in it. */
import { blend, circle, type Drawing, ellipse, fadeOut, n, rectangle } from "../drawing.ts";
import { hex, lighter, mix, oklch } from "../oklch.ts";
import { createNoise } from "../random.ts";
import type { Stage } from "../stage.ts";

/** The opening in the wall, in pixels. */
export interface Pane {
  readonly x: number;
  readonly y: number;
  readonly wide: number;
  readonly high: number;
}

/** Paints the view, the woodwork and the curtains. */
export function paintWindow(drawing: Drawing, stage: Stage, pane: Pane): void {
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
