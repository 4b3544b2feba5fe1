/** What falls or drifts in front of a scene, and the finish that every picture gets. */
import { circle, type Drawing, n, rectangle } from "../drawing.ts";
import { hex, lighter, mix, oklch } from "../oklch.ts";
import type { Layer, Stage } from "../stage.ts";
import { paintHaze } from "./clouds.ts";

/** The layers in front of everything, ending with the vignette. */
export function finishLayers(stage: Stage, sheltered: boolean): Layer[] {
  const finish: Layer = { phase: "Finishing the light", paint: (drawing) => paintVignette(drawing, stage) };
  if (sheltered) {
    return [finish];
  }
  const layers: Layer[] = [];
  if (stage.weather === "fog" || stage.weather === "storm" || stage.weather === "rain") {
    layers.push({ phase: "Letting mist drift in", soft: true, paint: (drawing) => paintFog(drawing, stage) });
  }
  if (stage.weather === "rain" || stage.weather === "storm") {
    layers.push({ phase: "Letting it rain", paint: (drawing) => paintRain(drawing, stage) });
  }
  if (stage.weather === "snow") {
    layers.push({ phase: "Letting it snow", paint: (drawing) => paintSnow(drawing, stage) });
  }
  return [...layers, finish];
}

function paintFog(drawing: Drawing, stage: Stage): void {
  const { height, horizon, unit, palette } = stage;
  const thick = stage.weather === "fog";
  paintHaze(drawing, stage, "fog", {
    colour: lighter(palette.haze, 0.03),
    scale: unit * 0.14,
    stretch: 4,
    cover: thick ? 0.95 : 0.6,
    opacity: thick ? 0.4 : 0.25,
    top: horizon - (height - horizon) * 0.5,
    bottom: horizon + (height - horizon) * (thick ? 0.62 : 0.85),
  });
}

function paintRain(drawing: Drawing, stage: Stage): void {
  const { width, height, unit, palette } = stage;
  const random = stage.random("rain");
  const slant = random.between(-0.28, 0.28);
  const tone = hex(mix(palette.light, oklch(0.85, 0.03, 240), 0.6));
  const count = Math.round((420 * width * height) / unit ** 2);
  for (const opacity of [0.14, 0.24, 0.38]) {
    let path = "";
    for (let drop = 0; drop < count / 3; drop++) {
      const long = unit * random.between(0.018, 0.05) * (0.6 + opacity * 2);
      const x = random.between(-0.1, 1.1) * width;
      path += `M${n(x)} ${n(random.between(-0.05, 1) * height)}l${n(long * slant)} ${n(long)}`;
    }
    drawing.add(
      `<path d="${path}" fill="none" stroke="${tone}" stroke-opacity="${opacity}" stroke-width="${n(unit * (0.0008 + opacity * 0.003))}" stroke-linecap="round"/>`,
    );
  }
}

function paintSnow(drawing: Drawing, stage: Stage): void {
  const { width, height, unit } = stage;
  const random = stage.random("snow");
  const count = Math.round((300 * width * height) / unit ** 2);
  const tone = oklch(0.99, 0.005, 240);
  for (let flake = 0; flake < count; flake++) {
    const near = random.next() ** 3;
    const radius = unit * (0.0014 + near * 0.0062);
    drawing.fill(circle(random.next() * width, random.next() * height, radius), tone, 0.85 - near * 0.4);
  }
}

function paintVignette(drawing: Drawing, stage: Stage): void {
  const { width, height, palette, light } = stage;
  const shade = lighter(palette.near, -0.12);
  const centre = { x: width / 2 + (light.x - width / 2) * 0.25, y: height * 0.48 };
  const paint = drawing.radial(centre, Math.hypot(width, height) * 0.62, [
    { at: 0, colour: shade, opacity: 0 },
    { at: 0.62, colour: shade, opacity: 0 },
    { at: 0.85, colour: shade, opacity: 0.1 },
    { at: 1, colour: shade, opacity: 0.26 },
  ]);
  drawing.fill(rectangle(0, 0, width, height), paint);
}
