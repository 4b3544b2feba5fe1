/** What a sky shows on occasion: a rainbow, a stroke of lightning. */
import { circle, type Drawing, ellipse, fadeOut, n, type Point, polyline } from "../drawing.ts";
import { hex, lighter, oklch } from "../oklch.ts";
import type { Random } from "../random.ts";
import type { Layer, Stage } from "../stage.ts";

/** The layers that lie between the clouds and the land. */
export function skySignLayers(stage: Stage): Layer[] {
  const layers: Layer[] = [];
  if (stage.wants("rainbow") && stage.allows("rainbow")) {
    layers.push({
      phase: "Bending a rainbow",
      blend: "screen",
      soft: true,
      paint: (drawing) => paintRainbow(drawing, stage),
    });
  }
  if (stage.weather === "storm" && stage.allows("lightning")) {
    layers.push({ phase: "Striking with lightning", paint: (drawing) => paintLightning(drawing, stage) });
  }
  return layers;
}

/** Opposite the sun, red outside, fading towards its feet. */
function paintRainbow(drawing: Drawing, stage: Stage): void {
  const { width, horizon, unit, light, palette } = stage;
  const random = stage.random("rainbow");
  const away = light.x < width / 2 ? 1 : -1;
  const centre = { x: width / 2 + away * width * random.between(0.02, 0.14), y: horizon + unit * 0.1 };
  const radius = Math.min(horizon * 0.86, unit * 0.62);
  const band = unit * 0.0145;
  for (const [index, hue] of [25, 55, 95, 145, 235, 275, 310].entries()) {
    const r = radius - index * band;
    const paint = drawing.linear({ x: 0, y: centre.y - radius }, { x: 0, y: centre.y }, [
      { at: 0, colour: palette.tone(oklch(0.72, 0.17, hue)), opacity: palette.dark ? 0.45 : 0.8 },
      { at: 1, colour: palette.tone(oklch(0.72, 0.17, hue)), opacity: 0.1 },
    ]);
    drawing.add(
      `<path d="M${n(centre.x - r)} ${n(centre.y)}a${n(r)} ${n(r)} 0 0 1 ${n(r * 2)} 0" fill="none" stroke="${paint}" stroke-width="${n(band * 1.25)}"/>`,
    );
  }
}

/** One bolt with branches, and the cloud that it lights from inside. */
function paintLightning(drawing: Drawing, stage: Stage): void {
  const { width, horizon, unit } = stage;
  const random = stage.random("lightning");
  const top = { x: width * random.pick([0.22, 0.34, 0.66, 0.78]), y: horizon * 0.16 };
  const white = oklch(0.98, 0.02, 280);
  const glow = oklch(0.82, 0.09, 285);
  drawing.fill(ellipse(top.x, top.y, unit * 0.5, unit * 0.34), drawing.radial(top, unit * 0.5, fadeOut(glow, 0.75)));
  const bolt = wander(random, top, { x: top.x + random.between(-0.12, 0.12) * unit, y: horizon }, unit * 0.05);
  const branches = [3, 6, 8].map((joint) => {
    const from = bolt[joint] ?? top;
    const side = random.pick([-1, 1]);
    return wander(
      random,
      from,
      { x: from.x + side * unit * 0.12, y: from.y + unit * random.between(0.08, 0.16) },
      unit * 0.025,
    );
  });
  const strike = (points: readonly Point[], thick: number): void => {
    for (const [wide, opacity] of [
      [9, 0.08],
      [4, 0.2],
      [1, 1],
    ] as const) {
      drawing.add(
        `<path d="${polyline(points)}" fill="none" stroke="${hex(wide > 1 ? glow : white)}" stroke-opacity="${opacity}" stroke-width="${n(thick * wide)}" stroke-linejoin="round" stroke-linecap="round"/>`,
      );
    }
  };
  strike(bolt, unit * 0.0045);
  for (const branch of branches) {
    strike(branch, unit * 0.002);
  }
  const foot = bolt.at(-1) ?? top;
  drawing.fill(
    circle(foot.x, foot.y, unit * 0.09),
    drawing.radial(foot, unit * 0.09, fadeOut(lighter(glow, 0.05), 0.8)),
  );
}

function wander(random: Random, from: Point, to: Point, swing: number): Point[] {
  return Array.from({ length: 11 }, (_, step) => {
    const t = step / 10;
    const off = step === 0 || step === 10 ? 0 : random.between(-swing, swing);
    return { x: from.x + (to.x - from.x) * t + off, y: from.y + (to.y - from.y) * (t + random.between(-0.03, 0.03)) };
  });
}
