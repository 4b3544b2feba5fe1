import t from "tap";
import { openScheduleDesk } from "../../support/schedule-desk.ts";
import { connectGallery, operations, rowIdOf } from "../../support/studio.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- an answer has the shape its query asks for, which only the test knows
type Loose = any;

const query = `query ($from: String!, $to: String!, $timeZone: String) {
  calendar(from: $from, to: $to, timeZone: $timeZone) {
    timeZone attention { handle state }
    days { date quotas { used allowed left socialAccount { handle } }
      entries { at localTime notes clashes { at postId occurrenceId } socialAccounts { handle }
        post { id caption status targets { status } } occurrence { localTime state } } }
  }
}`;

type Desk = Awaited<ReturnType<typeof openScheduleDesk>>;

async function read(desk: Desk, range: { from: string; to: string; timeZone?: string }): Promise<Loose> {
  const answer = await (await desk.ada()).request(query, range);
  if (answer.errors !== undefined) return answer;
  return answer.data.calendar;
}

async function write(desk: Desk, caption: string, at: string, accounts = [desk.accountId]): Promise<string> {
  const made = await (await desk.ada()).mutate(operations.create, {
    ...{ caption, images: [{ imageId: desk.imageIds[0] }], schedule: { at } },
    targets: accounts.map((socialAccountId) => ({ socialAccountId })),
  });
  if (made.post === undefined) throw new Error(made.message);
  return made.post.id;
}

const entriesOf = (calendar: Loose): Loose[] => calendar.days.flatMap((day: Loose) => day.entries);

t.test("posts and the coming dates of schedules stand on the days of a zone's clock", async (t) => {
  const desk = await openScheduleDesk(t);
  await desk.create();
  const late = await write(desk, "Late in Paris.", "2027-03-07T23:30:00Z");
  const calendar = await read(desk, { from: "2027-03-08", to: "2027-03-29", timeZone: "Europe/Paris" });
  t.equal(calendar.timeZone, "Europe/Paris");
  t.equal(calendar.days.length, 22, "empty days as well");
  t.same(
    entriesOf(calendar).map(({ localTime, at, post, occurrence }) => [
      localTime,
      at,
      post?.caption ?? occurrence.state,
    ]),
    [
      ["2027-03-08T00:30:00", "2027-03-07T23:30:00.000Z", "Late in Paris."],
      ["2027-03-08T09:00:00", "2027-03-08T08:00:00.000Z", "PLANNED"],
      ["2027-03-15T09:00:00", "2027-03-15T08:00:00.000Z", "PLANNED"],
      ["2027-03-22T09:00:00", "2027-03-22T08:00:00.000Z", "PLANNED"],
      // Clocks went forward the day before.
      ["2027-03-29T09:00:00", "2027-03-29T07:00:00.000Z", "PLANNED"],
    ],
  );
  const inUtc = await read(desk, { from: "2027-03-07", to: "2027-03-07" });
  t.match(entriesOf(inUtc), [{ post: { id: late }, occurrence: null, notes: [] }], "the workspace's zone by default");
});

t.test("what stands in the way is told beside each entry", async (t) => {
  const desk = await openScheduleDesk(t);
  const { atelier } = desk;
  await desk.create({ timeZone: "UTC", recurrence: { rule: { text: "FREQ=DAILY", firstAt: "2027-03-10T09:00" } } });
  const other = await connectGallery(await desk.ada(), "ada-too");
  const near = await write(desk, "Near.", "2027-03-10T09:10:00Z", [desk.accountId, other]);
  await write(desk, "Elsewhere.", "2027-03-10T09:05:00Z", [other]);
  await write(desk, "Next door.", "2027-03-09T23:55:00Z");
  await write(desk, "Behind midnight.", "2027-03-10T00:05:00Z");
  const calendar = await read(desk, { from: "2027-03-10", to: "2027-03-10" });
  const [behind, occurrence, elsewhere, post] = entriesOf(calendar);
  t.match(behind, { notes: ["CLASH"], clashes: [{ at: "2027-03-09T23:55:00.000Z" }] }, "also over midnight");
  t.match(occurrence, { post: null, notes: ["CLASH"], clashes: [{ postId: near, occurrenceId: null }] });
  t.match(elsewhere, { notes: ["CLASH"], clashes: [{ postId: near }], socialAccounts: [{ handle: "ada-too" }] });
  t.equal(post.clashes.length, 2, "each account has its own");
  t.same(post.socialAccounts.map(({ handle }: Loose) => handle).toSorted(), ["ada", "ada-too"]);
  await atelier.services.db.socialAccount.update({ where: { id: rowIdOf(other) }, data: { state: "NEEDS_RECONNECT" } });
  const after = await read(desk, { from: "2027-03-10", to: "2027-03-10" });
  t.match(after.attention, [{ handle: "ada-too", state: "NEEDS_RECONNECT" }]);
  t.same(
    entriesOf(after).map(({ notes }) => notes.includes("ACCOUNT_NEEDS_ATTENTION")),
    [false, false, true, true],
  );
});

t.test("what waits for approval says so, and what is out needs nothing", async (t) => {
  const desk = await openScheduleDesk(t);
  const out = await write(desk, "Out.", "2027-03-01T08:00:00Z");
  await desk.at("2027-03-01T08:00:05Z");
  const policy = "mutation ($input: UpdateWorkspaceInput!) { updateWorkspace(input: $input) { __typename } }";
  await (await desk.ada()).mutate(policy, { postApprovalPolicy: "REQUIRED" });
  await write(desk, "Waits.", "2027-03-01T20:00:00Z");
  const calendar = await read(desk, { from: "2027-03-01", to: "2027-03-01" });
  t.match(entriesOf(calendar), [
    { post: { id: out, status: "PUBLISHED" }, notes: [] },
    { post: { caption: "Waits.", status: "AWAITING_APPROVAL" }, notes: ["AWAITING_APPROVAL"] },
  ]);
});

t.test("days that do not exist, and ranges out of rule, are told at their place", async (t) => {
  const desk = await openScheduleDesk(t, { pictures: 0 });
  const issue = async (range: { from: string; to: string; timeZone?: string }) => {
    const { errors } = await read(desk, range);
    return errors?.[0]?.extensions.issues?.[0];
  };
  t.match(await issue({ from: "2027-02-29", to: "2027-03-01" }), { path: ["from"], code: "INVALID_DATE" });
  t.match(await issue({ from: "2027-3-1", to: "2027-03-01" }), { path: ["from"], code: "INVALID_DATE" });
  t.match(await issue({ from: "2027-03-02", to: "2027-03-01" }), { path: ["to"], code: "INVALID_RANGE" });
  t.match(await issue({ from: "2027-03-01", to: "2027-05-02" }), {
    path: ["to"],
    code: "TOO_LONG",
    message: /63 days/,
  });
  t.match(await issue({ from: "2027-03-01", to: "2027-03-02", timeZone: "Europe/Bonn" }), {
    path: ["timeZone"],
    code: "UNKNOWN_TIME_ZONE",
  });
});

t.test("a calendar takes the same few statements, however much there is", async (t) => {
  const desk = await openScheduleDesk(t);
  const { statements } = desk.atelier;
  const count = async () => {
    statements.clear();
    await read(desk, { from: "2027-03-01", to: "2027-03-31" });
    return statements.all().length;
  };
  await desk.create();
  await write(desk, "First.", "2027-03-02T10:00:00Z");
  const few = await count();
  for (let day = 3; day <= 12; day += 1)
    await write(desk, `Day ${day}.`, `2027-03-${`${day}`.padStart(2, "0")}T10:00:00Z`);
  await desk.create({ name: "Daily", recurrence: { rule: { text: "FREQ=DAILY", firstAt: "2027-03-01T12:00" } } });
  t.equal(await count(), few);
  t.ok(few <= 9, `${few} statements`);
});
