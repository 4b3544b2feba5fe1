/** A cone that smokes and glows, behind the hills. */
import { circle, type Drawing, fadeOut, n } from "../drawing.ts";
import { lighter, mix, oklch } from "../oklch.ts";
import type { Stage } from "../stage.ts";

/** Paints the mountain, streams of lava and the plume. */
export function paintVolcano(drawing: Drawing, stage: Stage): void {
  const { width, horizon, unit, palette } = stage;
  const random = stage.random("volcano");
  const x = width * random.pick([0.36, 0.5, 0.62]);
  const [high, half, crater] = [Math.min(unit * 0.46, horizon * 0.66), unit * 0.46, unit * 0.06];
  const top = horizon - high;
  const fire = palette.tone(oklch(0.68, 0.2, 42));
  const drift = random.pick([-1, 1]) * unit * 0.035;
  for (let puff = 13; puff >= 0; puff--) {
    const r = unit * (0.035 + puff * 0.009) * random.between(0.85, 1.15);
    const [px, py] = [x + drift * puff ** 1.15 + random.between(-0.02, 0.02) * unit, top - puff * unit * 0.03];
    const tone = mix(mix(palette.near, palette.cloud, 0.35 + puff * 0.03), fire, Math.max(0, 0.5 - puff * 0.12));
    drawing.fill(circle(px, py, r), tone, 0.8);
    drawing.fill(circle(px - r * 0.25, py - r * 0.3, r * 0.62), lighter(tone, 0.05), 0.5);
  }
  drawing.fill(circle(x, top, unit * 0.22), drawing.radial({ x, y: top }, unit * 0.22, fadeOut(fire, 0.85)));
  const cone = (side: number): string =>
    `C${n(x + side * crater * 1.6)} ${n(top + high * 0.3)} ${n(x + side * half * 0.5)} ${n(horizon - high * 0.2)} ${n(x + side * half)} ${n(horizon + unit * 0.05)}`;
  const rock = mix(palette.ridge(0.62), palette.tone(oklch(palette.dark ? 0.2 : 0.34, 0.03, 30)), 0.45);
  const outline = `M${n(x + crater)} ${n(top)}${cone(1)}H${n(x - half)}`;
  const back = `C${n(x - half * 0.5)} ${n(horizon - high * 0.2)} ${n(x - crater * 1.6)} ${n(top + high * 0.3)} ${n(x - crater)} ${n(top)}Q${n(x)} ${n(top + unit * 0.02)} ${n(x + crater)} ${n(top)}z`;
  drawing.fill(
    outline + back,
    drawing.linear({ x: x - half, y: 0 }, { x: x + half, y: 0 }, [
      { at: 0, colour: mix(rock, palette.light, stage.light.x < x ? 0.28 : 0.02) },
      { at: 0.5, colour: rock },
      { at: 1, colour: mix(rock, palette.light, stage.light.x < x ? 0.02 : 0.28) },
    ]),
  );
  for (const [start, end, reach, thick] of [
    [-0.5, -0.2, 0.78, 0.013],
    [0.1, 0.16, 0.92, 0.017],
    [0.6, 0.34, 0.6, 0.01],
  ] as const) {
    const [sx, ex, ey] = [x + start * crater, x + end * half, top + high * reach];
    const t = thick * unit;
    drawing.fill(
      `M${n(sx - t * 0.6)} ${n(top + unit * 0.006)}C${n(sx - t)} ${n(top + high * 0.3)} ${n(ex - t * 2)} ${n(ey - high * 0.3)} ${n(ex - t * 0.4)} ${n(ey)}Q${n(ex)} ${n(ey + t)} ${n(ex + t * 0.4)} ${n(ey)}C${n(ex)} ${n(ey - high * 0.3)} ${n(sx + t)} ${n(top + high * 0.3)} ${n(sx + t * 0.6)} ${n(top + unit * 0.006)}z`,
      drawing.linear({ x: 0, y: top }, { x: 0, y: ey }, [
        { at: 0, colour: lighter(fire, 0.18) },
        { at: 1, colour: fire },
      ]),
    );
  }
}
