import type { LocalTimeKind } from "../infra/time/local-time.ts";
import { builder } from "./builder.ts";

/** What the clocks of a zone do at a local time, in the API. */
export const LocalTimeKindEnum = builder.enumType("LocalTimeKind", {
  description: "What the clocks of a zone do at a local time.",
  values: {
    NORMAL: { description: "They show it once." },
    SKIPPED_GAP: { description: "They skip it in spring; the first instant behind the gap counts." },
    REPEATED_HOUR: { description: "They show it twice in autumn; the first of the two counts." },
  } satisfies { [kind in LocalTimeKind]: { description: string } },
});
