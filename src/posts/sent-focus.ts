import type { DerivativeSpec } from "../infra/pictures/derivative-spec.ts";

/** A point of a picture: parts of width and height, from the upper left. */
interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Where the focus of a stored picture lies in what is sent of it: a crop moves it, and so does a canvas around it. Null for the
 * middle, which every platform keeps in sight by itself. Pure.
 * @param spec how it is made over; null: it is sent as it is.
 */
export function sentFocus(
  { width, height, focus }: { readonly width: number; readonly height: number; readonly focus: Point },
  spec: DerivativeSpec | null,
): Point | null {
  if (focus.x === 0.5 && focus.y === 0.5) return null;
  const crop = spec?.crop ?? { left: 0, top: 0, width, height };
  const shown = {
    x: within((focus.x * width - crop.left) / crop.width),
    y: within((focus.y * height - crop.top) / crop.height),
  };
  if (spec === null || spec.canvas === null) return shown;
  // The picture lies on the middle of its canvas.
  const onCanvas = (part: number, size: number, canvas: number) => within(((canvas - size) / 2 + part * size) / canvas);
  return {
    x: onCanvas(shown.x, spec.width, spec.canvas.width),
    y: onCanvas(shown.y, spec.height, spec.canvas.height),
  };
}

/** A crop that is too small to hold a focus at the edge keeps its own edge in sight. */
const within = (part: number): number => Math.min(1, Math.max(0, part));
