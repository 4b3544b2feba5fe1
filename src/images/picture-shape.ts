/** From a shape, such as 16:9, to a size that a model makes. */
import type { ImageModel, PictureSize, SideLimits } from "../image-providers/capabilities.ts";

/** A shape whose sides differ from the wanted ones by less than this is the same to the eye. */
const tolerance = 0.05;

/** The shape in a text such as "16:9" as width divided by height; null for any other text. */
export function parseShape(text: string): number | null {
  const [, width = 0, height = 0] = /^(\d{1,4}):(\d{1,4})$/.exec(text)?.map(Number) ?? [];
  return width > 0 && height > 0 ? width / height : null;
}

/** How far a size is from a shape: 0 is exact, 0.05 five per cent. */
const distance = ({ width, height }: PictureSize, shape: number) => Math.abs(Math.log(width / height / shape));

/** Whether a size has a shape, as far as eyes can tell. */
export const hasShape = (size: PictureSize, shape: number): boolean => distance(size, shape) <= tolerance;

/**
 * The size of a model that comes nearest to a shape: of listed sizes the best, of a range about as many pixels as its default
 * has. It may be far away: see {@link hasShape}.
 */
export function sizeOfShape({ sizes }: ImageModel, shape: number): PictureSize {
  if (sizes.kind !== "RANGE") return sizes.sizes.reduce((best, size) => nearer(best, size, shape));
  const { width, height, maxPixels, maxRatio = Number.POSITIVE_INFINITY, defaultSize } = sizes;
  const pixels = defaultSize.width * defaultSize.height;
  // A wrong shape is worse than a smaller or larger picture.
  const fault = (size: PictureSize) =>
    10 * distance(size, shape) + Math.abs(Math.log((size.width * size.height) / pixels));
  let best: PictureSize = defaultSize;
  for (let side = width.min; side <= width.max; side += width.step) {
    const size = { width: side, height: nearestSide(side / shape, height) };
    const ratio = Math.max(size.width, size.height) / Math.min(size.width, size.height);
    if (size.width * size.height > maxPixels || ratio > maxRatio) continue;
    if (fault(size) < fault(best)) best = size;
  }
  return { width: best.width, height: best.height };
}

function nearer(best: PictureSize, size: PictureSize, shape: number): PictureSize {
  const { width, height } = distance(size, shape) < distance(best, shape) ? size : best;
  return { width, height };
}

function nearestSide(wanted: number, { min, max, step }: SideLimits): number {
  const largest = Math.floor(max / step) * step;
  const smallest = Math.ceil(min / step) * step;
  return Math.min(largest, Math.max(smallest, Math.round(wanted / step) * step));
}
