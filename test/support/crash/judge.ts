/** The judge of what became public: the harbour's own log, against what the ledger says. */
import type { HarbourPost } from "../../simulators/harbour.ts";
import { harbourClasses } from "./harbour-platform.ts";
import type { ShippedTarget } from "./shipyard.ts";

/** States in which a target needs nothing more from a worker. */
export const resting: readonly string[] = ["PUBLISHED", "UNKNOWN", "FAILED", "MISSED", "CANCELLED"];

/** One capability class in figures. */
export interface ClassFigures {
  publications: number;
  published: number;
  duplicates: number;
  losses: number;
  unknown: number;
  overtaken: number;
}

/** What the public saw of each class, against what the ledger says. */
export function judge(
  targets: readonly ShippedTarget[],
  publicPosts: readonly HarbourPost[],
): Record<string, ClassFigures> {
  const classes: Record<string, ClassFigures> = {};
  for (const name of harbourClasses) {
    const own = targets.filter(({ account }) => account.startsWith(name));
    const seen = (caption: string) => publicPosts.filter(({ text }) => text === caption).length;
    const lost = ({ caption, status }: ShippedTarget) =>
      status === "PUBLISHED" ? seen(caption) === 0 : !(status === "UNKNOWN" && blind.includes(name));
    classes[name] = {
      publications: own.length,
      published: own.filter(({ status }) => status === "PUBLISHED").length,
      duplicates: own.filter(({ caption }) => seen(caption) > 1).length,
      losses: own.filter(lost).length,
      unknown: own.filter(({ status }) => status === "UNKNOWN").length,
      overtaken: overtaken(own, publicPosts),
    };
  }
  return classes;
}

/** Classes in which an interrupted send may end with a question: what only a list can show, and what nothing can. */
const blind: readonly string[] = ["search", "none"];

/** How often the public saw a later post of an account before an earlier one that is out as well. */
function overtaken(own: readonly ShippedTarget[], publicPosts: readonly HarbourPost[]): number {
  const orderOf = new Map(own.map(({ caption }, index) => [caption, index]));
  const accounts = new Set(own.map(({ account }) => account));
  let found = 0;
  for (const account of accounts) {
    const order = publicPosts.filter((post) => post.account === account).map(({ text }) => orderOf.get(text) ?? 0);
    found += order.filter((place, index) => index > 0 && place < (order[index - 1] ?? 0)).length;
  }
  return found;
}
