import { z } from "zod";

/** Most tags of one picture. */
export const mostTagsOfImage = 50;

/** Most tags of one workspace. */
export const mostTagsOfWorkspace = 1_000;

/** What tells tags apart: names that differ in case alone are one. */
export const tagKey = (name: string): string => name.toLowerCase();

/** A tag's name as people write it: one line, its spaces single. */
export const tagName = z
  .string()
  .transform((name) => name.normalize("NFC").replaceAll(/\s+/gu, " ").trim())
  .pipe(
    z
      .string()
      .min(1, "The tag has no name.")
      .max(50, "The tag's name is longer than 50 characters.")
      .refine((name) => !/\p{Cc}/u.test(name), "The tag's name holds control characters."),
  );

/** A colour as pages write it. */
export const tagColour = z
  .string()
  .regex(/^#[0-9a-f]{6}$/i, "A colour is `#` and six hexadecimal digits, such as `#2f6f4f`.")
  .transform((colour) => colour.toLowerCase());

/** Several names; those that differ in case alone count once, as first written. */
export const tagNames = z
  .array(tagName)
  .max(mostTagsOfImage, `Name at most ${mostTagsOfImage} tags.`)
  .transform((names) => [...new Map(names.toReversed().map((name) => [tagKey(name), name])).values()].toReversed());

/** Colours that can be told apart on light and on dark pages, for tags that nobody gave one. */
const palette = [
  ...["#b3261e", "#b25c00", "#8a6d00", "#4d7c0f", "#15803d", "#0f766e"],
  ...["#0e7490", "#1d4ed8", "#4f46e5", "#7e22ce", "#be185d", "#6b7280"],
] as const;

/** The colour that a tag has until somebody chooses one: always the same for the same name. */
export function colourFor(name: string): string {
  let sum = 0;
  for (const letter of tagKey(name)) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 65_521;
  return palette[sum % palette.length] ?? palette[0];
}
