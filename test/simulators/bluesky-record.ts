/** What a server of Bluesky checks about a post before it takes it. */
import { z } from "zod";

const blob = z.strictObject({
  $type: z.literal("blob"),
  ref: z.strictObject({ $link: z.string() }),
  mimeType: z.string().startsWith("image/"),
  size: z.number().int().positive().max(1_000_000, "BlobTooLarge"),
});
const side = z.number().int().min(1);
const embed = z.strictObject({
  $type: z.literal("app.bsky.embed.images"),
  images: z
    .array(z.strictObject({ image: blob, alt: z.string(), aspectRatio: z.strictObject({ width: side, height: side }) }))
    .min(1)
    .max(4),
});
const feature = z.discriminatedUnion("$type", [
  z.strictObject({ $type: z.literal("app.bsky.richtext.facet#link"), uri: z.url() }),
  z.strictObject({ $type: z.literal("app.bsky.richtext.facet#mention"), did: z.string().startsWith("did:") }),
  z.strictObject({ $type: z.literal("app.bsky.richtext.facet#tag"), tag: z.string().min(1).max(640) }),
]);
const facet = z.strictObject({
  index: z.strictObject({ byteStart: z.number().int().min(0), byteEnd: z.number().int().min(1) }),
  features: z.array(feature).length(1),
});

const record = z
  .strictObject({
    $type: z.literal("app.bsky.feed.post"),
    text: z.string(),
    createdAt: z.iso.datetime({ precision: 3 }),
    langs: z
      .array(z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]+)*$/))
      .max(3)
      .optional(),
    facets: z.array(facet).min(1).optional(),
    embed: embed.optional(),
    labels: z
      .strictObject({
        $type: z.literal("com.atproto.label.defs#selfLabels"),
        values: z.array(z.strictObject({ val: z.string() })).max(10),
      })
      .optional(),
  })
  .superRefine(({ text, facets = [] }, context) => {
    const graphemes = [...new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text)].length;
    if (graphemes > 300) context.addIssue("Record/text must not be longer than 300 graphemes");
    if (Buffer.byteLength(text) > 3_000) context.addIssue("Record/text must not be longer than 3000 bytes");
    const bytes = Buffer.from(text);
    let last = 0;
    for (const { index, features } of facets) {
      const part = bytes.subarray(index.byteStart, index.byteEnd).toString();
      const whole = index.byteStart >= last && index.byteEnd <= bytes.length && !part.includes("\uFFFD");
      const tag = features[0]?.$type.endsWith("#tag") === true;
      const mention = features[0]?.$type.endsWith("#mention") === true;
      const begins = tag ? /^[#＃]/.test(part) : mention ? part.startsWith("@") : /^\S+\.\S+$/.test(part);
      if (!whole || !begins || part.length === 0) context.addIssue(`Record/facets: "${part}" is no such span`);
      last = index.byteEnd;
    }
  });

/** A post as it was put. */
export type PutRecord = z.output<typeof record>;

/** The body of a put. */
export const putBody = z.strictObject({
  repo: z.string(),
  collection: z.literal("app.bsky.feed.post"),
  rkey: z.string(),
  record: z.looseObject({ $type: z.literal("app.bsky.feed.post") }),
});

/** Reads a record; a text says why it is refused. */
export function readRecord(value: unknown): PutRecord | string {
  const parsed = record.safeParse(value);
  return parsed.success ? parsed.data : `Invalid app.bsky.feed.post record: ${parsed.error.issues[0]?.message}`;
}
