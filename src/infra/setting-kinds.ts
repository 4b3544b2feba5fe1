/** The kinds of settings. Each says what is wrong with a value without showing it. */
import { z } from "zod";
import { createAddressPolicy } from "./address-policy.ts";

/** true or false. */
export const flag = z.enum(["true", "false"], 'must be "true" or "false"').transform((value) => value === "true");
/** A whole number within limits. */
export function wholeNumber(min: number, max: number) {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.coerce.number(error).int(error).min(min, error).max(max, error);
}
/** How many proxies; `true` and `false` are what this was once set to. */
export const proxyCount = z.preprocess(
  (value) => (value === "true" ? 1 : value === "false" ? 0 : value),
  wholeNumber(0, 10),
);
/** Words separated by commas. */
export const wordList = z.string().transform((value) =>
  value
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== ""),
);
/** One of some words. */
export const oneOf = <const Values extends readonly string[]>(...values: Values) =>
  z.enum(values, `must be one of ${values.join(", ")}`);
/** Where people reach something. */
export const publicUrl = z
  .url({ protocol: /^https?$/, error: "must be a URL that starts with http:// or https://" })
  .refine((text) => !/[?#@]/.test(text), "must have no query, fragment or password");

/** `https://app.example.org`: what a browser sends as `Origin`, so without path or trailing slash. */
const isOrigin = (text: string) => URL.canParse(text) && new URL(text).origin === text;
/** Origins of browser pages, separated by commas. */
export const origins = wordList.refine((entries) => entries.every(isOrigin), {
  error: "must be origins such as https://app.example.org (no path, no trailing slash), separated by commas",
});

/** Names of some of these things, separated by commas. */
export const namesAmong = (things: readonly { readonly name: string }[]) => {
  const known = things.map(({ name }) => name);
  return wordList.superRefine((names, context) => {
    const unknown = names.filter((name) => !known.includes(name));
    if (unknown.length === 0) return;
    context.addIssue(`must be among ${known.join(", ")}, separated by commas; not "${unknown.join(", ")}"`);
  });
};

/** Networks in CIDR form, separated by commas. */
export const networks = wordList.superRefine((entries, context) => {
  for (const entry of entries) {
    try {
      createAddressPolicy([entry]);
    } catch (error) {
      context.addIssue(
        `must be networks, separated by commas: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
});

/** Of 32 random bytes nearly all differ; a secret with fewer than this many was typed, or padded. */
const distinctBytes = 16;

/** `id:base64`, newest first, comma-separated: the newest signs, all of them verify. */
export const keyRing = wordList.transform((entries, context) => {
  const keys = entries.map((entry) => {
    const [id = "", encoded = "", ...rest] = entry.split(":");
    return { id, secret: Buffer.from(encoded, "base64"), wellFormed: /^[\w-]{1,32}$/.test(id) && rest.length === 0 };
  });
  if (keys.length === 0 || keys.some(({ wellFormed, secret }) => !wellFormed || secret.length < 32)) {
    context.addIssue(
      "must be `id:base64` with at least 32 bytes each, separated by commas (`npm run keys` prints them)",
    );
  } else if (keys.some(({ secret }) => new Set(secret).size < distinctBytes)) {
    context.addIssue("has a secret that can be guessed: take random ones (`npm run keys` prints them)");
  } else if (new Set(keys.map(({ id }) => id)).size < keys.length) {
    context.addIssue("uses an id twice: a token names its key by id");
  }
  return keys.map(({ id, secret }) => ({ id, secret }));
});

/** A mail server; it may hold a password. */
export const smtpUrl = z
  .url({ protocol: /^smtps?$/, error: "must start with smtp:// or smtps://" })
  .refine((text) => !/[?#]/.test(text), "must have no query or fragment");

/** An address, or a name and an address; nothing that a header would read as more. */
export const mailbox = z
  .string()
  .regex(
    /^(?:[^\p{C}<>@,;:"]+ <[^\s\p{C}<>@,;:"]+@[^\s\p{C}<>@,;:"]+>|[^\s\p{C}<>@,;:"]+@[^\s\p{C}<>@,;:"]+)$/u,
    "must be an address, or a name and an address: Atelier <atelier@example.org>",
  );
