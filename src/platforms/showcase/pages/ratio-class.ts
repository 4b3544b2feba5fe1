import { type Html, html } from "./html.ts";

/**
 * The shapes that the stylesheet knows as `.ratio-WxH`, narrow to wide. A page under a strict content security policy cannot
 * carry a picture's own number in a style attribute, so the nearest shape decides how much room a picture gets; the picture
 * itself is always shown whole, in its own ratio. Browsers with typed `attr()` take the exact number from `data-ratio`.
 */
export const ratioShapes = [
  [1, 3],
  [3, 7],
  [1, 2],
  [9, 16],
  [3, 5],
  [2, 3],
  [3, 4],
  [4, 5],
  [7, 8],
  [1, 1],
  [8, 7],
  [5, 4],
  [4, 3],
  [3, 2],
  [5, 3],
  [7, 4],
  [19, 10],
  [2, 1],
  [7, 3],
  [3, 1],
] as const satisfies readonly (readonly [number, number])[];

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The attributes that tell the stylesheet a picture's shape; `others` are further classes of the same element. */
export function ratioAttributes(size: Size, others: string): Html {
  return html`class="${others} ${nearestShape(size)}" data-ratio="${(size.width / size.height).toFixed(4)}"`;
}

/** The class of the shape that comes nearest, for example `ratio-3x2` for 1536 × 1024 pixels. */
export function nearestShape({ width, height }: Size): string {
  const wanted = Math.log(width / height);
  const distance = ([w, h]: readonly [number, number]): number => Math.abs(Math.log(w / h) - wanted);
  const [w, h] = ratioShapes.reduce<readonly [number, number]>(
    (best, shape) => (distance(shape) < distance(best) ? shape : best),
    [1, 1],
  );
  return `ratio-${w}x${h}`;
}
