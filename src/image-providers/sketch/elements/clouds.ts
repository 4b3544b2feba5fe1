/** Clouds, mist and nebulae: soft layers made of noise, and streaks that lie along the horizon. */
import { circle, type Drawing, lens, n, rectangle } from "../drawing.ts";
import { lighter, mix, type Oklch, rgb } from "../oklch.ts";
import type { Layer, Stage } from "../stage.ts";
import { skySignLayers } from "./sky-signs.ts";

/** How a bank of noise looks: `scale` is the size of its features in pixels, `stretch` how much wider than high they are. */
export interface Haze {
  readonly colour: Oklch;
  readonly scale: number;
  readonly stretch: number;
  /** Share of the area that is covered, 0–1, and how solid that is. */
  readonly cover: number;
  readonly opacity: number;
  /** Rows between which it lies; it fades towards both. */
  readonly top: number;
  readonly bottom: number;
}

/** Lays a bank of fractal noise over some rows; use it in soft layers only, the noise is slow to compute. */
export function paintHaze(drawing: Drawing, stage: Stage, stream: string, haze: Haze): void {
  const [r, g, b] = rgb(haze.colour).map((channel) => Math.round(channel * 1000) / 1000);
  const seed = stage.random(stream).integer(1, 9999);
  const frequency = `${(1 / (haze.scale * haze.stretch)).toFixed(5)} ${(1 / haze.scale).toFixed(5)}`;
  // Fractal noise gathers around 0.5: a steep ramp around the wanted threshold turns it into patches with soft edges.
  const gain = 5 * haze.opacity;
  const bias = -gain * (0.62 - haze.cover * 0.3);
  const filter = drawing.filter(
    `<feTurbulence type="fractalNoise" baseFrequency="${frequency}" numOctaves="4" seed="${seed}"/>` +
      `<feColorMatrix values="0 0 0 0 ${r} 0 0 0 0 ${g} 0 0 0 0 ${b} ${n(gain)} 0 0 0 ${n(bias)}"/>`,
  );
  const white = { l: 1, c: 0, h: 0 };
  const fade = drawing.linear({ x: 0, y: haze.top }, { x: 0, y: haze.bottom }, [
    { at: 0, colour: white, opacity: 0 },
    { at: 0.4, colour: white, opacity: 1 },
    { at: 0.7, colour: white, opacity: 0.8 },
    { at: 1, colour: white, opacity: 0 },
  ]);
  const band = rectangle(0, haze.top, stage.width, haze.bottom - haze.top);
  const mask = drawing.mask(`<path d="${band}" fill="${fade}"/>`);
  drawing.add(`<g mask="${mask}"><path d="${rectangle(0, 0, stage.width, stage.height)}" filter="${filter}"/></g>`);
}

/** The clouds that suit the weather, none when the sky is to be clear, and what shows among them. */
export function cloudLayers(stage: Stage): Layer[] {
  if (!stage.allows("cloud")) {
    return skySignLayers(stage);
  }
  const cover = { clear: 0.3, cloudy: 0.75, rain: 0.95, snow: 0.85, fog: 0.8, storm: 1 }[stage.weather];
  const layers: Layer[] = [
    { phase: "Brushing in the clouds", soft: true, paint: (drawing) => paintWisps(drawing, stage, cover) },
  ];
  if (stage.weather === "clear" || stage.weather === "cloudy") {
    layers.push({ phase: "Piling up the clouds", paint: (drawing) => paintBanks(drawing, stage) });
  }
  return [...layers, ...skySignLayers(stage)];
}

function paintWisps(drawing: Drawing, stage: Stage, cover: number): void {
  const { palette, unit, horizon } = stage;
  const heavy = stage.weather === "storm" || stage.weather === "rain";
  const under = mix(palette.cloud, palette.sky[0] ?? palette.cloud, heavy ? 0.55 : 0.3);
  paintHaze(drawing, stage, "high clouds", {
    colour: heavy ? under : lighter(palette.cloud, 0.02),
    scale: unit * 0.09,
    stretch: 4.2,
    cover: cover * 0.85,
    opacity: 0.55 + cover * 0.3,
    top: -unit * 0.3,
    bottom: horizon * 0.85,
  });
  paintHaze(drawing, stage, "low clouds", {
    colour: mix(palette.cloud, palette.haze, 0.4),
    scale: unit * 0.06,
    stretch: 6,
    cover,
    opacity: 0.5,
    top: horizon * 0.3,
    bottom: horizon * 1.1,
  });
}

/** Heaped clouds with flat feet, lit on the side of the light, and thin streaks between them. */
function paintBanks(drawing: Drawing, stage: Stage): void {
  const random = stage.random("banks");
  const { width, horizon, unit, palette } = stage;
  const count = stage.weather === "cloudy" ? random.integer(4, 6) : random.integer(1, 3);
  for (let bank = 0; bank < count; bank++) {
    const size = unit * random.between(0.1, 0.24);
    const x = random.between(0, width);
    const y = horizon * random.between(0.3, 0.86);
    if (Math.abs(x - stage.light.x) > size * 1.3 || stage.light.count === 0) {
      paintHeap(drawing, stage, x, y, size, random.between(0.35, 0.75));
    }
  }
  const streaks = Math.round((width / unit) * 7);
  for (let streak = 0; streak < streaks; streak++) {
    const y = horizon * random.between(0.45, 0.97);
    const long = unit * random.between(0.15, 0.5);
    const tone = mix(palette.cloud, palette.light, random.between(0, 0.5));
    drawing.fill(
      lens(random.between(0, width), y, long, unit * random.between(0.004, 0.012)),
      tone,
      random.between(0.12, 0.4),
    );
  }
}

function paintHeap(drawing: Drawing, stage: Stage, x: number, y: number, size: number, opacity: number): void {
  const random = stage.random(`heap ${n(x)}`);
  const { palette, light } = stage;
  const puffs = Array.from({ length: 9 }, (_, index) => {
    const along = (index / 8) * 2 - 1;
    const radius = size * (0.34 - 0.24 * along * along) * random.between(0.75, 1.15);
    return circle(x + along * size, y - radius * random.between(0.35, 0.8), radius);
  }).join("");
  const side = light.x < x ? -1 : 1;
  const paint = drawing.linear({ x: x + side * size * 0.25, y: y - size * 0.5 }, { x, y: y + size * 0.02 }, [
    { at: 0, colour: mix(palette.cloud, palette.light, 0.65), opacity },
    { at: 0.55, colour: palette.cloud, opacity: opacity * 0.75 },
    { at: 1, colour: mix(palette.cloud, palette.haze, 0.5), opacity: 0 },
  ]);
  const clip = drawing.clip(rectangle(x - size * 2, y - size * 2, size * 4, size * 2));
  drawing.add(`<path d="${puffs}" fill="${paint}" clip-path="${clip}"/>`);
}
