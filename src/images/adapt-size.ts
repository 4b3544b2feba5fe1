import type { ImageModel, PictureSize, SideLimits } from "../image-providers/capabilities.ts";

/** The size that a model makes and that comes nearest to the one asked for: its shape first, then its number of pixels. */
export function adaptSize({ sizes }: ImageModel, asked: PictureSize): PictureSize {
  if (sizes.kind !== "RANGE") {
    const { width, height } = sizes.sizes.reduce((best, size) =>
      distance(size, asked) < distance(best, asked) ? size : best,
    );
    return { width, height };
  }
  const { maxPixels, maxRatio = Number.POSITIVE_INFINITY, defaultSize } = sizes;
  const fits = ({ width, height }: PictureSize) =>
    width * height <= maxPixels && Math.max(width, height) / Math.min(width, height) <= maxRatio;
  const scaled = (scale: number): PictureSize => ({
    width: nearestSide(asked.width * scale, sizes.width),
    height: nearestSide(asked.height * scale, sizes.height),
  });
  // From the asked size down: rounding to steps may lead just above a bound, so the next smaller ones are tried as well.
  const largest = Math.min(1, Math.sqrt(maxPixels / (asked.width * asked.height)));
  const size = [1, 0.98, 0.95, 0.9, 0.8].map((factor) => scaled(largest * factor)).find(fits);
  return size ?? { width: defaultSize.width, height: defaultSize.height };
}

/** Ten per cent of shape weigh as much as the double number of pixels. */
function distance(size: PictureSize, asked: PictureSize): number {
  const shape = Math.abs(Math.log(size.width / size.height / (asked.width / asked.height)));
  const pixels = Math.abs(Math.log((size.width * size.height) / (asked.width * asked.height)));
  return 7 * shape + pixels;
}

function nearestSide(wanted: number, { min, max, step }: SideLimits): number {
  const [smallest, largest] = [Math.ceil(min / step) * step, Math.floor(max / step) * step];
  return Math.min(largest, Math.max(smallest, Math.round(wanted / step) * step));
}
