/** What was painted, as numbers: for styles that work on the picture rather than on shapes. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { renderAsync } from "@resvg/resvg-js";
import sharp, { type Raw } from "sharp";
import type { Drawing } from "./drawing.ts";
import type { Random } from "./random.ts";

/** Red, green, blue and an opaque alpha, 0–255, row by row. */
export interface Pixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** One number from 0 to 255 for each pixel. */
export type Field = Uint8Array;

/** Red, green and blue, 0–255. */
export type Rgb = readonly [number, number, number];

/** Rows that are worked on in one go; between them others of the process get their turn. */
const rowsInOneGo = 48;

/** Calls `work` for every pixel with its column, its row and where its red value lies. */
export async function everyPixel(
  { width, height }: Pick<Pixels, "width" | "height">,
  work: (x: number, y: number, at: number) => void,
): Promise<void> {
  for (let y = 0; y < height; y++) {
    for (let x = 0, at = y * width * 4; x < width; x++, at += 4) {
      work(x, y, at);
    }
    if (y % rowsInOneGo === rowsInOneGo - 1) {
      await nextTurn();
    }
  }
}

/** The same picture, all opaque black, to write into. */
export function blank({ width, height }: Pick<Pixels, "width" | "height">): Pixels & { readonly data: Uint8Array } {
  return { data: new Uint8Array(width * height * 4).fill(255), width, height };
}

function rawOf({ width, height }: Pick<Pixels, "width" | "height">): Raw & { channels: 4 } {
  return { width, height, channels: 4 };
}

/** Another size of the picture; "nearest" keeps hard edges. */
export async function resized(
  pixels: Pixels,
  width: number,
  height: number,
  kernel: "cubic" | "nearest" = "cubic",
): Promise<Pixels> {
  const data = await sharp(pixels.data, { raw: rawOf(pixels) })
    .resize(width, height, { fit: "fill", kernel })
    .raw()
    .toBuffer();
  return { data, width, height };
}

/** Blurred by about `radius` pixels; a shrunken copy enlarged again, which costs next to nothing at any radius. */
export async function softened(pixels: Pixels, radius: number): Promise<Pixels> {
  const [across, down] = [pixels.width, pixels.height].map((side) => Math.max(4, Math.round(side / radius)));
  const small = await resized(pixels, across ?? 4, down ?? 4);
  return resized(small, pixels.width, pixels.height);
}

/** A field blurred like {@link softened}. */
export async function softenedField(
  field: Field,
  { width, height }: Pick<Pixels, "width" | "height">,
  radius: number,
): Promise<Field> {
  const [across, down] = [width, height].map((side) => Math.max(4, Math.round(side / radius)));
  const size = { width: across ?? 4, height: down ?? 4 };
  const small = await sharp(field, { raw: { width, height, channels: 1 } })
    .resize({ ...size, fit: "fill" })
    .toColourspace("b-w")
    .raw()
    .toBuffer();
  return sharp(small, { raw: { ...size, channels: 1 } })
    .resize(width, height, { fit: "fill", kernel: "cubic" })
    .toColourspace("b-w")
    .raw()
    .toBuffer();
}

/** One picture over another of its size, as opaque as `weight` says. */
export async function overlaid(below: Pixels, above: Pixels, weight: number): Promise<Pixels> {
  const result = blank(below);
  await everyPixel(below, (_x, _y, at) => {
    for (let channel = at; channel < at + 3; channel++) {
      const value = below.data[channel] ?? 0;
      result.data[channel] = Math.round(value + ((above.data[channel] ?? 0) - value) * weight);
    }
  });
  return result;
}

/** How opaque a drawing is at each pixel. */
export async function opacityOf(drawing: Drawing, { width, height }: Pick<Pixels, "width" | "height">): Promise<Field> {
  const svg = drawing.toSvg(width, height, width, height);
  const { pixels } = await renderAsync(svg, { font: { loadSystemFonts: false }, logLevel: "off" });
  return Uint8Array.from({ length: width * height }, (_, index) => pixels[index * 4 + 3] ?? 0);
}

/** Lightness as the eye weighs it. */
export function lightnessAt(data: Uint8Array, at: number): number {
  return ((data[at] ?? 0) * 54 + (data[at + 1] ?? 0) * 183 + (data[at + 2] ?? 0) * 19) >> 8;
}

/** How steeply lightness changes at each pixel. */
export async function edges(pixels: Pixels): Promise<Field> {
  const { width, height } = pixels;
  const grey = new Uint8Array(width * height);
  await everyPixel(pixels, (x, y, at) => {
    grey[y * width + x] = lightnessAt(pixels.data, at);
  });
  const found = new Uint8Array(width * height);
  await everyPixel(pixels, (x, y) => {
    const left = Math.max(0, x - 1);
    const right = Math.min(width - 1, x + 1);
    const [up, here, down] = [Math.max(0, y - 1) * width, y * width, Math.min(height - 1, y + 1) * width];
    const g = (at: number): number => grey[at] ?? 0;
    const across =
      g(up + right) + 2 * g(here + right) + g(down + right) - g(up + left) - 2 * g(here + left) - g(down + left);
    const along = g(down + left) + 2 * g(down + x) + g(down + right) - g(up + left) - 2 * g(up + x) - g(up + right);
    found[here + x] = Math.min(255, Math.abs(across) + Math.abs(along));
  });
  return found;
}

/** Smooth noise with features of about `cell` pixels, around 128. */
export async function noiseField(
  random: Random,
  { width, height }: Pick<Pixels, "width" | "height">,
  cell: number,
): Promise<Field> {
  const [across, down] = [Math.ceil(width / cell) + 1, Math.ceil(height / cell) + 1];
  const lattice = Uint8Array.from({ length: across * down }, () => random.integer(0, 255));
  return sharp(lattice, { raw: { width: across, height: down, channels: 1 } })
    .resize(width, height, { fit: "fill", kernel: "cubic" })
    .toColourspace("b-w")
    .raw()
    .toBuffer();
}

/** The picture with a drawing in its own pixels laid over it. */
export async function drawnOver(pixels: Pixels, drawing: Drawing): Promise<Pixels> {
  const { width, height } = pixels;
  const svg = drawing.toSvg(width, height, width, height);
  const image = await renderAsync(svg, { font: { loadSystemFonts: false }, logLevel: "off" });
  const data = await sharp(pixels.data, { raw: rawOf(pixels) })
    .composite([{ input: image.pixels, raw: { ...rawOf(pixels), premultiplied: true } }])
    .raw()
    .toBuffer();
  return { data, width, height };
}

/** The colour at a place, which may lie outside. */
export function colourAt({ data, width, height }: Pixels, x: number, y: number): Rgb {
  const column = Math.min(width - 1, Math.max(0, Math.round(x)));
  const row = Math.min(height - 1, Math.max(0, Math.round(y)));
  const at = (row * width + column) * 4;
  return [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0];
}

/** `#rrggbb` of a colour whose channels may be out of range. */
export function cssColour(colour: Rgb): string {
  return `#${colour
    .map((channel) =>
      Math.round(Math.min(255, Math.max(0, channel)))
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}

/** The few colours that stand best for a small picture (k-means), the same for the same picture. */
export function fewColours(pixels: Pixels, count: number): Rgb[] {
  const samples: Rgb[] = [];
  for (let at = 0; at < pixels.data.length; at += 4) {
    samples.push([pixels.data[at] ?? 0, pixels.data[at + 1] ?? 0, pixels.data[at + 2] ?? 0]);
  }
  // Each start is the sample farthest from those before it: accents of a few pixels keep a colour of their own.
  const centres: Rgb[] = [samples[0] ?? [0, 0, 0]];
  const room = samples.map(() => Number.MAX_VALUE);
  while (centres.length < count) {
    const last = centres.at(-1) ?? [0, 0, 0];
    let farthest = 0;
    for (const [index, sample] of samples.entries()) {
      room[index] = Math.min(room[index] ?? 0, distance(sample, last));
      farthest = (room[index] ?? 0) > (room[farthest] ?? 0) ? index : farthest;
    }
    centres.push(samples[farthest] ?? [0, 0, 0]);
  }
  for (let round = 0; round < 6; round++) {
    const sums = centres.map(() => [0, 0, 0, 0]);
    for (const sample of samples) {
      const sum = sums[nearest(centres, sample)];
      if (sum !== undefined) {
        for (const [channel, value] of [...sample, 1].entries()) {
          sum[channel] = (sum[channel] ?? 0) + value;
        }
      }
    }
    for (const [index, [red = 0, green = 0, blue = 0, members = 0]] of sums.entries()) {
      if (members > 0) {
        centres[index] = [red / members, green / members, blue / members];
      }
    }
  }
  return centres;
}

/** Squared, with the eye's weights. */
export function distance(first: Rgb, second: Rgb): number {
  return 2 * (first[0] - second[0]) ** 2 + 4 * (first[1] - second[1]) ** 2 + 3 * (first[2] - second[2]) ** 2;
}

export function nearest(colours: readonly Rgb[], colour: Rgb): number {
  let best = 0;
  let room = Number.MAX_VALUE;
  for (const [index, candidate] of colours.entries()) {
    const here = distance(candidate, colour);
    if (here < room) {
      best = index;
      room = here;
    }
  }
  return best;
}
