/** Which size a request gets, and whether the model makes it. */
import { defaultSize, type ImageModel, type PictureSize, type SideLimits } from "../image-providers/capabilities.ts";
import type { ValidationIssue } from "../infra/errors.ts";
import { hasShape, parseShape, sizeOfShape } from "./picture-shape.ts";

/** What somebody asked for; a picture to start from has a size as well. */
export interface AskedSize {
  readonly width: number | null;
  readonly height: number | null;
  /** Such as "16:9". */
  readonly aspectRatio: string | null;
}

/** A size, or what is wrong with the wish. */
export interface ChosenSize {
  readonly size: PictureSize;
  readonly issues: readonly ValidationIssue[];
}

/**
 * The size of a request: width and height as asked, or the model's best for a shape, or the model's best for the shape of the
 * picture to start from, or its default.
 */
export function chooseSize(asked: AskedSize, model: ImageModel, label: string, start: PictureSize | null): ChosenSize {
  const { width, height, aspectRatio } = asked;
  if (aspectRatio !== null) {
    return width === null && height === null
      ? ofShape(aspectRatio, model, label)
      : refused(model, "CONFLICTING", "Name a width and height, or an aspect ratio, not both.");
  }
  const likeStart = width === null && height === null && start !== null;
  const fallback = likeStart ? sizeOfShape(model, start.width / start.height) : defaultSize(model);
  const size = { width: width ?? fallback.width, height: height ?? fallback.height };
  return { size, issues: sizeIssues(size, label, model) };
}

function ofShape(aspectRatio: string, model: ImageModel, label: string): ChosenSize {
  const shape = parseShape(aspectRatio);
  if (shape === null) {
    const message = `The aspect ratio is ${JSON.stringify(aspectRatio)}; write width, colon, height, such as "16:9".`;
    return refused(model, "INVALID_RATIO", message);
  }
  const size = sizeOfShape(model, shape);
  if (hasShape(size, shape)) return { size, issues: [] };
  const message = `${label} makes no ${aspectRatio} with ${model.label}. It makes ${shapesOf(model)}.`;
  return refused(model, "UNKNOWN_RATIO", message);
}

const refused = (model: ImageModel, code: string, message: string): ChosenSize => ({
  size: defaultSize(model),
  issues: [{ path: ["aspectRatio"], code, message }],
});

function shapesOf({ sizes }: ImageModel): string {
  if (sizes.kind === "RATIOS") return sizes.sizes.map(({ ratio }) => ratio).join(", ");
  if (sizes.kind === "LIST") return sizes.sizes.map(({ width, height }) => `${width} × ${height}`).join(", ");
  const { width, height, maxRatio } = sizes;
  const most = Math.min(maxRatio ?? Number.POSITIVE_INFINITY, Math.max(width.max / height.min, height.max / width.min));
  return `pictures with one side at most ${Number(most.toFixed(2))} times the other`;
}

/** One fault after the other: a size that is too small need not hear that it is too large as well. */
function sizeIssues({ width, height }: PictureSize, label: string, { sizes }: ImageModel): ValidationIssue[] {
  const asked = `${width} × ${height}`;
  if (sizes.kind !== "RANGE") {
    if (sizes.sizes.some((size) => size.width === width && size.height === height)) return [];
    const allowed = sizes.sizes.map((size) => `${size.width} × ${size.height}`).join(", ");
    return [{ path: ["width"], code: "UNKNOWN_SIZE", message: `The size is ${asked}; ${label} makes ${allowed}.` }];
  }
  const sides = [
    ...sideIssues("width", width, label, sizes.width),
    ...sideIssues("height", height, label, sizes.height),
  ];
  if (sides.length > 0) return sides;
  if (width * height > sizes.maxPixels) {
    const message = `${asked} is ${width * height} pixels; ${label} makes at most ${sizes.maxPixels}.`;
    return [{ path: ["width"], code: "TOO_LARGE", message }];
  }
  const ratio = Math.max(width, height) / Math.min(width, height);
  if (sizes.maxRatio !== undefined && ratio > sizes.maxRatio) {
    const message = `${asked} is too narrow; with ${label} one side is at most ${sizes.maxRatio} times the other.`;
    return [{ path: ["width"], code: "TOO_NARROW", message }];
  }
  return [];
}

function sideIssues(field: string, side: number, label: string, { min, max, step }: SideLimits): ValidationIssue[] {
  const allowed = `${label} takes ${min} to ${max} pixels${step === 1 ? "" : ` in steps of ${step}`}`;
  if (side < min) return [{ path: [field], code: "TOO_SMALL", message: `The ${field} is ${side}; ${allowed}.` }];
  if (side > max) return [{ path: [field], code: "TOO_LARGE", message: `The ${field} is ${side}; ${allowed}.` }];
  if (side % step !== 0)
    return [{ path: [field], code: "INVALID_STEP", message: `The ${field} is ${side}; ${allowed}.` }];
  return [];
}
