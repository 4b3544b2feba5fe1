import { z } from "zod";

/** Where an API lives, without a trailing slash. Plain http and private addresses are the operator's own decision. */
export const apiAddress = z
  .url({ protocol: /^https?$/, error: "must be a URL that starts with http:// or https://" })
  .refine((text) => !/[?#@]/.test(text), "must have no query, fragment or password")
  .transform((text) => text.replace(/\/+$/, ""));
