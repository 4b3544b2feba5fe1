import { builder } from "./builder.ts";

/** A range of instants, for everything that is counted over time. */
export const DateTimeRange = builder.inputType("DateTimeRange", {
  description: "From one instant up to another.",
  fields: (t) => ({
    from: t.field({ type: "DateTime", required: true, description: "The first moment." }),
    to: t.field({ type: "DateTime", required: true, description: "The first moment that no longer belongs to it." }),
  }),
});
