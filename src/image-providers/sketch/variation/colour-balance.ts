/** How the colours of a picture are spread, and pictures brought to the same spread, so that they look like one painting. */
import { blank, everyPixel, type Pixels } from "../pixels.ts";

/** Mean and spread of lightness and of two axes of colour (blue and red against lightness). */
export interface ColourBalance {
  readonly means: Axes;
  readonly spreads: Axes;
}

type Axes = readonly [number, number, number];

/** No picture is made flatter or harder than by this. */
const mostStretch = 1.7;

/** What each channel adds to lightness (ITU-R BT.601). */
const weights = { red: 0.299, green: 0.587, blue: 0.114 };

function axesAt(data: Uint8Array, at: number): Axes {
  const [red, green, blue] = [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0];
  const light = weights.red * red + weights.green * green + weights.blue * blue;
  return [light, blue - light, red - light];
}

/** Measures a picture; every fourth pixel of every fourth row says enough. */
export function measureBalance({ data, width, height }: Pixels): ColourBalance {
  const sums = [0, 0, 0];
  const squares = [0, 0, 0];
  let count = 0;
  for (let y = 0; y < height; y += 4) {
    for (let x = 0; x < width; x += 4) {
      count += 1;
      for (const [axis, value] of axesAt(data, (y * width + x) * 4).entries()) {
        sums[axis] = (sums[axis] ?? 0) + value;
        squares[axis] = (squares[axis] ?? 0) + value * value;
      }
    }
  }
  const meanOf = (axis: 0 | 1 | 2): number => (sums[axis] ?? 0) / count;
  const spreadOf = (axis: 0 | 1 | 2): number =>
    Math.sqrt(Math.max(1, (squares[axis] ?? 0) / count - meanOf(axis) ** 2));
  return { means: [meanOf(0), meanOf(1), meanOf(2)], spreads: [spreadOf(0), spreadOf(1), spreadOf(2)] };
}

/** The balance between two, `share` from 0 (first) to 1 (second). */
export function balanceBetween(first: ColourBalance, second: ColourBalance, share: number): ColourBalance {
  const between = (a: Axes, b: Axes): Axes => [
    a[0] + (b[0] - a[0]) * share,
    a[1] + (b[1] - a[1]) * share,
    a[2] + (b[2] - a[2]) * share,
  ];
  return { means: between(first.means, second.means), spreads: between(first.spreads, second.spreads) };
}

/** The picture in another balance. */
export async function rebalanced(picture: Pixels, from: ColourBalance, to: ColourBalance): Promise<Pixels> {
  const scale = ([0, 1, 2] as const).map((axis) =>
    Math.min(mostStretch, Math.max(1 / mostStretch, to.spreads[axis] / from.spreads[axis])),
  );
  const result = blank(picture);
  const { data } = result;
  const { means: old } = from;
  const { means } = to;
  const [stretchLight = 1, stretchBlue = 1, stretchRed = 1] = scale;
  await everyPixel(picture, (_x, _y, at) => {
    const [light, blueness, redness] = axesAt(picture.data, at);
    const newLight = means[0] + (light - old[0]) * stretchLight;
    const blue = newLight + means[1] + (blueness - old[1]) * stretchBlue;
    const red = newLight + means[2] + (redness - old[2]) * stretchRed;
    data[at] = within(red);
    data[at + 1] = within((newLight - weights.red * red - weights.blue * blue) / weights.green);
    data[at + 2] = within(blue);
  });
  return result;
}

const within = (value: number): number => Math.round(Math.min(255, Math.max(0, value)));
