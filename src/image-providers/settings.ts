/** The kinds of variables that outside APIs need. */
import { z } from "zod";
import { wordList } from "../infra/setting-kinds.ts";

/** A key that goes into a header. What is wrong with it is said without showing it. */
export const apiKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,512}$/, "must be one word of printable ASCII characters, as the provider shows it");

/** Where an API lives, without a trailing slash. Plain http and private addresses are the operator's own decision. */
export const apiBaseUrl = z
  .url({ protocol: /^https?$/, error: "must be a URL that starts with http:// or https://" })
  .refine((text) => !/[?#@]/.test(text), "must have no query, fragment or password")
  .transform((text) => text.replace(/\/+$/, ""));

/** Model ids separated by commas, the default first. */
export const modelIds = wordList.transform(([first, ...others], context): [string, ...string[]] => {
  if (first !== undefined) return [first, ...others];
  context.addIssue("must name at least one model");
  return z.NEVER;
});
