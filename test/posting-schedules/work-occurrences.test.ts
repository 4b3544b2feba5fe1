import t from "tap";
import { workOccurrences } from "../../src/posting-schedules/work-occurrences.ts";
import { openScheduleDesk } from "../support/schedule-desk.ts";

const brief = ({
  state,
  image,
  post,
}: {
  state: string;
  image: { id: string } | null;
  post: { status: string } | null;
}) => [state, image?.id ?? null, post?.status ?? null];

t.test("posts are made a day ahead, from the pictures approved first, until none is left", async (t) => {
  const desk = await openScheduleDesk(t, { pictures: 2 });
  const [first, second] = desk.imageIds;
  const { id } = await desk.create();
  await desk.at("2027-03-01T07:01:00Z");
  const [today, nextWeek] = await desk.dates(id);
  t.same(brief(today), ["POSTED", first, "SCHEDULED"]);
  t.match(today.post, { caption: "Boat 1 of March 1, 2027.", targets: [{ scheduledAt: "2027-03-01T08:00:00.000Z" }] });
  t.equal(nextWeek.state, "PLANNED", "there is time for that");
  await desk.at("2027-03-01T08:00:00Z");
  t.same(
    desk.platform.arrived.map(({ caption }) => caption),
    ["Boat 1 of March 1, 2027."],
  );

  await desk.at("2027-03-07T07:59:00Z");
  t.equal((await desk.dates(id))[1].state, "PLANNED");
  await desk.at("2027-03-07T08:00:00Z");
  t.same(brief((await desk.dates(id))[1]), ["POSTED", second, "SCHEDULED"]);

  await desk.at("2027-03-14T08:00:00Z");
  const waiting = (await desk.dates(id))[2];
  t.match(waiting, { state: "PLANNED", reason: /No approved picture with the tag "boats".*90 days/ });
  await desk.at("2027-03-14T12:00:00Z");
  t.same(await desk.notices(), ["AT_RISK"], "the same is told once");
  await desk.at("2027-03-15T06:59:00Z");
  t.equal((await desk.dates(id))[2].state, "PLANNED");
  await desk.at("2027-03-15T07:00:00Z");
  t.match((await desk.dates(id))[2], { state: "SKIPPED", post: null });
  t.same(await desk.notices(), ["AT_RISK", "SKIPPED"]);
});

t.test("a picture that comes back after so many days is the one shown longest ago", async (t) => {
  const desk = await openScheduleDesk(t, { pictures: 2 });
  const { id } = await desk.create({
    recurrence: { rule: { text: "FREQ=DAILY", firstAt: "2027-03-01T09:00" } },
    pictures: { queue: { tag: "boats", repeatAfterDays: 2 } },
  });
  for (const day of ["01", "02", "03", "04"]) await desk.at(`2027-03-${day}T07:30:00Z`);
  const shown = (await desk.dates(id)).slice(0, 4).map(({ image }) => desk.imageIds.indexOf(image?.id));
  t.same(shown, [0, 1, 0, 1]);
});

t.test("the night in which clocks change does not make days shorter: a picture comes back when it may", async (t) => {
  const desk = await openScheduleDesk(t, { pictures: 2 });
  const { id } = await desk.create({
    recurrence: { rule: { text: "FREQ=DAILY", firstAt: "2027-03-26T09:00" } },
    pictures: { queue: { tag: "boats", repeatAfterDays: 2 } },
  });
  for (const day of ["26", "27", "28", "29"]) await desk.at(`2027-03-${day}T06:30:00Z`);
  const shown = (await desk.dates(id)).slice(0, 4).map(({ image }) => desk.imageIds.indexOf(image?.id));
  t.same(shown, [0, 1, 0, 1]);
});

t.test("many workers at once make one post of each date, each with a picture of its own", async (t) => {
  const desk = await openScheduleDesk(t);
  const { id } = await desk.create({
    recurrence: { weekly: { slots: [{ weekday: "MONDAY", times: ["09:00", "10:00", "11:00"] }], from: "2027-03-01" } },
  });
  const other = (await desk.atelier.neighbour()).services;
  const { services } = desk.atelier;
  await Promise.all([services, other, services, other].map((one) => workOccurrences(one)));
  const posted = (await desk.dates(id)).slice(0, 3);
  t.same(
    posted.map(({ state, counter }) => [state, counter]),
    [
      ["POSTED", 1],
      ["POSTED", 2],
      ["POSTED", 3],
    ],
  );
  t.equal(new Set(posted.map(({ image }) => image.id)).size, 3);
  t.equal(await services.db.post.count(), 3);
});

t.test("policies: the fallback picture, or a person who decides", async (t) => {
  const desk = await openScheduleDesk(t, { pictures: 1 });
  const [imageId = ""] = desk.imageIds;
  const twice = {
    recurrence: { weekly: { slots: [{ weekday: "MONDAY", times: ["09:00", "09:30"] }], from: "2027-03-01" } },
  };
  const fallback = await desk.create({ ...twice, policy: "FALLBACK", fallbackImageId: imageId });
  const asking = await desk.create({ ...twice, policy: "ASK" });
  await desk.at("2027-03-01T07:31:00Z");
  const [, fallen] = await desk.dates(fallback.id);
  t.match(fallen, { state: "POSTED", reason: /shows the fallback picture/, post: { status: "SCHEDULED" } });
  const [, asked] = await desk.dates(asking.id);
  t.match(asked, { state: "NEEDS_DECISION", post: null });
  const decided = await desk.mutate("override", {
    occurrenceId: asked.id,
    imageIds: [imageId],
    captionTemplate: "By hand, {weekday}.",
  });
  t.match(decided.occurrence, { state: "PLANNED", reason: null });
  await desk.at("2027-03-01T07:32:00Z");
  t.match((await desk.dates(asking.id))[1], {
    state: "POSTED",
    post: { caption: "By hand, Monday.", status: "SCHEDULED" },
  });

  await desk.at("2027-03-08T09:00:00Z");
  t.match((await desk.dates(asking.id))[2], { state: "NEEDS_DECISION" });
  await desk.at("2027-03-08T09:31:00Z");
  const [, , late, later] = await desk.dates(asking.id);
  t.match(late, { state: "MISSED", reason: /Nobody decided in time/ });
  t.equal(later.state, "MISSED");
  t.same([...new Set(await desk.notices())].toSorted(), ["FALLBACK", "NEEDS_DECISION", "SKIPPED"]);
});

t.test("what a platform would refuse, or its owner may not do any more, is put before a person", async (t) => {
  const desk = await openScheduleDesk(t);
  const long = await desk.create({ captionTemplate: "x".repeat(5_001) });
  const good = await desk.create();
  await desk.at("2027-03-01T07:01:00Z");
  t.match((await desk.dates(long.id))[0], { state: "NEEDS_DECISION", reason: /5001 characters/, image: null });
  t.equal((await desk.dates(good.id))[0].state, "POSTED", "one does not keep the others back");
  t.equal(await desk.atelier.services.db.post.count(), 1, "and leaves nothing behind");
  await desk.mutate("update", {
    postingScheduleId: long.id,
    expectedVersion: 1,
    scope: { all: true },
    captionTemplate: "Short.",
  });
  await desk.at("2027-03-01T07:02:00Z");
  t.match((await desk.dates(long.id))[0], { state: "POSTED", post: { caption: "Short." } });

  await desk.atelier.services.db.postingSchedule.updateMany({ data: { ownerId: null } });
  await desk.at("2027-03-07T08:00:00Z");
  t.match((await desk.dates(good.id))[1], { state: "NEEDS_DECISION", reason: /account .* is gone.*takes it over/ });
});

t.test("nothing is made in the name of whoever is disabled", async (t) => {
  const desk = await openScheduleDesk(t);
  const { db, clock } = desk.atelier.services;
  await desk.create();
  await db.user.updateMany({ data: { disabledAt: clock.now() } });
  await desk.at("2027-03-01T07:01:00Z");
  const [first] = await db.occurrence.findMany({ orderBy: { at: "asc" } });
  t.match(first, { state: "NEEDS_DECISION", reason: /can no longer sign in.*takes it over/ });
  t.equal(await db.post.count(), 0);
});

t.test("a date whose worker was away goes out within the hour, or is missed", async (t) => {
  const desk = await openScheduleDesk(t);
  const { id } = await desk.create();
  await desk.at("2027-03-01T08:59:00Z");
  t.match((await desk.dates(id))[0], { state: "POSTED", post: { status: "PUBLISHED" } });
  await desk.at("2027-03-08T09:01:00Z");
  t.match((await desk.dates(id))[1], { state: "MISSED", reason: /went by/ });
});
