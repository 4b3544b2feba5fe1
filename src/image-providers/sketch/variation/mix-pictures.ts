/**
 * A picture and a drawing made one. Both are brought to the same colours; then parts of the picture are painted over with the
 * drawing, beginning around its subjects and where the two are alike anyway. Broad colours pass into each other slowly, details
 * quickly, so that there is no seam to be seen and little shines through. The subjects themselves come in whole or not at all.
 */
import type { Drawing } from "../drawing.ts";
import {
  blank,
  everyPixel,
  type Field,
  lightnessAt,
  noiseField,
  opacityOf,
  type Pixels,
  softened,
  softenedField,
} from "../pixels.ts";
import type { Stage } from "../stage.ts";
import { balanceBetween, measureBalance, rebalanced } from "./colour-balance.ts";

/** Width of the passage between both, as a share of all pixels in their order. */
const passage = 0.2;

/** From this strength on the drawing's subjects stand in the picture. */
const subjectsFrom = 0.25;

/** Widths of what is broad, as shares of the unit: broad colours, forms, and what is left are details. */
const widths = { broad: 0.14, form: 0.03 };

/** What is mixed. */
export interface Mixture {
  readonly start: Pixels;
  readonly drawing: Pixels;
  /** 0 keeps the picture, 1 the drawing. */
  readonly strength: number;
  /** The drawing's subjects alone. */
  readonly subjects: Drawing;
}

/** Mixes them; the same for the same pictures and stage. */
export async function mixPictures({ start, drawing, strength, subjects }: Mixture, stage: Stage): Promise<Pixels> {
  const [startBalance, drawingBalance] = [measureBalance(start), measureBalance(drawing)];
  const shared = balanceBetween(startBalance, drawingBalance, strength);
  const first = await bandsOf(await rebalanced(start, startBalance, shared), stage);
  const second = await bandsOf(await rebalanced(drawing, drawingBalance, shared), stage);
  const figures = await opacityOf(subjects, start);
  const cover = await paintedOver({ first, second, figures, strength, stage });
  const formCover = await softenedField(cover, start, stage.unit * widths.form * 2);
  const broadCover = await softenedField(cover, start, stage.unit * widths.broad * 2);
  const seen = strength >= subjectsFrom ? 1 : 0;
  const result = blank(start);
  await everyPixel(start, (x, y, at) => {
    const here = y * start.width + x;
    const [fine, form, broad] = [at255(cover, here), at255(formCover, here), at255(broadCover, here)];
    const figure = at255(figures, here) * seen;
    for (let channel = at; channel < at + 3; channel++) {
      const [wholeA, formA, broadA] = valuesAt(first, channel);
      const [wholeB, formB, broadB] = valuesAt(second, channel);
      const mixed =
        between(broadA, broadB, broad) +
        between(formA - broadA, formB - broadB, form) +
        between(wholeA - formA, wholeB - formB, fine);
      result.data[channel] = Math.round(within(between(mixed, wholeB, figure)));
    }
  });
  return result;
}

interface Bands {
  readonly whole: Pixels;
  readonly form: Pixels;
  readonly broad: Pixels;
}

const valuesAt = ({ whole, form, broad }: Bands, at: number): [number, number, number] => [
  whole.data[at] ?? 0,
  form.data[at] ?? 0,
  broad.data[at] ?? 0,
];

async function bandsOf(whole: Pixels, { unit }: Stage): Promise<Bands> {
  return {
    whole,
    form: await softened(whole, unit * widths.form),
    broad: await softened(whole, unit * widths.broad),
  };
}

interface Passage {
  readonly first: Bands;
  readonly second: Bands;
  readonly figures: Field;
  readonly strength: number;
  readonly stage: Stage;
}

/** How much of the drawing is seen at each pixel, 0–255: over the whole picture as much as the strength says. */
async function paintedOver({ first, second, figures, strength, stage }: Passage): Promise<Field> {
  const { width, height } = first.whole;
  const [islands, ragged, near] = await Promise.all([
    noiseField(stage.random("islands"), first.whole, stage.unit * 0.35),
    noiseField(stage.random("ragged"), first.whole, stage.unit * 0.04),
    softenedField(figures, first.whole, stage.unit * 0.3),
  ]);
  // Around subjects first; where none come in, what they would have stood on is left alone.
  const attraction = strength >= subjectsFrom ? -0.9 : 1.2;
  const order = new Uint8Array(width * height);
  await everyPixel(first.whole, (x, y, at) => {
    const here = y * width + x;
    const unlike = Math.abs(lightnessAt(first.form.data, at) - lightnessAt(second.form.data, at));
    const late = (islands[here] ?? 0) * 0.4 + (ragged[here] ?? 0) * 0.08 + Math.min(160, unlike) * 0.3;
    order[here] = within(80 + late + Math.min(128, near[here] ?? 0) * attraction);
  });
  const shares = sharesOf(order);
  const front = strength * (1 + passage) - passage / 2;
  return order.map((late) => {
    const t = Math.min(1, Math.max(0, 0.5 + (front - (shares[late] ?? 0)) / passage));
    return Math.round(255 * t * t * (3 - 2 * t));
  });
}

/** For each value, the share of all that lie below it, and half of those that have it. */
function sharesOf(order: Field): number[] {
  const counts = Array.from({ length: 256 }, () => 0);
  for (const value of order) counts[value] = (counts[value] ?? 0) + 1;
  let below = 0;
  return counts.map((count) => {
    const share = (below + count / 2) / order.length;
    below += count;
    return share;
  });
}

const at255 = (field: Field, index: number): number => (field[index] ?? 0) / 255;
const between = (first: number, second: number, share: number): number => first + (second - first) * share;
const within = (value: number): number => Math.min(255, Math.max(0, value));
