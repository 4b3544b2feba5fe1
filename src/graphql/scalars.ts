import { z } from "zod";
import { BadUserInputError } from "../infra/errors.ts";
import { builder } from "./builder.ts";

/** Years 1 to 9999, in UTC: what both a date here and the database can hold. */
const instant = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .refine((date) => date.getUTCFullYear() >= 1 && date.getUTCFullYear() <= 9_999);

builder.scalarType("DateTime", {
  description:
    "An instant as RFC 3339 text with a zone: `2026-11-22T09:00:00.000Z`, `2026-11-22T10:00:00+01:00`. Answers are in UTC with milliseconds.",
  serialize: (value) => value.toISOString(),
  parseValue: (value) => {
    const read = instant.safeParse(value);
    if (read.success) return read.data;
    throw new BadUserInputError(
      `${JSON.stringify(value)} is no instant. Write RFC 3339 with a zone, such as "2026-11-22T09:00:00Z".`,
    );
  },
});

builder.scalarType("Cursor", {
  description:
    "A place in the stream of events. Keep the last one you received and pass it as `after` to miss nothing.",
  serialize: (value) => value,
  parseValue: (value) => {
    if (typeof value === "string") return value;
    throw new BadUserInputError("A cursor is the text that an event carried.");
  },
});
