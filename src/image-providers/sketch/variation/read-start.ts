/** The picture that a sketch starts from: its pixels, and what its layout tells the drawing. */
import { sharp } from "../../../infra/sharp.ts";
import { lightnessAt, type Pixels, resized } from "../pixels.ts";

/** What a new drawing takes over from a picture. Places are shares of width and height; null where nothing stands out. */
export interface LayoutGuide {
  /** Where light and dark part, looking down. */
  readonly horizon: number | null;
  /** The brightest place above the middle. */
  readonly light: { readonly x: number; readonly y: number } | null;
  /** How much it counts, from 0 to 1. */
  readonly weight: number;
}

/** Pictures are looked at in this many rows and columns. */
const cells = 48;

/** Its pixels in this size, cut to the shape around the middle; null where it cannot be read. */
export async function readStart(
  bytes: Buffer,
  { width, height }: Pick<Pixels, "width" | "height">,
): Promise<Pixels | null> {
  try {
    const data = await sharp(bytes)
      .resize(width, height, { fit: "cover" })
      .flatten({ background: "#ffffff" })
      .toColourspace("srgb")
      .ensureAlpha()
      .raw({ depth: "uchar" })
      .toBuffer();
    return { data, width, height };
  } catch {
    return null;
  }
}

/** Reads its layout. */
export async function readLayout(start: Pixels, weight: number): Promise<LayoutGuide> {
  const { data } = await resized(start, cells, cells);
  const grey = Array.from({ length: cells * cells }, (_, index) => lightnessAt(data, index * 4));
  return { horizon: findHorizon(grey), light: findLight(grey), weight };
}

function findHorizon(grey: readonly number[]): number | null {
  const rows = Array.from({ length: cells }, (_, row) => mean(grey.slice(row * cells, (row + 1) * cells)));
  const reach = 6;
  let best = { contrast: 0, row: 0 };
  for (let row = reach; row <= cells - reach; row++) {
    const contrast = Math.abs(mean(rows.slice(row - reach, row)) - mean(rows.slice(row, row + reach)));
    best = contrast > best.contrast ? { contrast, row } : best;
  }
  return best.contrast < 14 ? null : best.row / cells;
}

function findLight(grey: readonly number[]): LayoutGuide["light"] {
  const upper = grey.slice(0, (cells * cells) / 2);
  const usual = mean(upper);
  let best = { lightness: 0, index: 0 };
  for (const [index, lightness] of upper.entries()) {
    best = lightness > best.lightness ? { lightness, index } : best;
  }
  if (best.lightness - usual < 45) return null;
  return { x: ((best.index % cells) + 0.5) / cells, y: (Math.floor(best.index / cells) + 0.5) / cells };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
