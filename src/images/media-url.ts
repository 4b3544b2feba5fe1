import type { Clock } from "../infra/clock.ts";
import type { KeyRing } from "../infra/key-ring.ts";
import { signMedia } from "../infra/media-signature.ts";
import type { UnfinishedVariant } from "./unfinished-file.ts";

/** What a signed address may lead to: a stored file to show, or the original to save under a readable name. */
export const mediaVariants = ["original", "preview", "thumb", "download"] as const;

/** One of them. */
export type MediaVariant = (typeof mediaVariants)[number];

/**
 * The public, signed address of a picture's file; for `derivative` the id is that of the made-over picture. It works for a
 * day or two and needs no sign-in.
 */
export function mediaUrl(
  { mediaKeys, clock, config }: { mediaKeys: KeyRing; clock: Clock; config: { readonly PUBLIC_URL: string } },
  imageId: string,
  variant: MediaVariant | UnfinishedVariant | "derivative",
): string {
  return `${config.PUBLIC_URL}${signMedia({ imageId, variant }, mediaKeys, clock.now())}`;
}
