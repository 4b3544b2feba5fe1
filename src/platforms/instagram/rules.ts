/** What Instagram takes (https://developers.facebook.com/docs/instagram-platform/content-publishing), and how it refuses. */
import type { MeaningTable } from "../meta/graph-error.ts";
import type { PlatformOption, PlatformRules, RuleFault } from "../rules.ts";

const maxHashtags = 30;
const maxMentions = 20;

/** What starts a hashtag or a mention: not inside a word. */
const hashtag = /(?<![\p{L}\p{N}_&/])[#＃][\p{L}\p{M}\p{N}_]+/gu;
const mention = /(?<![\p{L}\p{N}_.])[@＠][A-Za-z0-9_.]+/gu;

const count = (caption: string, pattern: RegExp): number => caption.match(pattern)?.length ?? 0;

/** Units are not specified; code points are counted. */
const measure = (caption: string): number => [...caption].length;

function faults(caption: string): readonly RuleFault[] {
  const found: RuleFault[] = [];
  const hashtags = count(caption, hashtag);
  const mentions = count(caption, mention);
  if (hashtags > maxHashtags) {
    const message = `The caption has ${hashtags} hashtags; Instagram takes at most ${maxHashtags}. Take ${hashtags - maxHashtags} out.`;
    found.push({ code: "TOO_MANY_HASHTAGS", message });
  }
  if (mentions > maxMentions) {
    const message = `The caption mentions ${mentions} accounts; Instagram takes at most ${maxMentions}. Take ${mentions - maxMentions} out.`;
    found.push({ code: "TOO_MANY_MENTIONS", message });
  }
  return found;
}

/** The rules of every account. */
export const instagramRules: PlatformRules = {
  caption: { max: 2_200, unit: "characters", measure, faults },
  images: {
    ...{ min: 1, max: 10, mimes: ["image/jpeg"], maxBytes: 8_000_000 },
    ...{ maxWidth: 1_440, maxHeight: null, minWidth: 320, ratio: { min: 0.8, max: 1.91 }, oneRatio: true },
  },
  altText: { required: false, max: 1_000 },
};

/** What only Instagram has. */
export const instagramOptions: readonly PlatformOption[] = [
  {
    ...{ name: "collaborators", kind: "texts", max: 30, maxItems: 3 },
    description: "User names of up to three accounts that are invited to show the post as theirs too.",
  },
  {
    ...{ name: "locationId", kind: "text", max: 25 },
    description: "Id of a Facebook Page that has a place on the map; the post is tagged with that place.",
  },
];

/** What Instagram's subcodes mean, as far as they differ from the Graph API's codes (its page "Error codes"). */
export const instagramErrors: MeaningTable = new Map([
  ...[2_207_001, 2_207_077, 2_207_082, 2_207_085].map((subcode) => [subcode, "again"] as const),
  ...[2_207_003, 2_207_020, 2_207_032, 2_207_053].map((subcode) => [subcode, "rebuild"] as const),
  // The answer to publishing a container twice looks like that of one that never was.
  ...[2_207_006, 2_207_008].map((subcode) => [subcode, "lost"] as const),
  ...[2_207_004, 2_207_005, 2_207_009, 2_207_010].map((subcode) => [subcode, "content"] as const),
  ...[2_207_023, 2_207_026, 2_207_028, 2_207_035, 2_207_036].map((subcode) => [subcode, "content"] as const),
  ...[2_207_037, 2_207_040, 2_207_057, 2_207_081].map((subcode) => [subcode, "content"] as const),
  [2_207_027, "not-ready"],
  [2_207_042, "limit"],
  [2_207_050, "account"],
  [2_207_051, "guard"],
  [2_207_052, "fetch"],
  // The same by code, should the subcode be missing.
  [-2, "rebuild"],
  [-1, "again"],
  [9, "limit"],
  [24, "lost"],
  [25, "account"],
  [352, "content"],
  [9_004, "fetch"],
  [9_007, "not-ready"],
  [36_000, "content"],
  [36_001, "content"],
  [36_003, "content"],
  [36_004, "content"],
]);
