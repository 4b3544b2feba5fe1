import t from "tap";
import { workOccurrence, workOccurrences } from "../../src/posting-schedules/work-occurrences.ts";
import { openScheduleDesk, review, rowIdOf } from "../support/schedule-desk.ts";

const generate = { pictures: { generate: { promptTemplate: "a boat in {month}, number {counter}" } } };
const monday = (text: string) => ({ recurrence: { rule: { text, firstAt: "2027-03-08T09:00" } } });

t.test("a picture is generated ahead, waits for review, is reminded of, and goes out", async (t) => {
  const desk = await openScheduleDesk(t, { pictures: 0 });
  const { id } = await desk.create({ ...generate, ...monday("FREQ=WEEKLY;COUNT=1") });
  await desk.at("2027-03-06T07:59:00Z");
  t.equal((await desk.dates(id))[0].state, "PLANNED");
  await desk.at("2027-03-06T08:00:00Z");
  const [asked] = await desk.dates(id);
  t.match(asked, { state: "AWAITING_PICTURE", counter: 1, post: null });
  const image = await desk.atelier.services.db.image.findUniqueOrThrow({ where: { id: rowIdOf(asked.image.id) } });
  t.match(image, { prompt: "a boat in March, number 1", status: "GENERATED", reviewState: "PENDING" });

  await desk.at("2027-03-07T05:59:00Z");
  t.same(await desk.notices(), []);
  await desk.at("2027-03-07T06:00:00Z");
  await desk.at("2027-03-07T06:01:00Z");
  t.same(await desk.notices(), ["AT_RISK"], "half of the time to the deadline is over");
  await desk.at("2027-03-07T23:00:00Z");
  t.same(await desk.notices(), ["AT_RISK", "AT_RISK"]);

  await review(await desk.ada(), asked.image.id, "APPROVE");
  await desk.at("2027-03-07T23:01:00Z");
  const [posted] = await desk.dates(id);
  t.match(posted, {
    state: "POSTED",
    post: { status: "SCHEDULED", targets: [{ scheduledAt: "2027-03-08T08:00:00.000Z" }] },
  });
  await desk.at("2027-03-08T08:00:00Z");
  t.equal((await desk.dates(id))[0].post.status, "PUBLISHED");
});

t.test("a rejected picture is asked for once more; then the deadline decides", async (t) => {
  const desk = await openScheduleDesk(t, { pictures: 1 });
  const fallback = { policy: "FALLBACK", fallbackImageId: desk.imageIds[0] };
  const { id } = await desk.create({ ...generate, ...fallback, ...monday("FREQ=WEEKLY;COUNT=1") });
  await desk.at("2027-03-06T08:00:00Z");
  const [{ image: first }] = await desk.dates(id);
  await review(await desk.ada(), first.id, "REJECT");
  await desk.at("2027-03-06T08:05:00Z");
  const [{ image: second }] = await desk.dates(id);
  t.not(second.id, first.id);
  await review(await desk.ada(), second.id, "REJECT");
  await desk.at("2027-03-07T06:00:00Z");
  t.match((await desk.dates(id))[0], {
    state: "AWAITING_PICTURE",
    reason: /rejected: Too dark/,
    image: { id: second.id },
  });
  await desk.at("2027-03-08T04:00:00Z");
  t.match((await desk.dates(id))[0], {
    state: "POSTED",
    reason: /rejected.*fallback picture/,
    post: { status: "SCHEDULED" },
  });
  t.same(await desk.notices(), ["AT_RISK", "FALLBACK"]);
});

t.test("a picture that nobody reviews is skipped or asked about", async (t) => {
  const desk = await openScheduleDesk(t, { pictures: 0 });
  const skipping = await desk.create({ ...generate, ...monday("FREQ=WEEKLY;COUNT=1") });
  const asking = await desk.create({ ...generate, policy: "ASK", ...monday("FREQ=WEEKLY;COUNT=1") });
  await desk.at("2027-03-06T08:00:00Z");
  await desk.at("2027-03-08T04:00:00Z");
  t.match((await desk.dates(skipping.id))[0], { state: "SKIPPED", reason: /not approved in time/ });
  const [asked] = await desk.dates(asking.id);
  t.match(asked, { state: "NEEDS_DECISION", reason: /not approved in time/ });
  await review(await desk.ada(), asked.image.id, "APPROVE");
  const decided = await desk.mutate("override", { occurrenceId: asked.id, imageIds: [asked.image.id] });
  t.match(decided.occurrence, { state: "PLANNED" });
  await desk.at("2027-03-08T04:01:00Z");
  t.match((await desk.dates(asking.id))[0], { state: "POSTED", post: { status: "SCHEDULED" } });
});

t.test("whoever dies between asking and writing it down asks for the same picture", async (t) => {
  const desk = await openScheduleDesk(t, { pictures: 0 });
  await desk.create({ ...generate, ...monday("FREQ=WEEKLY;COUNT=1") });
  const { services, clock } = desk.atelier;
  clock.set(new Date("2027-03-06T08:00:00Z"));
  const { id } = await services.db.occurrence.findFirstOrThrow();
  for (const deathAt of [1, 2, 3, 4]) {
    let left = deathAt;
    const mortal: typeof services = {
      ...services,
      transact: async (work) => {
        left -= 1;
        if (left === 0) throw new Error("killed");
        return services.transact(work);
      },
    };
    await t.rejects(workOccurrence(mortal, id), { message: "killed" });
  }
  await Promise.all([workOccurrences(services), workOccurrences((await desk.atelier.neighbour()).services)]);
  t.equal(await services.db.image.count(), 1);
  t.match(await services.db.occurrence.findFirst(), { state: "AWAITING_PICTURE", number: 1, pictures: 1 });
});

t.test("a provider that is not there is told, and asked again until the deadline", async (t) => {
  const desk = await openScheduleDesk(t, { pictures: 0 });
  const { id } = await desk.create({ ...generate, ...monday("FREQ=WEEKLY;COUNT=1") });
  await desk.atelier.services.db.postingSchedule.updateMany({ data: { generation: { provider: "nobody" } } });
  await desk.at("2027-03-06T08:00:00Z");
  t.match((await desk.dates(id))[0], { state: "PLANNED", reason: /no image provider "nobody"/ });
  await desk.at("2027-03-06T08:20:00Z");
  t.same(await desk.notices(), ["AT_RISK"]);
  await desk.at("2027-03-08T04:00:00Z");
  t.match((await desk.dates(id))[0], { state: "SKIPPED" });
});
