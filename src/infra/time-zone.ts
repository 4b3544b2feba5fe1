import { z } from "zod";

/** Names of zones begin with a letter; engines accept bare offsets such as `+01:00` as well, which know no summer time. */
const shape = /^[A-Za-z][\w+-]*(\/[\w+-]+)*$/;

/** The zone's name as the zone database writes it; null where it knows no such zone. */
function zoneName(text: string): string | null {
  if (text.length > 64 || !shape.test(text)) return null;
  try {
    const { timeZone } = new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions();
    // An alias (Asia/Kolkata, once Asia/Calcutta) stays as it was chosen; only its letters' case is put right.
    return timeZone.toLowerCase() === text.toLowerCase() ? timeZone : text;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** A time zone of the IANA database by its name, such as `Europe/Berlin` or `UTC`; issue code `UNKNOWN_TIME_ZONE`. */
export const ianaTimeZone = z
  .string()
  .trim()
  .transform((text, context) => {
    const name = zoneName(text);
    if (name !== null) return name;
    context.addIssue({
      code: "custom",
      message: `"${text.slice(0, 64)}" is no time zone that we know. Write an IANA name such as "Europe/Berlin" or "UTC".`,
      params: { code: "UNKNOWN_TIME_ZONE" },
    });
    return z.NEVER;
  });
