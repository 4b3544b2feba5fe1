/** What X takes (https://docs.x.com/x-api/posts/creation-of-a-post, https://docs.x.com/x-api/media). */
import type { PlatformOption, PlatformRules, RuleFault } from "../rules.ts";
import { weightOf } from "./weight.ts";

const usual = 280;
const forPayers = 25_000;

/** `$` and a stock's sign, at the start of a word. */
const cashtag = /(?<![\p{L}\p{N}_$])\$[a-z]{1,6}(?:[._][a-z]{1,2})?(?![\p{L}\p{N}_])/giu;

/** Marks that X takes for no text. */
const forbidden = /[\ufffe\ufeff\uffff]/;

function faults(caption: string): readonly RuleFault[] {
  const found: RuleFault[] = [];
  const tags = caption.match(cashtag)?.length ?? 0;
  if (tags > 1) {
    const message = `The caption has ${tags} cashtags such as $ABC; X takes one. Take ${tags - 1} out.`;
    found.push({ code: "TOO_MANY_CASHTAGS", message });
  }
  if (forbidden.test(caption)) {
    const message =
      "The caption has an invisible mark (U+FEFF, U+FFFE or U+FFFF) that X refuses. Write it anew without.";
    found.push({ code: "INVALID_CHARACTER", message });
  }
  return found;
}

/** The rules of an account: who pays X may write more. */
export function rulesBy({ longPosts }: Readonly<Record<string, string>>): PlatformRules {
  return {
    caption: {
      ...{ max: longPosts === "yes" ? forPayers : usual, unit: "characters as X counts them" },
      ...{ measure: weightOf, faults },
    },
    images: {
      ...{ min: 1, max: 4, mimes: ["image/jpeg", "image/png", "image/webp"], maxBytes: 5_000_000 },
      ...{ maxWidth: 4_096, maxHeight: 4_096, minWidth: 4, ratio: null, oneRatio: false },
    },
    altText: { required: false, max: 1_000 },
  };
}

/** What only X has. */
export const xOptions: readonly PlatformOption[] = [
  {
    ...{ name: "replySettings", kind: "choice" },
    description: "Who may reply. Default: everybody.",
    values: [
      { value: "following", description: "Accounts that the account follows." },
      { value: "mentioned_users", description: "Accounts that the post mentions." },
      { value: "subscribers", description: "The account's subscribers." },
      { value: "verified", description: "Verified accounts." },
    ],
  },
  { name: "paidPartnership", kind: "flag", description: "Whether the post is labelled as a paid partnership." },
];
