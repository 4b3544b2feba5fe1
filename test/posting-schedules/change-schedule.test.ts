import t from "tap";
import { openScheduleDesk } from "../support/schedule-desk.ts";

const local = (dates: { localTime: string; state: string }[]) =>
  dates.map(({ localTime, state }) => `${localTime.slice(5, 16)} ${state}`);

t.test(
  "all: times move, dates that are gone go with their posts, content reaches posts that nobody edited",
  async (t) => {
    const desk = await openScheduleDesk(t);
    const { id } = await desk.create({
      recurrence: { rule: { text: "FREQ=DAILY;COUNT=3", firstAt: "2027-03-01T12:00" } },
    });
    await desk.at("2027-03-01T07:01:00Z");
    const change = (version: number, other: object) =>
      desk.mutate("update", { postingScheduleId: id, expectedVersion: version, scope: { all: true }, ...other });
    t.same(local(await desk.dates(id)), ["03-01T12:00 POSTED", "03-02T12:00 PLANNED", "03-03T12:00 PLANNED"]);
    t.match(await change(1, { captionTemplate: "New {counter}." }), {
      postingSchedule: { version: 2 },
      splitFrom: null,
    });
    await desk.at("2027-03-01T07:02:00Z");
    const [made] = await desk.dates(id);
    t.match(made, { state: "POSTED", counter: 1, post: { caption: "New 1.", status: "SCHEDULED" } });

    const edit = "mutation ($input: UpdatePostInput!) { updatePost(input: $input) { __typename } }";
    await (await desk.ada()).mutate(edit, { postId: made.post.id, expectedVersion: 1, caption: "By hand." });
    await change(2, { captionTemplate: "Newer {counter}.", timeZone: "Europe/London" });
    const [moved] = await desk.dates(id);
    t.match(moved, {
      at: "2027-03-01T12:00:00.000Z",
      post: { id: made.post.id, caption: "By hand.", targets: [{ scheduledAt: "2027-03-01T12:00:00.000Z" }] },
    });

    t.match(await change(2, { name: "Late" }), { code: "VERSION_CONFLICT" });
    await change(3, { recurrence: { rule: { text: "FREQ=DAILY", firstAt: "2027-03-02T12:00" } } });
    const [gone, kept, next] = await desk.dates(id);
    t.match(gone, {
      state: "CANCELLED",
      reason: /no longer has this date/,
      post: { targets: [{ status: "CANCELLED", failure: { code: "SCHEDULE_CHANGED" } }] },
    });
    t.same(local([kept, next]), ["03-02T12:00 PLANNED", "03-03T12:00 PLANNED"]);
    t.ok((await desk.dates(id)).length > 25, "and the new rule goes on");
  },
);

t.test("an earlier time of today, or of last night, is no date to catch up on", async (t) => {
  const desk = await openScheduleDesk(t);
  const { id } = await desk.create({
    recurrence: { rule: { text: "FREQ=DAILY", firstAt: "2027-03-01T09:00" } },
    timeZone: "UTC",
  });
  await desk.at("2027-03-01T09:00:00Z");
  t.equal(desk.platform.arrived.length, 1, "today's is out");
  await desk.at("2027-03-01T09:30:00Z");
  const change = (version: number, firstAt: string) =>
    desk.mutate("update", {
      ...{ postingScheduleId: id, expectedVersion: version, scope: { all: true } },
      recurrence: { rule: { text: "FREQ=DAILY", firstAt } },
    });
  for (const [version, firstAt] of [
    [1, "2027-03-01T09:15"],
    [2, "2027-02-28T23:45"],
  ] as const) {
    t.match(await change(version, firstAt), { __typename: "UpdatePostingScheduleSuccess" });
    await desk.at(`2027-03-01T09:3${version}:00Z`);
    t.equal(desk.platform.arrived.length, 1, "nothing more went out");
    t.notOk(
      (await desk.dates(id)).some(({ state }) => state === "MISSED"),
      "and nothing counts as missed",
    );
  }
});

t.test("this and future: the schedule is split, and the dates keep what they were", async (t) => {
  const desk = await openScheduleDesk(t);
  const { id } = await desk.create({
    recurrence: { rule: { text: "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR;COUNT=5", firstAt: "2027-03-01T09:00" } },
  });
  const before = await desk.dates(id);
  const update = { postingScheduleId: id, expectedVersion: 1, scope: { thisAndFuture: before[2].id } };
  const { postingSchedule: next, splitFrom } = await desk.mutate("update", { ...update, captionTemplate: "Part two." });
  t.match(splitFrom, { id, recurrence: { endsBefore: "2027-03-15T09:00:00" } });
  t.match(next, { captionTemplate: "Part two.", recurrence: { startsAt: "2027-03-15T09:00:00", endsBefore: null } });
  const [old, young] = [await desk.dates(id), await desk.dates(next.id)];
  t.same(
    [...old, ...young].map((date) => date.id),
    before.map((date) => date.id),
    "each date is the same as before",
  );
  t.same([old.length, young.length], [2, before.length - 2]);
  await desk.at("2027-03-12T09:00:00Z");
  const all = [...(await desk.dates(id)), ...(await desk.dates(next.id))];
  t.equal(all.length, 5, "both together have as many dates as the rule counts");

  t.match(
    await desk.mutate("update", { ...update, expectedVersion: 2, name: "X" }),
    { code: "NOT_FOUND" },
    "the date is the other schedule's now",
  );
  const passed = await desk.mutate("update", {
    ...update,
    expectedVersion: 2,
    scope: { thisAndFuture: old[0].id },
    name: "X",
  });
  t.match(passed.issues, [{ path: ["scope", "thisAndFuture"], code: "IN_THE_PAST" }]);
  const first = await desk.create({ name: "First" });
  const [, second] = await desk.dates(first.id);
  const whole = await desk.mutate("update", {
    postingScheduleId: first.id,
    expectedVersion: 1,
    scope: { thisAndFuture: second.id },
    name: "Second",
  });
  t.not(whole.splitFrom, null);
});

t.test("this: one date has its own text, time, or none", async (t) => {
  const desk = await openScheduleDesk(t);
  const { id } = await desk.create();
  const [, one, two, three] = await desk.dates(id);
  const scope = { this: one.id };
  const update = { postingScheduleId: id, expectedVersion: 1, scope };
  const pictures = { generate: { promptTemplate: "a boat", provider: "nobody" } };
  t.match((await desk.mutate("update", { ...update, scope: { all: true }, pictures })).issues, [
    { path: ["pictures", "generate", "provider"], code: "UNKNOWN_PROVIDER" },
  ]);
  const refused = await desk.mutate("update", { ...update, policy: "ASK", name: "X" });
  t.match(refused.issues, [
    { path: ["name"], code: "NOT_FOR_ONE" },
    { path: ["policy"], code: "NOT_FOR_ONE" },
  ]);
  t.match(await desk.mutate("update", { ...update, captionTemplate: "Only {day}." }), {
    postingSchedule: { version: 1 },
  });
  t.match((await desk.mutate("override", { occurrenceId: one.id, captionTemplate: "{dat}" })).issues, [
    { path: ["captionTemplate"], code: "UNKNOWN_VARIABLE" },
  ]);

  const [picture] = desk.imageIds;
  t.match((await desk.mutate("override", { occurrenceId: one.id, imageIds: [picture, picture] })).issues, [
    { path: ["imageIds"], code: "DUPLICATE" },
  ]);

  const move = (to: string, occurrenceId = two.id, other = {}) => desk.mutate("move", { occurrenceId, to, ...other });
  t.match((await move("2027-02-29T10:00")).issues, [{ path: ["to"], code: "INVALID_DATE" }]);
  t.match((await move("2027-02-28T10:00")).issues, [{ path: ["to"], code: "IN_THE_PAST" }]);
  t.match((await move("2029-02-28T10:00")).issues, [{ path: ["to"], code: "TOO_FAR_AHEAD" }]);
  t.match((await move("2027-03-22T09:00")).issues, [{ path: ["to"], code: "DUPLICATE" }]);
  t.match(await move("2027-03-28T02:30", three.id), {
    occurrence: { at: "2027-03-28T01:00:00.000Z", movedTo: "2027-03-28T02:30:00" },
  });
  t.match(await move("2027-03-09T10:00"), {
    occurrence: { at: "2027-03-09T09:00:00.000Z", localTime: "2027-03-15T09:00:00" },
  });
  t.match(await move("2027-03-09T11:00", two.id, { expectedVersion: 1 }), { code: "VERSION_CONFLICT" });
  await desk.at("2027-03-08T09:01:00Z");
  const dates = await desk.dates(id);
  t.same(local(dates).slice(1, 4), ["03-08T09:00 MISSED", "03-15T09:00 POSTED", "03-22T09:00 PLANNED"]);
  const posted = dates[2];
  t.match(posted.post, { caption: "Boat 1 of March 9, 2027." });
  await desk.mutate("override", { occurrenceId: posted.id, captionTemplate: "Mine {counter}." });
  await move("2027-03-09T12:00");
  t.match((await desk.dates(id))[2].post, {
    caption: "Mine 1.",
    targets: [{ scheduledAt: "2027-03-09T11:00:00.000Z" }],
  });
  const skipped = await desk.mutate("skip", { occurrenceId: posted.id, reason: "A holiday." });
  t.match(skipped.occurrence, { state: "SKIPPED", reason: "A holiday.", post: { status: "CANCELLED" } });
  t.match(await desk.mutate("skip", { occurrenceId: posted.id }), { code: "CONFLICT", message: /SKIPPED/ });
  await desk.at("2027-03-10T09:00:00Z");
  t.equal(desk.platform.arrived.length, 0, "nothing went out");
});

t.test("a pause takes posts back, resuming brings back what is still to come; an end is for good", async (t) => {
  const desk = await openScheduleDesk(t);
  const { id } = await desk.create({ recurrence: { rule: { text: "FREQ=DAILY", firstAt: "2027-03-01T12:00" } } });
  const which = { postingScheduleId: id };
  await desk.at("2027-03-01T12:30:00Z");
  t.match(await desk.mutate("pause", which), { postingSchedule: { state: "PAUSED" } });
  t.match(await desk.mutate("pause", which), { code: "CONFLICT" });
  const [, paused] = await desk.dates(id);
  t.match(paused, {
    state: "PLANNED",
    post: { targets: [{ status: "CANCELLED", failure: { code: "SCHEDULE_PAUSED" } }] },
  });
  await desk.at("2027-03-02T08:00:00Z");
  t.match(await desk.mutate("resume", which), { postingSchedule: { state: "ACTIVE" } });
  await desk.at("2027-03-02T08:01:00Z");
  const [, resumed] = await desk.dates(id);
  t.match(resumed, { state: "POSTED", post: { id: paused.post.id, status: "SCHEDULED" } });

  await desk.mutate("pause", { ...which, posts: "KEEP" });
  t.match((await desk.dates(id))[1].post.status, "SCHEDULED");
  await desk.at("2027-03-04T12:00:00Z");
  await desk.mutate("resume", which);
  t.same(local(await desk.dates(id)).slice(2, 5), [
    "03-03T12:00 SKIPPED",
    "03-04T12:00 SKIPPED",
    "03-05T12:00 PLANNED",
  ]);
  await desk.at("2027-03-04T12:01:00Z");
  t.match(await desk.mutate("end", which), { postingSchedule: { state: "ENDED" } });
  const dates = await desk.dates(id);
  t.same(local(dates).at(-1), "03-05T12:00 CANCELLED");
  t.match(dates.at(-1).post.targets, [{ status: "CANCELLED", failure: { code: "SCHEDULE_ENDED" } }]);
  for (const verb of ["pause", "resume", "end"] as const) t.match(await desk.mutate(verb, which), { code: "CONFLICT" });
  await desk.at("2027-03-08T12:00:00Z");
  t.equal((await desk.dates(id)).length, dates.length, "nothing comes after it");
  t.match(await desk.mutate("delete", which), { deletedPostingScheduleId: id });
  t.same(await desk.dates(), []);
  t.equal(await desk.atelier.services.db.post.count(), 2, "what it posted stays on record");
});
