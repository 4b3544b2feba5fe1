import { createHash } from "node:crypto";
import type { Prisma } from "../generated/prisma/client.ts";
import type { PublishImage } from "../platforms/publication.ts";

/** Everything that decides what a target sends. */
export const targetContent = {
  socialAccount: true,
  post: {
    include: {
      images: { include: { image: true }, orderBy: { position: "asc" } },
      workspace: { select: { reviewPolicy: true } },
    },
  },
} as const satisfies Prisma.PostTargetInclude;

/** A target with everything that decides what it sends. */
export type TargetWithContent = Prisma.PostTargetGetPayload<{ include: typeof targetContent }>;

/** What a target will say: its own caption, or the post's. */
export const effectiveCaption = (target: { caption: string | null; post: { caption: string } }): string =>
  target.caption ?? target.post.caption;

/** A picture of a post as it is stored. */
export type PostPicture = Omit<PublishImage, "read" | "url"> & { readonly imageId: string };

/** The pictures a target will show, in order. A picture without a file is left out: scheduling refuses it before. */
export function effectiveImages({ post }: TargetWithContent): PostPicture[] {
  return post.images.flatMap(({ image, imageId, altText }) => {
    const { sha256, extension, mime, width, height, dominantColour, provenance } = image;
    if (sha256 === null || extension === null || mime === null || width === null || height === null) return [];
    const alt = altText ?? image.altText ?? image.title ?? "";
    return [
      { imageId, sha256, extension, mime, width, height, alt, dominantColour: dominantColour ?? "#808080", provenance },
    ];
  });
}

/** Hash of what a target will send. What is sent must match what was scheduled (I-12). */
export function contentHash(target: TargetWithContent): string {
  const images = effectiveImages(target).map(({ sha256, alt }) => ({ sha256, alt }));
  const { platform, remoteId } = target.socialAccount;
  return createHash("sha256")
    .update(JSON.stringify({ platform, remoteId, caption: effectiveCaption(target), images }))
    .digest("hex");
}
