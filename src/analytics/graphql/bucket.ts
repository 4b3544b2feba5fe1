import { builder } from "../../graphql/builder.ts";

/** The lengths of a chart's buckets. */
export const BucketEnum = builder.enumType("TimeBucket", {
  description: "How long the stretches of a chart are. They begin with the clocks and calendar of its time zone.",
  values: {
    HOUR: { description: "Hours: one that clocks show twice is two." },
    DAY: { description: "Days, from midnight: 23 or 25 hours where the clocks change." },
    WEEK: { description: "Weeks, from Monday." },
    MONTH: { description: "Calendar months." },
  } as const,
});

/** What `timeZone` is. */
export const timeZoneText = "IANA time zone of the buckets. Default: the workspace's.";
