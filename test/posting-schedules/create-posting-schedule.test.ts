import t from "tap";
import { openScheduleDesk } from "../support/schedule-desk.ts";
import { fingerprint, missingId } from "../support/studio.ts";

t.test(
  "a schedule has its dates of the next thirty days, at the same local time before and after the clocks change",
  async (t) => {
    const desk = await openScheduleDesk(t);
    const { id, version, state, leadTimeMinutes } = await desk.create();
    t.match({ version, state, leadTimeMinutes }, { version: 1, state: "ACTIVE", leadTimeMinutes: 1_440 });
    t.match(
      (await desk.dates(id)).map(({ localTime, at, kind, state: where }) => [localTime, at, kind, where]),
      [
        ["2027-03-01T09:00:00", "2027-03-01T08:00:00.000Z", "NORMAL", "PLANNED"],
        ["2027-03-08T09:00:00", "2027-03-08T08:00:00.000Z", "NORMAL", "PLANNED"],
        ["2027-03-15T09:00:00", "2027-03-15T08:00:00.000Z", "NORMAL", "PLANNED"],
        ["2027-03-22T09:00:00", "2027-03-22T08:00:00.000Z", "NORMAL", "PLANNED"],
        ["2027-03-29T09:00:00", "2027-03-29T07:00:00.000Z", "NORMAL", "PLANNED"],
      ],
    );
    await desk.at("2027-03-02T09:00:00Z");
    t.equal((await desk.dates(id)).length, 5, "a day later there is nothing new");
    await desk.at("2027-03-05T09:00:00Z");
    t.equal((await desk.dates(id)).at(-1).localTime, "2027-04-05T09:00:00");

    t.test("an end in UTC is the local time then", async (t) => {
      const text = "FREQ=DAILY;UNTIL=20270312T080000Z";
      const { recurrence } = await desk.create({ recurrence: { rule: { text, firstAt: "2027-03-10T09:00" } } });
      t.equal(recurrence.rule, "FREQ=DAILY;UNTIL=20270312T090000");
    });

    t.test("weekly slots", async (t) => {
      const slots = [
        { weekday: "TUESDAY", times: ["09:00", "18:30"] },
        { weekday: "SUNDAY", times: ["02:30"] },
      ];
      const weekly = await desk.create({ recurrence: { weekly: { slots, from: "2027-03-23", until: "2027-03-30" } } });
      t.match(weekly.recurrence, { rule: null, until: "2027-03-30", slots: { length: 3 } });
      t.same(
        (await desk.dates(weekly.id)).map(({ at, kind }) => `${at} ${kind}`),
        [
          "2027-03-23T08:00:00.000Z NORMAL",
          "2027-03-23T17:30:00.000Z NORMAL",
          "2027-03-28T01:00:00.000Z SKIPPED_GAP",
          "2027-03-30T07:00:00.000Z NORMAL",
          "2027-03-30T16:30:00.000Z NORMAL",
        ],
      );
    });
  },
);

t.test("what cannot be is refused with what is allowed, and nothing is written", async (t) => {
  const desk = await openScheduleDesk(t, { pictures: 1 });
  const { input, imageIds, accountId } = desk;
  const ada = await desk.ada();
  const before = await fingerprint(desk.atelier);
  const rule = (text: string, firstAt = "2027-03-01T09:00") => ({ recurrence: { rule: { text, firstAt } } });
  const weekly = (other: object) => ({
    recurrence: { weekly: { slots: [{ weekday: "MONDAY", times: ["09:00"] }], from: "2027-03-01", ...other } },
  });
  const generate = (promptTemplate: string) => ({ pictures: { generate: { promptTemplate } } });
  const of = (other: object) => ({ pictures: { generate: { promptTemplate: "a boat", ...other } } });
  const cases: readonly [string, Record<string, unknown>, path: string, code: string, says: RegExp][] = [
    ["no rule", rule("BYDAY=MO"), "recurrence.rule.text", "INVALID_RULE", /Begin with FREQ=/],
    [
      "a rule that never matches",
      rule("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31"),
      "recurrence.rule.text",
      "NEVER_MATCHES",
      /no day within/,
    ],
    [
      "COUNT with UNTIL",
      rule("FREQ=DAILY;COUNT=2;UNTIL=20280101"),
      "recurrence.rule.text",
      "COUNT_WITH_UNTIL",
      /Take one out/,
    ],
    ["too many of them", rule("FREQ=MONTHLY;COUNT=122"), "recurrence.rule.text", "TOO_LONG_AHEAD", /Make it smaller/],
    ["an end in eleven years", rule("FREQ=DAILY;UNTIL=20380302"), "recurrence.rule.text", "TOO_LONG_AHEAD", /10 years/],
    [
      "29 February of a common year",
      rule("FREQ=YEARLY", "2027-02-29T09:00"),
      "recurrence.rule.firstAt",
      "INVALID_DATE",
      /2027-02-29.*calendar/,
    ],
    ["the 32nd", rule("FREQ=MONTHLY;BYMONTHDAY=32"), "recurrence.rule.text", "INVALID_RULE", /1 to 31/],
    ["week 54", rule("FREQ=YEARLY;BYWEEKNO=54"), "recurrence.rule.text", "INVALID_RULE", /1 to 53/],
    [
      "an instant for a local time",
      rule("FREQ=DAILY", "2027-03-01T09:00:00Z"),
      "recurrence.rule.firstAt",
      "INVALID_DATE",
      /without zone/,
    ],
    [
      "dates that are over",
      rule("FREQ=DAILY;COUNT=2", "2027-01-01T09:00"),
      "recurrence.rule",
      "NOTHING_TO_COME",
      /are over/,
    ],
    [
      "a beginning long ago",
      rule("FREQ=DAILY", "2007-01-01T09:00"),
      "recurrence.rule.firstAt",
      "TOO_LONG_AGO",
      /10 years ago/,
    ],
    [
      "a beginning far ahead",
      rule("FREQ=DAILY", "2037-01-01T09:00"),
      "recurrence.rule.firstAt",
      "TOO_FAR_AHEAD",
      /5 years ahead/,
    ],
    ["a day that is none", weekly({ from: "2027-02-30" }), "recurrence.weekly.from", "INVALID_DATE", /2027-02-30/],
    [
      "an end before the beginning",
      weekly({ until: "2027-02-01" }),
      "recurrence.weekly.until",
      "INVALID_RULE",
      /before it begins/,
    ],
    [
      "a time that is none",
      weekly({ slots: [{ weekday: "MONDAY", times: ["9 o'clock"] }] }),
      "recurrence.weekly.slots.0.times.0",
      "INVALID",
      /09:00/,
    ],
    [
      "the same slot twice",
      weekly({ slots: [{ weekday: "MONDAY", times: ["09:00", "09:00"] }] }),
      "recurrence.weekly.slots",
      "DUPLICATE",
      /MONDAY 09:00 is named twice/,
    ],
    ["a zone that is none", { timeZone: "Europe/Atlantis" }, "timeZone", "UNKNOWN_TIME_ZONE", /IANA/],
    ["a locale that is none", { locale: "klingon!" }, "locale", "UNKNOWN_LOCALE", /"de"/],
    [
      "an unknown variable",
      { captionTemplate: "On {dat}." },
      "captionTemplate",
      "UNKNOWN_VARIABLE",
      /"\{dat\}" is no variable.*\{date\}/,
    ],
    ["a lonely brace", { captionTemplate: "Smile :-}" }, "captionTemplate", "LONELY_BRACE", /"\}\}"/],
    [
      "a season without a name",
      { captionTemplate: "{season}", locale: "ja" },
      "captionTemplate",
      "NO_SEASON_NAMES",
      /"ja".*en/,
    ],
    [
      "an unknown variable of a target",
      { targets: [{ socialAccountId: accountId, captionTemplate: "{x}" }] },
      "targets.0.captionTemplate",
      "UNKNOWN_VARIABLE",
      /\{x\}/,
    ],
    [
      "a title before there is a picture",
      generate("{title}, in ink"),
      "pictures.generate.promptTemplate",
      "UNKNOWN_VARIABLE",
      /\{title\}/,
    ],
    ["a provider that is none", of({ provider: "x" }), "pictures.generate.provider", "UNKNOWN_PROVIDER", /"x" here/],
    ["a shape that is none", of({ aspectRatio: "wide" }), "pictures.generate.aspectRatio", "INVALID", /wide/],
    ["no target", { targets: [] }, "targets", "TOO_FEW", /at least one/],
    [
      "the same account twice",
      { targets: [{ socialAccountId: accountId }, { socialAccountId: accountId }] },
      "targets.1",
      "DUPLICATE",
      /twice/,
    ],
    [
      "a tag that there is not",
      { pictures: { queue: { tag: "ships" } } },
      "pictures.queue.tag",
      "UNKNOWN_TAG",
      /"ships"/,
    ],
    [
      "a deadline before work begins",
      { leadTimeMinutes: 60, deadlineMinutes: 60 },
      "deadlineMinutes",
      "TOO_LARGE",
      /Make `leadTimeMinutes` longer/,
    ],
    ["a lead of a year", { leadTimeMinutes: 525_600 }, "leadTimeMinutes", "TOO_LARGE", /43,200/],
    ["no fallback picture", { policy: "FALLBACK" }, "fallbackImageId", "MISSING", /choose SKIP or ASK/],
    ["no name", { name: " " }, "name", "EMPTY", /no name/],
    [
      "an id of something else",
      { targets: [{ socialAccountId: imageIds[0] }] },
      "targets.0.socialAccountId",
      "INVALID_ID",
      /Image/,
    ],
  ];
  for (const [what, other, path, code, says] of cases) {
    const answer = await desk.mutate("create", input(other));
    const found = answer.issues?.find((issue: { path: string[] }) => issue.path.join(".") === path);
    t.match(found, { code, message: says }, `${what}: ${JSON.stringify(answer)}`);
  }
  const strangers: readonly [Record<string, unknown>, string | undefined][] = [
    [{ targets: [{ socialAccountId: missingId("SocialAccount") }] }, "targets.0.socialAccountId"],
    [{ policy: "FALLBACK", fallbackImageId: missingId("Image") }, "fallbackImageId"],
    [
      { pictures: { generate: { promptTemplate: "a boat", styleId: missingId("Style") } } },
      "pictures.generate.styleId",
    ],
    [{ workspaceId: missingId("Workspace") }, undefined],
  ];
  for (const [other, path] of strangers) {
    const answer = await ada.mutate(
      "mutation ($input: CreatePostingScheduleInput!) { createPostingSchedule(input: $input) { ... on Error { code } ... on NotFoundError { path } } }",
      input(other),
    );
    t.equal(answer.code, "NOT_FOUND");
    t.equal(answer.path?.join("."), path);
  }
  const everything = await desk.mutate("create", input({ timeZone: "Europe/Atlantis", name: "", targets: [] }));
  t.equal(everything.issues.length, 3, "all faults are told at once");
  t.same(await fingerprint(desk.atelier), before);
  t.equal(await desk.atelier.services.db.postingSchedule.count(), 0);
});

t.test("the same key makes one schedule", async (t) => {
  const desk = await openScheduleDesk(t, { pictures: 1 });
  const input = desk.input({ idempotencyKey: "once" });
  const [one, two] = await Promise.all([desk.mutate("create", input), desk.mutate("create", input)]);
  t.equal(one.postingSchedule.id, two.postingSchedule.id);
  t.equal(await desk.atelier.services.db.postingSchedule.count(), 1);
});
