/** Ranges of time that figures are asked for. */
import { z } from "zod";

const day = 24 * 60 * 60_000;
/** Longest range of figures over posts, in days: a year and its leap day. */
const longestRange = 366;

interface Range {
  readonly from: Date;
  readonly to: Date;
}

/** Whether a range holds something. */
export const holdsSomething = ({ from, to }: Range): boolean => from < to;

/** What is said of one that does not, by the path of its end. */
export const holdsNothing = {
  path: ["to"],
  error: "The range holds nothing: `to` must be later than `from`, because it is the first moment behind the range.",
  params: { code: "INVALID_RANGE" },
};

/** Whether a range is not longer than so many days. */
export const isWithin =
  (days: number) =>
  ({ from, to }: Range): boolean =>
    to.getTime() - from.getTime() <= days * day;

/** What is said of one that is. */
export const longerThan = (days: number) => ({
  error: ({ input }: { readonly input?: unknown }) =>
    `The range is longer than ${days} days${lengthOf(input)}. Ask for a shorter one.`,
  params: { code: "TOO_LONG" },
});

const range = z.object({ from: z.date(), to: z.date() });

/** How long a refused range is, in words. */
function lengthOf(input: unknown): string {
  const { data } = range.safeParse(input);
  return data === undefined ? "" : `: it has ${Math.ceil((data.to.getTime() - data.from.getTime()) / day)}`;
}

/** A range of figures: `to` is not part of it; both are told of by the path of their input. */
export const figuresRange = range
  .refine(holdsSomething, holdsNothing)
  .refine(isWithin(longestRange), longerThan(longestRange));
