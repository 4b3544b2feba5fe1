/** What people say about themselves, and its rules. */
import { z } from "zod";
import { isPlainLine } from "../infra/short-text.ts";
import { ianaTimeZone } from "../infra/time-zone.ts";

/** Most links of a profile. */
const mostLinks = 10;
/** Longest address of a link, in characters. */
const longestUrl = 2_000;

/** A text with a length in characters as people count them, which a `max` of zod is not. */
const text = (most: number, what: string) =>
  z
    .string()
    .trim()
    .refine((value) => [...value].length <= most, {
      error: `${what} is longer than ${most.toLocaleString("en")} characters.`,
      params: { code: "TOO_LONG" },
    });

const nameRule = (what: string) =>
  ({
    error: `${what} contains a control character. Write it on one line, in plain text.`,
    params: { code: "CONTROL_CHARACTER" },
  }) as const;

/** How somebody wants to be called. It stands in subjects and texts of mails to people they invite. */
export const newDisplayName = text(80, "The display name")
  .pipe(z.string().min(1, "The display name is empty. Write how you want to be called."))
  .refine(isPlainLine, nameRule("The display name"));

const languageTag = z
  .string()
  .trim()
  .transform((tag, context) => {
    try {
      return new Intl.Locale(tag).toString();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      context.addIssue({
        code: "custom",
        message: `"${tag.slice(0, 64)}" is no language tag. Write one like "en", "de-AT" or "zh-Hant".`,
        params: { code: "UNKNOWN_LOCALE" },
      });
      return z.NEVER;
    }
  });

/** Why an address cannot be a profile's link; null when it can. */
function linkFault(address: string): { code: string; message: string } | null {
  const url = URL.parse(address);
  if (url === null) return { code: "INVALID", message: `"${address.slice(0, 200)}" is no web address.` };
  if (url.protocol !== "https:") {
    return { code: "NOT_HTTPS", message: `"${address.slice(0, 200)}" does not start with https://, which links must.` };
  }
  if (url.username === "" && url.password === "") return null;
  return { code: "HAS_CREDENTIALS", message: "The address carries a user name or password. Remove it." };
}

const webAddress = z
  .string()
  .trim()
  .max(longestUrl, `The address is longer than ${longestUrl.toLocaleString("en")} characters.`)
  .transform((address, context) => {
    const fault = linkFault(address);
    if (fault === null) return new URL(address).href;
    context.addIssue({ code: "custom", message: fault.message, params: { code: fault.code } });
    return z.NEVER;
  });

const link = z.object({
  label: text(40, "The label")
    .pipe(z.string().min(1, "The label is empty. Say where the link leads."))
    .refine(isPlainLine, nameRule("The label")),
  url: webAddress,
});

/** A change of a profile: what is absent, or null, stays as it is. */
export const profileChange = z.object({
  displayName: newDisplayName.nullish(),
  bio: text(1_000, "The text about you").nullish(),
  locale: languageTag.nullish(),
  timeZone: ianaTimeZone.nullish(),
  links: z
    .array(link)
    .max(mostLinks, `There are more than ${mostLinks} links. Keep the ${mostLinks} that matter most.`)
    .nullish(),
});

/** A profile elsewhere. */
export interface ProfileLink {
  readonly label: string;
  readonly url: string;
}

/** Links as they are stored. */
export const storedLinks = z.array(z.object({ label: z.string(), url: z.string() }));
