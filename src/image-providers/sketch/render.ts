/** Turns layers into pixels, one after the other, off the event loop. */
import { renderAsync } from "@resvg/resvg-js";
import sharp, { type Raw } from "sharp";
import { createDrawing } from "./drawing.ts";
import { createRandom } from "./random.ts";
import type { Layer, MirrorLayer, PaintedLayer, Stage, TreatmentLayer } from "./stage.ts";

/** RGBA pixels of the whole picture. */
export type Canvas = Buffer;

/** Soft layers have no detail finer than this many pixels. */
const softness = 4;
const grainSize = 256;
const previewSide = 256;
/** A mirror image keeps only this many rows: ripples smear all else into columns of colour. */
const mirrorRows = 6;

type RawLayer = Raw & { readonly premultiplied?: boolean };

/** Puts one layer onto the canvas; null is the bare canvas before the first layer. */
export async function addLayer(canvas: Canvas | null, layer: Layer, stage: Stage): Promise<Canvas> {
  const size = { width: stage.width, height: stage.height, channels: 4 } as const satisfies Raw;
  if ("mirror" in layer) {
    return canvas === null ? Buffer.alloc(stage.width * stage.height * 4) : mirror(canvas, layer, size);
  }
  if ("treat" in layer) {
    return treated(canvas, layer, stage);
  }
  const { pixels, raw } = await rasterise(layer, stage);
  if (canvas === null) {
    return pixels;
  }
  return sharp(canvas, { raw: size })
    .composite([{ input: pixels, raw, blend: layer.blend ?? "over" }])
    .raw()
    .toBuffer();
}

async function treated(canvas: Canvas | null, layer: TreatmentLayer, stage: Stage): Promise<Canvas> {
  const { width, height } = stage;
  const data = canvas ?? Buffer.alloc(width * height * 4, 255);
  const picture = await layer.treat({ data, width, height }, stage);
  return Buffer.from(picture.data.buffer, picture.data.byteOffset, picture.data.byteLength);
}

/** The finished PNG: opaque, on request with a breath of grain that hides the steps in dark gradients. */
export async function finishPng(canvas: Canvas, stage: Stage, grainy: boolean): Promise<Buffer> {
  const { width, height } = stage;
  const raw = { width: grainSize, height: grainSize, channels: 4 } as const satisfies Raw;
  return sharp(canvas, { raw: { width, height, channels: 4 } })
    .composite(grainy ? [{ input: grain, raw, tile: true }] : [])
    .removeAlpha()
    .png({ compressionLevel: 6 })
    .toBuffer();
}

/** The picture so far, at most 256 pixels on its longer side. */
export async function unfinishedPng(canvas: Canvas, { width, height }: Stage): Promise<Buffer> {
  return sharp(canvas, { raw: { width, height, channels: 4 } })
    .resize(previewSide, previewSide, { fit: "inside" })
    .removeAlpha()
    .png({ compressionLevel: 1 })
    .toBuffer();
}

async function rasterise(layer: PaintedLayer, stage: Stage): Promise<{ pixels: Buffer; raw: RawLayer }> {
  const { width, height } = stage;
  const drawing = createDrawing();
  layer.paint(drawing, stage);
  const shrink = layer.soft === true ? softness : 1;
  const [across, down] = [Math.ceil(width / shrink), Math.ceil(height / shrink)];
  const svg = drawing.toSvg(width, height, across, down);
  const image = await renderAsync(svg, { font: { loadSystemFonts: false }, logLevel: "off" });
  // resvg answers premultiplied pixels; without saying so every soft edge would come out dark.
  const raw = { width: across, height: down, channels: 4, premultiplied: true } as const;
  if (layer.blend === "screen") {
    // Premultiplied colour without its alpha is light on black: just what "screen" adds. With alpha, libvips adds half of it.
    const light = sharp(image.pixels, { raw: { ...raw, premultiplied: false } }).removeAlpha();
    const pixels = await light.resize(width, height, { fit: "fill", kernel: "cubic" }).raw().toBuffer();
    return { pixels, raw: { width, height, channels: 3 } };
  }
  if (shrink === 1) {
    return { pixels: image.pixels, raw };
  }
  // sharp undoes the premultiplication when it reads, so what it answers is straight.
  const enlarged = sharp(image.pixels, { raw }).resize(width, height, { fit: "fill", kernel: "cubic" });
  return { pixels: await enlarged.raw().toBuffer(), raw: { width, height, channels: 4 } };
}

/** Lays what stands above the waterline below it, upside down and smeared downwards as ripples do. */
async function mirror(canvas: Canvas, { mirror: { waterline } }: MirrorLayer, size: Raw): Promise<Canvas> {
  const top = Math.min(size.height - 1, Math.max(1, Math.round(waterline)));
  const depth = size.height - top;
  const seen = Math.min(top, depth);
  const above = { left: 0, top: top - seen, width: size.width, height: seen };
  const short = mirrorRows;
  const flipped = await sharp(canvas, { raw: size })
    .extract(above)
    .flip()
    .resize(size.width, short, { fit: "fill" })
    .raw()
    .toBuffer();
  const reflection = await sharp(flipped, { raw: { ...size, height: short } })
    .resize(size.width, depth, { fit: "fill", kernel: "cubic" })
    .raw()
    .toBuffer();
  return sharp(canvas, { raw: size })
    .composite([{ input: reflection, raw: { ...size, height: depth }, left: 0, top }])
    .raw()
    .toBuffer();
}

/** Specks of black and white, nearly transparent; the same in every picture. */
const grain = makeGrain();

function makeGrain(): Buffer {
  const random = createRandom(7);
  const pixels = Buffer.alloc(grainSize * grainSize * 4);
  for (let at = 0; at < pixels.length; at += 4) {
    const speck = random.next() + random.next() - 1;
    pixels.fill(speck > 0 ? 255 : 0, at, at + 3);
    pixels[at + 3] = Math.round(Math.abs(speck) * 7);
  }
  return pixels;
}
