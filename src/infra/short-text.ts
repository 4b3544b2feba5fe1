import { z } from "zod";

/** What a name must not hold: it would break lines, hide, or turn the text around it (Unicode TR9's overrides and isolates). */
const unfit = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

/** Whether a text is one line of plain text, as a name must be. */
export const isPlainLine = (text: string): boolean => !unfit.test(text);

/**
 * One line that people read, such as a name: trimmed, not empty, at most `max` code points, without control characters. `what`
 * names it in messages, with its article: "The name". Issue codes: `EMPTY`, `TOO_LONG`, `CONTROL_CHARACTER`.
 */
export const shortText = (what: string, max: number) =>
  z
    .string()
    .trim()
    .min(1, `${what} is empty. Write 1 to ${max} characters.`)
    .refine((text) => [...text].length <= max, {
      error: ({ input }) => `${what} has ${[...String(input)].length} characters; at most ${max} are allowed.`,
      params: { code: "TOO_LONG" },
    })
    .refine(isPlainLine, {
      error: `${what} contains a control character. Write it on one line, in plain text.`,
      params: { code: "CONTROL_CHARACTER" },
    });
