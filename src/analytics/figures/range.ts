/** Ranges of time that figures are asked for. */
import { z } from "zod";

const day = 24 * 60 * 60_000;
/** Longest range of figures over posts, in days: a year and its leap day. */
const longestRange = 366;

/** A range of figures: `to` is not part of it; both are told of by the path of their input. */
export const figuresRange = z
  .object({ from: z.date(), to: z.date() })
  .refine(({ from, to }) => from < to, {
    path: ["to"],
    error: "The range ends before it begins.",
    params: { code: "INVALID_RANGE" },
  })
  .refine(({ from, to }) => to.getTime() - from.getTime() <= longestRange * day, {
    error: `The range is longer than ${longestRange} days. Ask for a shorter one.`,
    params: { code: "TOO_LONG" },
  });
