import type { Clock } from "../infra/clock.ts";
import type { KeyRing } from "../infra/key-ring.ts";
import { signMedia } from "../infra/media-signature.ts";
import type { ObjectVariant } from "../infra/storage.ts";

/** The public, signed address of a picture's file; it works for a day or two and needs no sign-in. */
export function mediaUrl(
  { mediaKeys, clock, config }: { mediaKeys: KeyRing; clock: Clock; config: { readonly PUBLIC_URL: string } },
  imageId: string,
  variant: ObjectVariant,
): string {
  return `${config.PUBLIC_URL}${signMedia({ imageId, variant }, mediaKeys, clock.now())}`;
}
