/** One SVG document under construction. Only numbers, colours and the renderer's own paths enter it, never user text. */
import { hex, mix, type Oklch } from "./oklch.ts";

/** A colour on a gradient: `at` and `opacity` from 0 to 1. */
export interface Stop {
  readonly at: number;
  readonly colour: Oklch;
  readonly opacity?: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Collects shapes and the definitions they use. Definitions answer with the reference to put into `fill` and the like. */
export interface Drawing {
  add(markup: string): void;
  /** Fills a path; `paint` is a colour or what a definition answered. */
  fill(path: string, paint: Oklch | string, opacity?: number): void;
  /** A gradient along a line in picture pixels. */
  linear(from: Point, to: Point, stops: readonly Stop[]): string;
  /** A gradient around a point in picture pixels. */
  radial(centre: Point, radius: number, stops: readonly Stop[]): string;
  clip(path: string): string;
  /** A mask whose white lets through; `markup` is drawn in it. */
  mask(markup: string): string;
  filter(primitives: string): string;
  toSvg(width: number, height: number, rasterWidth: number, rasterHeight: number): string;
}

/** A number short enough for SVG; the same on every machine. */
export function n(value: number): string {
  return String(Math.round(value * 100) / 100);
}

export function polyline(points: readonly Point[]): string {
  return points.map((point, index) => `${index === 0 ? "M" : "L"}${n(point.x)} ${n(point.y)}`).join("");
}

export function circle(x: number, y: number, radius: number): string {
  return ellipse(x, y, radius, radius);
}

/** Clockwise, as all shapes here: shapes joined in one path would cut holes into each other otherwise. */
export function ellipse(x: number, y: number, rx: number, ry: number): string {
  return `M${n(x - rx)} ${n(y)}a${n(rx)} ${n(ry)} 0 1 1 ${n(rx * 2)} 0a${n(rx)} ${n(ry)} 0 1 1 ${n(-rx * 2)} 0z`;
}

export function rectangle(x: number, y: number, width: number, height: number): string {
  return `M${n(x)} ${n(y)}h${n(width)}v${n(height)}h${n(-width)}z`;
}

/** A flat lens, pointed at both ends: a ripple, a streak of cloud. */
export function lens(x: number, y: number, width: number, height: number): string {
  const half = width / 2;
  return `M${n(x - half)} ${n(y)}q${n(half)} ${n(-height)} ${n(width)} 0q${n(-half)} ${n(height)} ${n(-width)} 0z`;
}

/** Stops mixed smoothly between the colours, evenly spread: SVG itself would mix in sRGB, which turns muddy. */
export function blend(colours: readonly Oklch[], steps = 12): Stop[] {
  const last = colours.length - 1;
  return Array.from({ length: steps + 1 }, (_, step) => {
    const at = step / steps;
    const position = at * last;
    const index = Math.min(last - 1, Math.floor(position));
    const first = colours[index];
    const second = colours[index + 1];
    if (first === undefined || second === undefined) {
      throw new Error("A blend needs at least two colours.");
    }
    return { at, colour: mix(first, second, position - index) };
  });
}

/** From `opacity` at the centre to nothing, without the visible edge that a straight ramp has. */
export function fadeOut(colour: Oklch, opacity: number): Stop[] {
  return [0, 0.12, 0.25, 0.4, 0.6, 0.8, 1].map((at) => ({ at, colour, opacity: opacity * (1 - at) ** 2.2 }));
}

export function createDrawing(): Drawing {
  const definitions: string[] = [];
  const shapes: string[] = [];
  const define = (element: (id: string) => string): string => {
    const id = `d${definitions.length}`;
    definitions.push(element(id));
    return `url(#${id})`;
  };
  const userSpace = 'gradientUnits="userSpaceOnUse"';
  return {
    add: (markup) => void shapes.push(markup),
    fill(path, paint, opacity = 1) {
      const colour = typeof paint === "string" ? paint : hex(paint);
      shapes.push(`<path d="${path}" fill="${colour}"${opacity < 1 ? ` fill-opacity="${n(opacity)}"` : ""}/>`);
    },
    linear: (from, to, stops) =>
      define((id) => {
        const line = `x1="${n(from.x)}" y1="${n(from.y)}" x2="${n(to.x)}" y2="${n(to.y)}"`;
        return `<linearGradient id="${id}" ${userSpace} ${line}>${stopMarkup(stops)}</linearGradient>`;
      }),
    radial: (centre, radius, stops) =>
      define((id) => {
        const round = `cx="${n(centre.x)}" cy="${n(centre.y)}" r="${n(radius)}"`;
        return `<radialGradient id="${id}" ${userSpace} ${round}>${stopMarkup(stops)}</radialGradient>`;
      }),
    clip: (path) => define((id) => `<clipPath id="${id}"><path d="${path}"/></clipPath>`),
    mask: (markup) => define((id) => `<mask id="${id}">${markup}</mask>`),
    filter: (primitives) =>
      define((id) => {
        const area = 'x="0" y="0" width="100%" height="100%" color-interpolation-filters="sRGB"';
        return `<filter id="${id}" ${area}>${primitives}</filter>`;
      }),
    toSvg(width, height, rasterWidth, rasterHeight) {
      const size = `width="${rasterWidth}" height="${rasterHeight}" viewBox="0 0 ${width} ${height}"`;
      const head = `<svg xmlns="http://www.w3.org/2000/svg" ${size} preserveAspectRatio="none">`;
      return `${head}<defs>${definitions.join("")}</defs>${shapes.join("")}</svg>`;
    },
  };
}

function stopMarkup(stops: readonly Stop[]): string {
  return stops
    .map(({ at, colour, opacity = 1 }) => {
      const alpha = opacity < 1 ? ` stop-opacity="${Math.round(opacity * 1000) / 1000}"` : "";
      return `<stop offset="${Math.round(at * 1000) / 1000}" stop-color="${hex(colour)}"${alpha}/>`;
    })
    .join("");
}
