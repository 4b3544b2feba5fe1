/** Water: what stands above it upside down, a tint that deepens towards the viewer, ripples, and the path of light. */
import { type Drawing, lens, rectangle } from "../drawing.ts";
import { lighter, mix } from "../oklch.ts";
import type { Layer, Stage } from "../stage.ts";

/** The layers of a body of water between two rows. */
export function waterLayers(stage: Stage, waterline: number, bottom = stage.height): Layer[] {
  return [
    { phase: "Mirroring the sky in the water", mirror: { waterline } },
    { phase: "Rippling the water", paint: (drawing) => paintRipples(drawing, stage, waterline, bottom) },
  ];
}

function paintRipples(drawing: Drawing, stage: Stage, waterline: number, bottom: number): void {
  const { width, height, palette, light, unit } = stage;
  const random = stage.random("ripples");
  const deep = mix(palette.near, palette.sky[0] ?? palette.near, 0.45);
  const tint = drawing.linear({ x: 0, y: waterline }, { x: 0, y: height }, [
    { at: 0, colour: mix(deep, palette.haze, 0.5), opacity: 0.12 },
    { at: 0.3, colour: deep, opacity: 0.34 },
    { at: 1, colour: lighter(deep, -0.03), opacity: 0.82 },
  ]);
  drawing.fill(rectangle(0, waterline, width, height - waterline), tint);
  const glow = drawing.linear({ x: 0, y: waterline - unit * 0.004 }, { x: 0, y: waterline + unit * 0.02 }, [
    { at: 0, colour: palette.haze, opacity: 0 },
    { at: 0.3, colour: palette.haze, opacity: 0.75 },
    { at: 1, colour: palette.haze, opacity: 0 },
  ]);
  drawing.fill(rectangle(0, waterline - unit * 0.004, width, unit * 0.024), glow);
  const depth = bottom - waterline;
  const crest = mix(palette.sky.at(-1) ?? palette.haze, palette.light, 0.3);
  const count = Math.round(170 * Math.min(2.5, width / unit) * Math.min(1.6, depth / (unit * 0.4)));
  for (let ripple = 0; ripple < count; ripple++) {
    const t = random.next() ** 1.6;
    const y = waterline + unit * 0.006 + depth * t;
    const long = unit * (0.02 + 0.2 * t) * random.between(0.4, 1.4);
    const thick = unit * (0.0011 + 0.0075 * t) * random.between(0.5, 1.1);
    const bright = random.chance(0.56);
    drawing.fill(lens(random.between(-0.05, 1.05) * width, y, long, thick), bright ? crest : deep, bright ? 0.13 : 0.2);
  }
  if (light.count > 0 && light.y < waterline) {
    paintGlitter(drawing, stage, waterline, depth);
  }
}

function paintGlitter(drawing: Drawing, stage: Stage, waterline: number, depth: number): void {
  const { palette, light, unit } = stage;
  const random = stage.random("glitter");
  const count = Math.round(220 * Math.min(1.6, Math.max(0.5, depth / (unit * 0.4))));
  const strength = stage.weather === "clear" ? 1 : stage.weather === "cloudy" ? 0.7 : 0.3;
  for (let glint = 0; glint < count; glint++) {
    const t = random.next() ** 1.3;
    const y = waterline + unit * 0.003 + depth * t * 0.98;
    const spread = light.radius * (0.75 + t * 1.5);
    const off = (random.next() + random.next() + random.next() - 1.5) / 1.5;
    const long = unit * (0.012 + 0.055 * t) * random.between(0.5, 1.5) * (1 - Math.abs(off) * 0.5);
    const opacity = strength * (0.78 - 0.4 * t) * (1 - Math.abs(off) * 0.75);
    drawing.fill(
      lens(light.x + off * spread, y, long, unit * (0.0016 + 0.005 * t)),
      palette.light,
      Math.max(0.05, opacity),
    );
  }
}
