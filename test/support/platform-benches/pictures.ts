import { createHash } from "node:crypto";
import { sharp } from "../../../src/infra/sharp.ts";
import type { PublishImage } from "../../../src/platforms/publication.ts";

/** A real picture of a post. Another `hue` makes another file. */
export async function publishImage(hue = 20, change: Partial<PublishImage> = {}): Promise<PublishImage> {
  const background = { r: hue % 256, g: 96, b: 160 };
  const bytes = await sharp({ create: { width: 96, height: 64, channels: 3, background } })
    .jpeg()
    .toBuffer();
  return {
    sha256: createHash("sha256").update(bytes).digest("hex"),
    ...{ extension: "jpg", mime: "image/jpeg", width: 96, height: 64 },
    ...{ alt: `A flat picture number ${hue}.`, dominantColour: "#1460a0", provenance: "trainedAlgorithmicMedia" },
    read: () => Promise.resolve(bytes),
    url: `https://atelier.example/media/${hue}.jpg`,
    ...change,
  };
}
