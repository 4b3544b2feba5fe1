import type { weekdays } from "../infra/time/weekly-times.ts";
import { builder } from "./builder.ts";

/** A day of the week in the API. */
export const WeekdayEnum = builder.enumType("Weekday", {
  description: "A day of the week.",
  values: {
    MONDAY: { description: "Monday." },
    TUESDAY: { description: "Tuesday." },
    WEDNESDAY: { description: "Wednesday." },
    THURSDAY: { description: "Thursday." },
    FRIDAY: { description: "Friday." },
    SATURDAY: { description: "Saturday." },
    SUNDAY: { description: "Sunday." },
  } satisfies { [day in (typeof weekdays)[number]]: { description: string } },
});
