import type { OpenedPicture } from "../../infra/pictures/decode-image.ts";
import { type Sharp, sharp } from "../../infra/sharp.ts";
import { type AvatarSize, avatarSizes } from "./avatar-files.ts";

/**
 * The middle square of a picture as WebP in every avatar size; none is larger than the picture. Nothing but pixels survives.
 * Rejects when the pixels cannot be decoded.
 */
export async function renderAvatar({ header, pixels }: OpenedPicture): Promise<ReadonlyMap<AvatarSize, Buffer>> {
  const files = new Map<AvatarSize, Buffer>();
  const largest = Math.min(header.width, header.height);
  let source = pixels();
  // Each size is made from the one before, so that the large picture is gone through once.
  for (const size of avatarSizes) {
    const square = await cut(source, Math.min(size, largest));
    files.set(size, await square().webp({ quality: 85, smartSubsample: true }).toBuffer());
    source = square();
  }
  return files;
}

async function cut(source: Sharp, side: number): Promise<() => Sharp> {
  const { data, info } = await source.resize(side, side, { fit: "cover" }).raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return () => sharp(data, { raw: { width, height, channels } });
}
