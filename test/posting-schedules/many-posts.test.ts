import t from "tap";
import { openScheduleDesk } from "../support/schedule-desk.ts";

t.test("what happens to a schedule takes as many statements with nine posts as with two", async (t) => {
  const desk = await openScheduleDesk(t, { pictures: 1 });
  const counted: Record<string, number>[] = [];
  for (const posts of [2, 9]) {
    const rule = (time: string) => ({ text: `FREQ=DAILY;COUNT=${posts}`, firstAt: `2027-03-02T${time}` });
    const { id } = await desk.create({
      ...{ leadTimeMinutes: 43_200, pictures: { queue: { tag: "boats", repeatAfterDays: 0 } } },
      recurrence: { rule: rule("12:00") },
    });
    let version = 1;
    const counts: Record<string, number> = {};
    const step = async (name: string, operation: "update" | "pause" | "end", input: object) => {
      await desk.at("2027-03-01T07:00:00Z");
      t.equal((await desk.dates(id)).filter(({ state }) => state === "POSTED").length, posts, name);
      desk.atelier.statements.clear();
      const answer = await desk.mutate(operation, { postingScheduleId: id, ...input });
      t.match(answer, { __typename: /Success$/ }, name);
      counts[name] = desk.atelier.statements.all().length;
      version += 1;
    };
    const change = (name: string, other: object) =>
      step(name, "update", { expectedVersion: version, scope: { all: true }, ...other });
    await change("another zone", { timeZone: "America/New_York" });
    await change("another text", { captionTemplate: "Anew." });
    await change("other dates", { recurrence: { rule: rule("13:00") } });
    await step("a pause", "pause", {});
    await desk.mutate("resume", { postingScheduleId: id });
    await step("its end", "end", {});
    counted.push(counts);
  }
  t.same(counted[0], counted[1]);
});

t.test("a schedule does not move to a zone in which a post would be late", async (t) => {
  const desk = await openScheduleDesk(t, { pictures: 1 });
  const { id } = await desk.create({ recurrence: { rule: { text: "FREQ=DAILY", firstAt: "2027-03-01T12:00" } } });
  await desk.at("2027-03-01T07:01:00Z");
  const [before] = await desk.dates(id);
  const update = { postingScheduleId: id, expectedVersion: 1, scope: { all: true } };
  const refused = await desk.mutate("update", { ...update, timeZone: "Asia/Tokyo" });
  t.match(refused.issues, [{ path: ["timeZone"], code: "IN_THE_PAST" }]);
  t.same((await desk.dates(id))[0], before);
});
