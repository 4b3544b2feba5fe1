/** What a Facebook Page takes (https://developers.facebook.com/docs/pages-api/posts), and how it refuses. */
import type { MeaningTable } from "../meta/graph-error.ts";
import type { PlatformRules } from "../rules.ts";

/** The rules of every Page. Sources name 10 MB and 4 MB for a picture; 4 MB is what the error's own text says. */
export const facebookRules: PlatformRules = {
  caption: { max: 63_206, unit: "characters", measure: (caption) => [...caption].length },
  images: {
    ...{ min: 1, max: 10, mimes: ["image/jpeg", "image/png"], maxBytes: 4_000_000 },
    ...{ maxWidth: null, maxHeight: null, minWidth: 1, ratio: null, oneRatio: false },
  },
  altText: { required: false, max: 1_000 },
};

/** Meanings of Facebook's numbers, which come as codes or as subcodes. */
export const facebookErrors: MeaningTable = new Map([
  ...[1_363_047, 1_609_010].map((code) => [code, "again"] as const),
  [1_390_008, "limit"],
  ...[1_346_003, 1_404_006, 4_854_002, 1_404_112, 1_404_078].map((code) => [code, "account"] as const),
  ...[1_404_102, 1_609_005, 1_500, 1_609_008, 2_061_006].map((code) => [code, "content"] as const),
  ...[324, 2_069_019, 1_366_046, 1_349_125].map((code) => [code, "content"] as const),
  ...[506, 1_404_082, 1_366_051].map((code) => [code, "duplicate"] as const),
]);
