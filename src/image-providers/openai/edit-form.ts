/** The form that starts from a picture: `POST /images/edits`. */
import { sharp } from "../../infra/sharp.ts";
import type { InputImage } from "../provider.ts";

/**
 * Fills a form with the fields, the picture and its mask. Answers null when the mask is not of the picture's size, which the
 * API would refuse.
 *
 * @param field `image` for one picture (dall-e-2), `image[]` for models that take several.
 */
export async function editForm(
  fields: Readonly<Record<string, string | number | boolean>>,
  field: "image" | "image[]",
  { bytes, mime, mask }: InputImage,
): Promise<FormData | null> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, String(value));
  form.set(field, new Blob([new Uint8Array(bytes)], { type: mime }), `image.${mime.slice("image/".length)}`);
  if (mask === undefined) return form;
  const size = await sharp(bytes).metadata();
  const transparent = await transparentMask(mask);
  if (size.width !== transparent.width || size.height !== transparent.height) return null;
  form.set("mask", new Blob([new Uint8Array(transparent.bytes)], { type: "image/png" }), "mask.png");
  return form;
}

/** Here white is painted anew; there it is what is transparent. */
async function transparentMask(mask: Buffer): Promise<{ bytes: Buffer; width: number; height: number }> {
  const { data, info } = await sharp(mask)
    .removeAlpha()
    .greyscale()
    .negate()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const kept = sharp(data, { raw: { width, height, channels } }).extractChannel(0);
  const bytes = await sharp({ create: { width, height, channels: 3, background: "#000000" } })
    .joinChannel(await kept.raw().toBuffer(), { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer();
  return { bytes, width, height };
}
