import { type Sharp, sharp } from "../sharp.ts";
import type { DerivativeSpec } from "./derivative-spec.ts";
import type { DigitalSourceType } from "./digital-source-type.ts";
import { markPng, provenanceXmp } from "./provenance.ts";

/** A picture made over. Its sides may be smaller than asked for where its bytes would not fit otherwise. */
export interface RenderedDerivative {
  readonly content: Buffer;
  readonly width: number;
  readonly height: number;
}

/** Tried one after the other until the file fits. */
const qualities = [90, 82, 74, 66] as const;
/** Each further round makes the sides smaller by this. */
const shrinking = 0.8;
const mostRounds = 12;

/**
 * Makes a stored original over: crop, size, canvas, format, bytes; marked with its provenance like every file of ours. Rejects when it cannot
 * be brought under `maxBytes` at any size, or the original cannot be decoded.
 */
export async function renderDerivative(
  original: Buffer,
  spec: DerivativeSpec,
  provenance: DigitalSourceType | null,
): Promise<RenderedDerivative> {
  for (let round = 0; round < mostRounds; round += 1) {
    const scale = shrinking ** round;
    for (const quality of spec.mime === "image/png" ? [100] : qualities) {
      const { data, info } = await encode(drawn(original, spec, scale), spec, { quality, provenance });
      const content = spec.mime === "image/png" && provenance !== null ? markPng(data, provenance) : data;
      if (content.length <= spec.maxBytes) return { content, width: info.width, height: info.height };
    }
  }
  throw new Error(`A picture of ${spec.width} × ${spec.height} does not fit into ${spec.maxBytes} bytes at any size.`);
}

function drawn(original: Buffer, { mime, crop, width, height, canvas }: DerivativeSpec, scale: number): Sharp {
  const scaled = (side: number) => Math.max(1, Math.round(side * scale));
  const part = sharp(original, { sequentialRead: true });
  const shown = crop === null ? part : part.extract(crop);
  const sized = shown.resize(scaled(width), scaled(height), { fit: "fill" });
  // JPEG knows no transparency: what shows through is white, as on most pages.
  const ground = canvas?.colour ?? (mime === "image/jpeg" ? "#ffffff" : null);
  const flat = ground === null ? sized : sized.flatten({ background: ground });
  if (canvas === null) return flat;
  const [across, down] = [scaled(canvas.width) - scaled(width), scaled(canvas.height) - scaled(height)];
  const [left, top] = [Math.max(0, Math.floor(across / 2)), Math.max(0, Math.floor(down / 2))];
  const [right, bottom] = [Math.max(0, across - left), Math.max(0, down - top)];
  return flat.extend({ left, top, right, bottom, background: canvas.colour });
}

function encode(
  image: Sharp,
  { mime }: DerivativeSpec,
  { quality, provenance }: { readonly quality: number; readonly provenance: DigitalSourceType | null },
) {
  const coloured = image.toColourspace("srgb");
  if (mime === "image/png") return coloured.png().toBuffer({ resolveWithObject: true });
  const file = mime === "image/webp" ? coloured.webp({ quality, smartSubsample: true }) : coloured.jpeg({ quality });
  const marked = provenance === null ? file : file.withXmp(provenanceXmp(provenance));
  return marked.toBuffer({ resolveWithObject: true });
}
