/** Where avatars lie in storage, and where they are served. */
import type { ObjectStorage } from "../../infra/storage.ts";

/** Sides of an avatar's files in pixels, the largest first. A picture that is smaller is never enlarged. */
export const avatarSizes = [512, 256, 96] as const;

/** One of {@link avatarSizes}. */
export type AvatarSize = (typeof avatarSizes)[number];

/**
 * `avatars/ab/<avatarId>.512.webp`. The id is made anew with each upload: so no two people share a file, an address never
 * changes its picture, and whoever does not know it cannot guess it.
 */
export const avatarKey = (avatarId: string, size: AvatarSize): string =>
  `avatars/${avatarId.slice(0, 2)}/${avatarId}.${size}.webp`;

/** Removes an avatar's files. */
export async function removeAvatarFiles(storage: ObjectStorage, avatarId: string): Promise<void> {
  for (const size of avatarSizes) await storage.delete(avatarKey(avatarId, size));
}

/** The public address of an avatar: it needs no sign-in, and works for as long as the avatar is somebody's. */
export const avatarUrl = (
  { config }: { readonly config: { readonly PUBLIC_URL: string } },
  avatarId: string,
  size: AvatarSize,
): string => `${config.PUBLIC_URL}/avatars/${avatarId}/${size}`;
