import type { Pixels } from "../../infra/pictures/decode-image.ts";
import { type Sharp, sharp } from "../../infra/sharp.ts";
import { type AvatarSize, avatarSizes } from "./avatar-files.ts";

/** The middle square of a picture as WebP in every avatar size; none is larger than the picture. Nothing but pixels survives. */
export async function renderAvatar(picture: Pixels): Promise<ReadonlyMap<AvatarSize, Buffer>> {
  const files = new Map<AvatarSize, Buffer>();
  let pixels = picture;
  // Each size is made from the one before, so that the large picture is gone through once.
  for (const size of avatarSizes) {
    pixels = await square(pixels, size);
    files.set(size, await fromPixels(pixels).webp({ quality: 85, smartSubsample: true }).toBuffer());
  }
  return files;
}

async function square(pixels: Pixels, most: number): Promise<Pixels> {
  const side = Math.min(most, pixels.width, pixels.height);
  const cut = fromPixels(pixels).resize(side, side, { fit: "cover" });
  const { data, info } = await cut.raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: pixels.channels };
}

function fromPixels({ data, width, height, channels }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels } });
}
