import fc from "fast-check";
import t from "tap";
import { recordKey } from "../../../src/platforms/bluesky/record-key.ts";

t.test("a record key is a TID, the same each time, and sorts by time", async (t) => {
  const moments = fc.date({ min: new Date("2024-01-01"), max: new Date("2100-01-01"), noInvalidDate: true });
  fc.assert(
    fc.property(fc.uuid(), moments, (key, at) => {
      const made = recordKey(key, at);
      const later = recordKey(key, new Date(at.getTime() + 1));
      return (
        /^[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}$/.test(made) &&
        made === recordKey(key, at) &&
        made < later
      );
    }),
  );
  t.not(recordKey("a", new Date(0)), recordKey("b", new Date(0)), "posts of one moment differ");
  t.equal(recordKey("", new Date("2026-11-25T09:00:00Z")).length, 13);
});
