/** What an error of the Graph API means for a post: before it may have gone out, at the call that makes it public, and for reads. */
import type { Secret } from "../../infra/secret.ts";
import { quotation } from "../ask-platform.ts";
import type { PublishOutcome, Refusal } from "../publication.ts";
import type { GraphAnswer } from "./graph.ts";
import { accessWords, type GraphError, type GraphMeaning, type MeaningTable, meaningOf } from "./graph-error.ts";

/** An answer that is not what was asked for. */
export type GraphTrouble = Exclude<GraphAnswer, { kind: "answered" }>;

/** How one platform words and reads its trouble. */
export interface TroubleWords {
  readonly label: string;
  readonly table: MeaningTable;
}

const quoted = (text: string, token?: Secret): string => quotation(text, token === undefined ? {} : { token });

const limitWords = (label: string) => `${label} takes no more calls or posts of this account for the moment.`;
const sorrow = (label: string) => `${label} has trouble at the moment.`;

/** A code for people's programs: what was refused, and the platform's own number. */
const codeOf = (meaning: "content" | "account", { code, subcode }: GraphError): string =>
  `${meaning === "content" ? "CONTENT_REFUSED" : "ACCOUNT_HELD_BACK"}_${Math.abs(subcode === 0 ? code : subcode)}`;

/** What trouble of a reversible step means: nothing is public, so everything unclear may simply be tried again. */
export function refusalOf(trouble: GraphTrouble, { label, table }: TroubleWords, token?: Secret): Refusal {
  if (trouble.kind === "held") return { kind: "rate-limited", retryAt: trouble.retryAt, message: trouble.message };
  if (trouble.kind === "lost") return { kind: "unavailable", message: trouble.message };
  const { error, retryAt } = trouble;
  const says = quoted(error.says, token);
  const meaning = meaningOf(error, table);
  switch (meaning) {
    case "token":
    case "permission":
      return { kind: "unauthorized", message: accessWords(label, error, meaning) };
    case "limit":
    case "guard":
      return { kind: "rate-limited", retryAt, message: `${limitWords(label)}${says}` };
    case "content":
      if (error.transient || error.status >= 500) return { kind: "unavailable", message: `${sorrow(label)}${says}` };
      return { kind: "refused", code: codeOf(meaning, error), message: `${label} refused the post.${says}` };
    case "account":
      return { kind: "refused", code: codeOf(meaning, error), message: `${label} holds this account back.${says}` };
    case "fetch":
      return { kind: "unavailable", message: `${label} could not fetch a picture from this server.${says}` };
    case "again":
    case "rebuild":
    case "lost":
    case "not-ready":
    case "duplicate":
    case "missing":
    case "unknown":
      return { kind: "unavailable", message: `${sorrow(label)}${says}` };
  }
}

/** Meanings with which the irreversible call certainly left nothing public. All others are unclear. */
const definite: ReadonlySet<GraphMeaning> = new Set([
  ...(["token", "permission", "limit", "content", "account", "not-ready", "fetch"] as const),
]);

/** What trouble of the irreversible call means. */
export function publishTrouble(trouble: GraphTrouble, words: TroubleWords, token?: Secret): PublishOutcome {
  if (trouble.kind === "lost" && trouble.sent) return { kind: "ambiguous", message: trouble.message };
  if (trouble.kind === "failed") {
    const { error } = trouble;
    const meaning = meaningOf(error, words.table);
    // A 5xx, or an error that calls itself passing, may have come after the effect, whatever its code.
    const unclear = error.status >= 500 || (error.transient && meaning !== "limit" && meaning !== "not-ready");
    if (unclear || !definite.has(meaning)) {
      const message = `${words.label} reported trouble, which does not say whether the post is out.${quoted(error.says, token)}`;
      return { kind: "ambiguous", message };
    }
  }
  return refusalOf(trouble, words, token);
}

/** How reading ended that found no answer. `missing`: the object is not there, or not to be seen at the moment. */
export type ReadTrouble =
  | Exclude<Refusal, { kind: "refused" }>
  | { readonly kind: "missing"; readonly message: string };

/** What trouble of a read means. */
export function readTrouble(trouble: GraphTrouble, words: TroubleWords, token?: Secret): ReadTrouble {
  if (trouble.kind === "failed" && meaningOf(trouble.error, words.table) === "missing") {
    return { kind: "missing", message: `${words.label} does not show it.` };
  }
  const refusal = refusalOf(trouble, words, token);
  if (refusal.kind !== "refused") return refusal;
  const says = trouble.kind === "failed" ? quoted(trouble.error.says, token) : "";
  return { kind: "unavailable", message: `${words.label} did not answer what was asked.${says}` };
}
