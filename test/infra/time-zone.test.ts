import t from "tap";
import { parseInput } from "../../src/infra/parse-input.ts";
import { ianaTimeZone } from "../../src/infra/time-zone.ts";

t.test("a zone of the IANA database is taken by its name, an alias as it was chosen", async (t) => {
  const accepted = { "Europe/Berlin": "Europe/Berlin", " UTC ": "UTC", "Asia/Kolkata": "Asia/Kolkata" };
  for (const [typed, kept] of Object.entries(accepted)) t.equal(parseInput(ianaTimeZone, typed), kept);
  t.equal(parseInput(ianaTimeZone, "europe/BERLIN"), "Europe/Berlin", "the case of letters is put right");
  t.equal(parseInput(ianaTimeZone, "America/Argentina/Buenos_Aires"), "America/Argentina/Buenos_Aires");
  t.equal(parseInput(ianaTimeZone, "Etc/GMT+5"), "Etc/GMT+5");
});

t.test("anything else is refused with words that help", async (t) => {
  for (const typed of [
    "",
    "Mars/Olympus",
    "+01:00",
    "GMT+1",
    "Z",
    "Europe/Berlin; drop",
    "Europe//Berlin",
    "x".repeat(80),
  ]) {
    const read = ianaTimeZone.safeParse(typed);
    t.match(read.error?.issues, [
      { path: [], params: { code: "UNKNOWN_TIME_ZONE" }, message: /no time zone that we know.*Europe\/Berlin/ },
    ]);
  }
});
