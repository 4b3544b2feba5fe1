/** Whether a platform takes a stored picture as it is, made over, or not at all. Pure. */
import type { ImageFit } from "../generated/prisma/enums.ts";
import type { DerivativeSpec } from "../infra/pictures/derivative-spec.ts";
import type { ImageRules, RuleFault } from "../platforms/rules.ts";

/** What fitting asks about a picture. */
export interface FittedPicture {
  readonly mime: string;
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
  readonly dominantColour: string;
  /** What a crop keeps in view, from 0 to 1. */
  readonly focus: { readonly x: number; readonly y: number };
}

/** What becomes of a picture for a platform. */
export type PictureFit =
  | { readonly kind: "as-it-is" }
  | { readonly kind: "made-over"; readonly spec: DerivativeSpec }
  | { readonly kind: "refused"; readonly fault: RuleFault };

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Ratios that differ by less come from whole pixels, and no platform minds. */
const ratioTolerance = 0.004;

/**
 * Fits a picture into a platform's rules. Format, size and bytes are always cured; a ratio outside the limits only by `fit`, because
 * cropping and padding change what the picture shows.
 * @param firstRatio the ratio of the post's first picture as it is sent, for platforms that crop all to it; null for the first.
 */
export function fitPicture(
  picture: FittedPicture,
  rules: ImageRules,
  {
    fit,
    label,
    firstRatio,
  }: { readonly fit: ImageFit | null; readonly label: string; readonly firstRatio: number | null },
): PictureFit {
  const ratio = picture.width / picture.height;
  const wanted = wantedRatio(ratio, rules, firstRatio, fit);
  const needsShape = Math.abs(wanted / ratio - 1) > ratioTolerance;
  if (needsShape && fit === null) return { kind: "refused", fault: wrongRatio(picture, rules, label) };
  const crop = needsShape && fit === "CROP" ? cropTo(picture, wanted) : null;
  const shape = needsShape && fit === "PAD" ? canvasFor(picture, wanted) : (crop ?? picture);
  const scale = scaleInto(shape, rules);
  const [mime, isTaken] = formatFor(picture.mime, rules);
  if (mime === null) return { kind: "refused", fault: wrongFormat(picture, rules, label) };
  const small = picture.bytes <= rules.maxBytes;
  if (!needsShape && scale === 1 && isTaken && small) return { kind: "as-it-is" };
  const scaled = ({ width, height }: { width: number; height: number }) => ({
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  });
  // Whole pixels of a small crop miss the ratio by much; stretched to its width they do not.
  const exact = (box: { width: number; height: number }) => {
    const { width } = scaled(box);
    return { width, height: Math.max(1, Math.round(width / wanted)) };
  };
  const canvas = needsShape && fit === "PAD" ? { ...exact(shape), colour: picture.dominantColour } : null;
  const shown = crop === null ? scaled(picture) : exact(crop);
  return { kind: "made-over", spec: { mime, crop, ...shown, canvas, maxBytes: rules.maxBytes } };
}

/** The ratio in which a picture is sent. */
export const sentRatio = (picture: FittedPicture, fitted: PictureFit): number => {
  if (fitted.kind !== "made-over") return picture.width / picture.height;
  const { width, height } = fitted.spec.canvas ?? fitted.spec;
  return width / height;
};

function wantedRatio(ratio: number, rules: ImageRules, firstRatio: number | null, fit: ImageFit | null): number {
  // Without a choice the platform crops later pictures by itself; with one we do it, keeping the focus in view.
  if (rules.oneRatio && firstRatio !== null) return fit === null ? ratio : firstRatio;
  if (rules.ratio === null) return ratio;
  const { min, max } = rules.ratio;
  if (ratio < min * (1 - ratioTolerance)) return min;
  return ratio > max * (1 + ratioTolerance) ? max : ratio;
}

function cropTo({ width, height, focus }: FittedPicture, ratio: number): Box {
  const box = {
    width: Math.min(width, Math.max(1, Math.round(height * ratio))),
    height: Math.min(height, Math.max(1, Math.round(width / ratio))),
  };
  const begin = (whole: number, part: number, at: number) =>
    Math.round(Math.min(whole - part, Math.max(0, whole * at - part / 2)));
  return { ...box, left: begin(width, box.width, focus.x), top: begin(height, box.height, focus.y) };
}

const canvasFor = ({ width, height }: FittedPicture, ratio: number) => ({
  width: Math.max(width, Math.round(height * ratio)),
  height: Math.max(height, Math.round(width / ratio)),
});

/** 1 where the size is right; smaller than the platform's least is made larger, larger than its most smaller. */
function scaleInto({ width, height }: { width: number; height: number }, rules: ImageRules): number {
  const most = Math.min((rules.maxWidth ?? Infinity) / width, (rules.maxHeight ?? Infinity) / height);
  return Math.min(most, Math.max(1, rules.minWidth / width));
}

const madeHere = ["image/jpeg", "image/png", "image/webp"] as const;

/** The format to send, and whether it is the picture's own; null where this server writes none that the platform takes. */
function formatFor(mime: string, { mimes }: ImageRules): readonly [DerivativeSpec["mime"] | null, boolean] {
  const own = madeHere.find((made) => made === mime);
  if (own !== undefined && mimes.includes(own)) return [own, true];
  return [mimes.flatMap((taken) => madeHere.find((made) => made === taken) ?? [])[0] ?? null, false];
}

function wrongRatio({ width, height }: FittedPicture, rules: ImageRules, label: string): RuleFault {
  const { min = 0, max = 0 } = rules.ratio ?? {};
  const found = `The picture measures ${width} × ${height} (ratio ${(width / height).toFixed(2)})`;
  return {
    code: "RATIO",
    message: `${found}; ${label} takes ${min.toFixed(2)} to ${max.toFixed(2)}. Set the target's \`fit\` to CROP or PAD, or choose another picture.`,
  };
}

const wrongFormat = ({ mime }: FittedPicture, { mimes }: ImageRules, label: string): RuleFault => ({
  code: "UNSUPPORTED_FORMAT",
  message: `The picture is ${mime}; ${label} takes ${mimes.join(", ")}.`,
});
