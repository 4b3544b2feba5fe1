/** A post as Bluesky stores it (lexicon app.bsky.feed.post). Made of fixed things only, so that it is the same each time. */
import { z } from "zod";
import type { PublishImage, PublishRequest } from "../publication.ts";
import { facetsOf } from "./facets.ts";

/** Where posts are kept in an account's repository. */
export const collection = "app.bsky.feed.post";

/** A file that was uploaded, as a record refers to it. */
export const blobShape = z.object({
  $type: z.literal("blob"),
  ref: z.object({ $link: z.string().min(1) }),
  mimeType: z.string(),
  size: z.number().int().positive(),
});

/** What preparing found. */
export interface PreparedParts {
  /** The stored reference of an uploaded picture; null when it is not uploaded. */
  blobOf(image: PublishImage): string | null;
  /** The id of a mentioned account; null when nobody has the handle. */
  didOf(handle: string): string | null;
}

/** The record of a post; null when a picture is not uploaded. */
export function postRecord(
  request: PublishRequest,
  { blobOf, didOf }: PreparedParts,
): Readonly<Record<string, unknown>> | null {
  const { caption, images, options, preparedAt } = request;
  const blobs = images.map(blobOf);
  if (blobs.includes(null)) return null;
  const facets = facetsOf(caption, didOf);
  const langs = options["languages"];
  const label = options["contentLabel"];
  return {
    ...{ $type: collection, text: caption, createdAt: preparedAt.toISOString() },
    ...(Array.isArray(langs) && langs.length > 0 && { langs }),
    ...(facets.length > 0 && { facets }),
    ...(images.length > 0 && {
      embed: {
        $type: "app.bsky.embed.images",
        images: images.map(({ alt, width, height }, index) => ({
          ...{ image: blobShape.parse(JSON.parse(blobs[index] ?? "")), alt, aspectRatio: { width, height } },
        })),
      },
    }),
    ...(typeof label === "string" && {
      labels: { $type: "com.atproto.label.defs#selfLabels", values: [{ val: label.replace("_", "-") }] },
    }),
  };
}
