import { createHash } from "node:crypto";
import { z } from "zod";
import type { Prisma } from "../generated/prisma/client.ts";
import type { PublishImage } from "../platforms/publication.ts";
import type { OptionValues } from "../platforms/rules.ts";

/** Everything that decides what a target sends. */
export const targetContent = {
  socialAccount: true,
  post: {
    include: {
      images: { include: { image: true }, orderBy: { position: "asc" } },
      workspace: { select: { reviewPolicy: true, postApprovalPolicy: true } },
    },
  },
} as const satisfies Prisma.PostTargetInclude;

/** A target with everything that decides what it sends. */
export type TargetWithContent = Prisma.PostTargetGetPayload<{ include: typeof targetContent }>;

/** What decides what a target sends, saved or not. */
export interface TargetContent
  extends Pick<TargetWithContent, "position" | "caption" | "options" | "fit" | "socialAccount"> {
  readonly post: Pick<TargetWithContent["post"], "caption" | "workspace"> & {
    readonly images: readonly Pick<
      TargetWithContent["post"]["images"][number],
      "imageId" | "altText" | "focusX" | "focusY" | "image"
    >[];
  };
}

const optionValues = z.record(z.string(), z.union([z.boolean(), z.string(), z.array(z.string())]));

/** What a target will say: its own caption, or the post's. */
export const effectiveCaption = (target: { caption: string | null; post: { caption: string } }): string =>
  target.caption ?? target.post.caption;

/** The platform's own options that a target sets. */
export const effectiveOptions = (target: { readonly options: unknown }): OptionValues =>
  optionValues.parse(target.options);

/** A picture of a post as it is stored. */
export type PostPicture = Omit<PublishImage, "read" | "url"> & {
  readonly imageId: string;
  readonly bytes: number;
  /** What a crop keeps in view, from 0 to 1. */
  readonly focus: { readonly x: number; readonly y: number };
};

/** The pictures a target will show, in order. A picture without a file is left out: scheduling refuses it before. */
export function effectiveImages({ post }: Pick<TargetContent, "post">): PostPicture[] {
  return post.images.flatMap(({ image, imageId, altText, focusX, focusY }) => {
    const { sha256, extension, mime, bytes, width, height, dominantColour, provenance } = image;
    if (sha256 === null || extension === null || mime === null) return [];
    if (bytes === null || width === null || height === null) return [];
    const alt = altText ?? image.altText ?? image.title ?? "";
    return [
      {
        ...{ imageId, sha256, extension, mime, bytes, width, height, alt, provenance },
        dominantColour: dominantColour ?? "#808080",
        focus: { x: focusX ?? 0.5, y: focusY ?? 0.5 },
      },
    ];
  });
}

/** Hash of what readers of a target see: two with the same look alike, whatever their alt texts and options. */
export function likenessHash(target: TargetContent): string {
  const caption = effectiveCaption(target).normalize("NFKC").replaceAll(/\s+/g, " ").trim();
  const content = { caption, images: effectiveImages(target).map(({ sha256 }) => sha256) };
  return createHash("sha256").update(JSON.stringify(content)).digest("hex");
}

/** Hash of what a target will send. What is sent must match what was scheduled (I-12). */
export function contentHash(target: TargetContent): string {
  const images = effectiveImages(target).map(({ sha256, alt, focus }) => ({ sha256, alt, focus }));
  const { platform, remoteId } = target.socialAccount;
  const options = Object.entries(effectiveOptions(target)).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const content = { platform, remoteId, caption: effectiveCaption(target), images, options, fit: target.fit };
  return createHash("sha256").update(JSON.stringify(content)).digest("hex");
}
