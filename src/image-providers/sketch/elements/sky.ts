/** The sky: its gradient, the glow around the light, the disc, stars, aurora. */
import { blend, circle, type Drawing, fadeOut, rectangle } from "../drawing.ts";
import { hex, lighter, mix, oklch } from "../oklch.ts";
import type { Layer, Stage } from "../stage.ts";

/** The layers behind everything; always the first of a scene. */
export function skyLayers(stage: Stage): Layer[] {
  const layers: Layer[] = [{ phase: "Painting the sky", paint: paintSky }];
  if (stage.aurora) {
    layers.push({ phase: "Hanging the northern lights", paint: paintAurora, blend: "screen", soft: true });
  }
  return layers;
}

function paintSky(drawing: Drawing, stage: Stage): void {
  const { width, height, horizon, palette, light, unit } = stage;
  const paint = drawing.linear({ x: 0, y: 0 }, { x: 0, y: horizon * 1.04 }, blend(palette.sky));
  drawing.fill(rectangle(0, 0, width, height), paint);
  if (stage.stars > 0 && stage.allows("star")) {
    paintStars(drawing, stage);
  }
  const overcast = stage.weather === "storm" || stage.weather === "rain" ? 0.35 : stage.weather === "fog" ? 0.5 : 1;
  const strength = (light.kind === "moon" ? 0.5 : 0.8) * overcast;
  const glow = light.count === 0 ? 0.4 : 1;
  const reach = unit * (light.kind === "moon" ? 0.55 : 0.85);
  drawing.fill(
    rectangle(0, 0, width, height),
    drawing.radial(
      light,
      reach,
      fadeOut(mix(palette.light, palette.sky.at(-1) ?? palette.light, 0.25), strength * glow),
    ),
  );
  if (overcast > 0.4) {
    paintDiscs(drawing, stage);
  }
}

function paintDiscs(drawing: Drawing, stage: Stage): void {
  const { light, palette, width, unit } = stage;
  const random = stage.random("discs");
  for (let index = 0; index < light.count; index++) {
    const radius = index === 0 ? light.radius : light.radius * random.between(0.4, 0.75);
    const side = light.x > width / 2 ? -1 : 1;
    const x = light.x + side * index * (light.radius * 2.2 + unit * 0.08);
    const y = index === 0 ? light.y : light.y + unit * random.between(-0.1, 0.06);
    drawing.fill(circle(x, y, radius * 2.1), drawing.radial({ x, y }, radius * 2.1, fadeOut(palette.light, 0.6)));
    drawing.fill(
      circle(x, y, radius),
      drawing.radial({ x: x - radius * 0.2, y: y - radius * 0.2 }, radius * 1.3, [
        { at: 0, colour: lighter(palette.light, 0.03) },
        { at: 0.75, colour: palette.light },
        { at: 1, colour: mix(palette.light, palette.haze, light.kind === "moon" ? 0.3 : 0.12) },
      ]),
    );
    if (light.kind === "moon") {
      paintSeas(drawing, stage, x, y, radius);
    }
  }
}

/** The darker plains that make a disc a moon. */
function paintSeas(drawing: Drawing, stage: Stage, x: number, y: number, radius: number): void {
  const shade = mix(stage.palette.light, stage.palette.sky[2] ?? stage.palette.haze, 0.3);
  const seas = [
    [-0.3, -0.32, 0.3],
    [0.12, -0.4, 0.2],
    [0.34, -0.08, 0.22],
    [-0.42, 0.16, 0.19],
    [0.02, 0.1, 0.13],
    [0.2, 0.5, 0.15],
  ] as const;
  const clip = drawing.clip(circle(x, y, radius));
  const shapes = seas.map(([dx, dy, size]) => circle(x + dx * radius, y + dy * radius, size * radius)).join("");
  drawing.add(`<path d="${shapes}" fill="${hex(shade)}" fill-opacity="0.2" clip-path="${clip}"/>`);
}

function paintStars(drawing: Drawing, stage: Stage): void {
  const random = stage.random("stars");
  const { width, horizon, unit, palette } = stage;
  const cell = unit / (9 + stage.stars * 13);
  const tones = [lighter(palette.light, 0.04), oklch(0.92, 0.05, 255), oklch(0.93, 0.06, 60)];
  for (let y = 0; y < horizon; y += cell) {
    for (let x = 0; x < width; x += cell) {
      const [px, py] = [x + random.next() * cell, y + random.next() * cell];
      const bright = random.next() ** 5;
      const fade = (1 - (py / horizon) ** 2) * (0.35 + bright * 0.65) * Math.min(1, stage.stars + 0.3);
      const radius = unit * (0.0007 + bright * 0.0021);
      const tone = random.pick(tones);
      if (bright > 0.62) {
        drawing.fill(
          circle(px, py, radius * 6),
          drawing.radial({ x: px, y: py }, radius * 6, fadeOut(tone, fade * 0.5)),
        );
      }
      drawing.fill(circle(px, py, radius), tone, Math.max(0.02, fade));
    }
  }
}

/** Curtains of green and violet: upright strokes of light along a wandering line. */
function paintAurora(drawing: Drawing, stage: Stage): void {
  const random = stage.random("aurora");
  const { width, horizon, unit } = stage;
  for (const [band, hue] of [158, 172, 300].entries()) {
    const base = horizon * random.between(0.55, 0.8) - band * unit * 0.06;
    const phase = random.between(0, 6);
    const step = unit / 70;
    for (let x = -step; x < width + step; x += step) {
      const wave = Math.sin(x / (unit * 0.23) + phase) + 0.6 * Math.sin(x / (unit * 0.09) + phase * 2);
      const y = base + wave * unit * 0.05;
      const tall = unit * random.between(0.16, 0.42) * (1.1 - band * 0.15);
      const strength = 0.16 + 0.3 * (0.5 + 0.5 * Math.sin(x / (unit * 0.17) + phase * 3)) * random.between(0.6, 1);
      const tone = oklch(0.8, 0.19, hue);
      const paint = drawing.linear({ x: 0, y: y - tall }, { x: 0, y }, [
        { at: 0, colour: oklch(0.6, 0.2, 305), opacity: 0 },
        { at: 0.6, colour: tone, opacity: strength * 0.5 },
        { at: 0.92, colour: tone, opacity: strength },
        { at: 1, colour: tone, opacity: 0 },
      ]);
      drawing.add(`<path d="${rectangle(x, y - tall, step * 1.9, tall)}" fill="${paint}"/>`);
    }
  }
}
