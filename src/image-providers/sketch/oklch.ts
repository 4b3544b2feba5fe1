/**
 * Colours as lightness, chroma and hue in OKLCH, where equal steps look equal; written out as sRGB hex for SVG.
 * The matrices are those of Björn Ottosson's definition, https://bottosson.github.io/posts/oklab/
 */

/** `l` 0 (black) to 1 (white), `c` 0 (grey) to about 0.3, `h` degrees. */
export interface Oklch {
  readonly l: number;
  readonly c: number;
  readonly h: number;
}

export function oklch(l: number, c: number, h: number): Oklch {
  return { l, c, h };
}

/** The colour between two, `t` from 0 (first) to 1 (second); mixed in OKLab, so opposite hues meet in a soft grey. */
export function mix(first: Oklch, second: Oklch, t: number): Oklch {
  const [a1, b1] = toAb(first);
  const [a2, b2] = toAb(second);
  const a = a1 + (a2 - a1) * t;
  const b = b1 + (b2 - b1) * t;
  const h = (Math.atan2(b, a) * 180) / Math.PI;
  return { l: first.l + (second.l - first.l) * t, c: Math.hypot(a, b), h: (h + 360) % 360 };
}

/** The same colour with lightness moved by `by`, kept within 0 and 1. */
export function lighter(colour: Oklch, by: number): Oklch {
  return { ...colour, l: Math.min(1, Math.max(0, colour.l + by)) };
}

/** The shortest way round from one hue to another, in degrees, −180 to 180. */
export function hueDistance(from: number, to: number): number {
  return ((((to - from) % 360) + 540) % 360) - 180;
}

/** `#rrggbb`. A colour sRGB cannot show loses chroma, not lightness or hue. */
export function hex(colour: Oklch): string {
  let low = 0;
  let high = colour.c;
  let channels = toLinear(colour);
  if (!fits(channels)) {
    for (let step = 0; step < 12; step++) {
      const middle = (low + high) / 2;
      channels = toLinear({ ...colour, c: middle });
      if (fits(channels)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    channels = toLinear({ ...colour, c: low });
  }
  return `#${channels.map((channel) => gamma(channel).toString(16).padStart(2, "0")).join("")}`;
}

/** The colour of `#rgb` or `#rrggbb`. */
export function fromHex(code: string): Oklch {
  const digits = code.length === 4 ? [...code.slice(1)].flatMap((digit) => [digit, digit]).join("") : code.slice(1);
  const value = Number.parseInt(digits, 16);
  const linear = (channel: number): number =>
    channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  const [red, green, blue] = [(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255].map(linear);
  const [r, g, b] = [red ?? 0, green ?? 0, blue ?? 0];
  const long = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const medium = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const short = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const l = 0.2104542553 * long + 0.793617785 * medium - 0.0040720468 * short;
  const a = 1.9779984951 * long - 2.428592205 * medium + 0.4505937099 * short;
  const bb = 0.0259040371 * long + 0.7827717662 * medium - 0.808675766 * short;
  return { l, c: Math.hypot(a, bb), h: ((Math.atan2(bb, a) * 180) / Math.PI + 360) % 360 };
}

/** Red, green and blue from 0 to 1, for filter matrices. */
export function rgb(colour: Oklch): [number, number, number] {
  const code = Number.parseInt(hex(colour).slice(1), 16);
  return [(code >> 16) / 255, ((code >> 8) & 255) / 255, (code & 255) / 255];
}

function toAb({ c, h }: Oklch): [number, number] {
  const angle = (h * Math.PI) / 180;
  return [c * Math.cos(angle), c * Math.sin(angle)];
}

function toLinear(colour: Oklch): [number, number, number] {
  const [a, b] = toAb(colour);
  const long = (colour.l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (colour.l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (colour.l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
  ];
}

function fits(channels: readonly number[]): boolean {
  return channels.every((channel) => channel >= -0.0005 && channel <= 1.0005);
}

function gamma(channel: number): number {
  const value = Math.min(1, Math.max(0, channel));
  const encoded = value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055;
  return Math.round(encoded * 255);
}
