import { z } from "zod";
import { BadUserInputError } from "../infra/errors.ts";
import { builder } from "./builder.ts";

const isoDateTime = z.iso.datetime({ offset: true });

builder.scalarType("DateTime", {
  description:
    "An instant as RFC 3339 text with a zone: `2026-11-22T09:00:00.000Z`, `2026-11-22T10:00:00+01:00`. Answers are in UTC with milliseconds.",
  serialize: (value) => value.toISOString(),
  parseValue: (value) => {
    const read = isoDateTime.safeParse(value);
    if (read.success) return new Date(read.data);
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
