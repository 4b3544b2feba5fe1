import { z } from "zod";

/** An e-mail address as people type it: trimmed, at most 254 characters, one `@`, a domain with a dot. */
export const emailAddress = z
  .string()
  .trim()
  .max(254, "The e-mail address is longer than 254 characters.")
  .pipe(
    z.email({
      error: (issue) => `"${String(issue.input)}" is not an e-mail address. Write one like name@example.org.`,
    }),
  );

/** The form by which addresses are compared. */
export const emailKey = (email: string): string => email.normalize("NFKC").toLowerCase();
