import t from "tap";
import { zoneDataVersion } from "../../../src/infra/time/local-time.ts";
import { resolveLocalTimes } from "../../../src/posts/resolve-local-times.ts";
import { claimTarget } from "../../../src/publishing/claim-target.ts";
import { sweepTargets } from "../../../src/publishing/sweep-targets.ts";
import { daily, openQueueDesks, queueOperations } from "../../support/queue-desk.ts";
import { missingId, rowIdOf } from "../../support/studio.ts";

const openDesk = await openQueueDesks(t);

t.test("queued posts are put into another order, and the others stay", async (t) => {
  const desk = await openDesk(["mia"]);
  const [socialAccountId] = desk.accounts;
  await desk.act("setSlots", { socialAccountId, timeZone: "Europe/Berlin", slots: daily("09:00") });
  const ids = [await desk.queue("one"), await desk.queue("two"), await desk.queue("three"), await desk.queue("four")];
  const [one, two, three, four] = ids;
  const order = (postIds: unknown[]) => desk.act("reorder", { socialAccountId, postIds });
  t.match(await order([four, one, two]), { __typename: "ReorderQueueSuccess" });
  const times = ["2027-03-23T09:00", "2027-03-24T09:00", "2027-03-25T09:00", "2027-03-26T09:00"];
  t.same(await desk.waiting(), [`four ${times[0]}`, `one ${times[1]}`, `three ${times[2]}`, `two ${times[3]}`]);

  await desk.act("schedule", { postId: three, schedule: { at: "2027-04-01T12:00:00Z" } });
  const before = await desk.waiting();
  const stale = await order([three, two, missingId("Post")]);
  t.match(stale, { __typename: "ConflictError", message: /^2 of the 3 posts are not in the queue of mia/ });
  t.match(await order([one]), { issues: [{ path: ["postIds"], code: "TOO_FEW" }] });
  t.match(await order([one, one]), { issues: [{ path: ["postIds"], code: "DUPLICATE" }] });
  t.same(await desk.waiting(), before, "nothing moved");

  await Promise.all([order([two, one]), order([one, four]), order([four, two]), desk.queue("five")]);
  const after = await desk.waiting();
  t.equal(new Set(after.map((line) => line.split(" ")[1])).size, 5, "orders at once never share a slot");
});

t.test("a paused queue holds what comes due, and gives it later slots in the same order", async (t) => {
  const desk = await openDesk(["nora"]);
  const [socialAccountId] = desk.accounts;
  await desk.act("setSlots", { socialAccountId, timeZone: "UTC", slots: daily("09:00") });
  for (const caption of ["one", "two", "three", "four"]) await desk.queue(caption);
  const paused = await desk.act("pause", { socialAccountId });
  t.equal(paused.socialAccount.queuePausedAt, desk.atelier.clock.now().toISOString());
  t.match(await desk.act("pause", { socialAccountId }), paused, "pausing it again changes nothing");
  const own = await desk.act("create", {
    ...{ caption: "own time", images: [{ imageId: desk.imageId }], targets: [{ socialAccountId }] },
    schedule: { at: "2027-03-24T09:00:30Z" },
  });
  t.equal(own.__typename, "CreatePostSuccess");
  for (const day of ["23", "24"]) await desk.at(`2027-03-${day}T09:00:00Z`);
  t.same(await desk.sent(), [], "what came due in the queue did not go out");
  await desk.at("2027-03-24T09:00:30Z");
  t.same(await desk.sent(), ["own time"], "a post with a time of its own does not wait behind it");
  await desk.at("2027-03-24T15:00:00Z");
  await sweepTargets(desk.atelier.services);
  await desk.atelier.drain();
  const held = await desk.atelier.services.db.postTarget.findMany({
    where: { socialAccountId: rowIdOf(socialAccountId ?? ""), dueAt: null, status: "SCHEDULED" },
  });
  t.same(
    held.map(({ failureCode }) => failureCode),
    ["QUEUE_PAUSED", "QUEUE_PAUSED"],
    "hours later it is held, not missed",
  );

  const resumed = await desk.act("resume", { socialAccountId });
  t.equal(resumed.socialAccount.queuePausedAt, null);
  const times = ["2027-03-25T09:00", "2027-03-26T09:00", "2027-03-27T09:00", "2027-03-28T09:00"];
  t.same(await desk.waiting(), [`one ${times[0]}`, `two ${times[1]}`, `three ${times[2]}`, `four ${times[3]}`]);
  for (const day of ["25", "26", "27", "28"]) await desk.at(`2027-03-${day}T09:00:00Z`);
  t.same(await desk.sent(), ["own time", "one", "two", "three", "four"]);
});

t.test("a queue that was paused for a moment, or without slots for all, does not move", async (t) => {
  const desk = await openDesk(["olga"]);
  const [socialAccountId] = desk.accounts;
  desk.atelier.clock.set(new Date("2027-03-29T12:00:00Z"));
  await desk.act("setSlots", { socialAccountId, timeZone: "UTC", slots: daily("09:00") });
  await desk.queue("one");
  const gap = await desk.queue("gap");
  await desk.queue("two");
  await desk.act("schedule", { postId: gap, schedule: { at: "2027-05-01T12:00:00Z" } });
  const before = await desk.waiting();
  await desk.act("pause", { socialAccountId });
  await desk.act("resume", { socialAccountId });
  t.same(await desk.waiting(), before);
  await desk.act("pause", { socialAccountId });
  await desk.at("2027-03-30T09:00:00Z");
  await desk.act("setSlots", { socialAccountId, timeZone: "UTC", slots: [] });
  const refused = await desk.act("resume", { socialAccountId });
  t.match(refused, { __typename: "QueueFullError", socialAccountIds: [socialAccountId] });
  const account = await desk.atelier.services.db.socialAccount.findFirstOrThrow({ where: { handle: "olga" } });
  t.not(account.queuePausedAt, null, "it is still paused");
  t.same(await desk.waiting(), before);
});

t.test("what a worker held a moment early goes out all the same when the queue goes on", async (t) => {
  const desk = await openDesk(["rita"]);
  const { atelier } = desk;
  const [socialAccountId] = desk.accounts;
  atelier.clock.set(new Date("2027-04-05T12:00:00Z"));
  await desk.act("setSlots", { socialAccountId, timeZone: "UTC", slots: daily("09:00") });
  await desk.queue("early");
  await desk.act("pause", { socialAccountId });
  atelier.clock.set(new Date("2027-04-06T08:59:59.500Z"));
  const target = await atelier.services.db.postTarget.findFirstOrThrow({
    where: { socialAccount: { handle: "rita" } },
  });
  await claimTarget(atelier.services, target.id);
  const held = await atelier.services.db.postTarget.findUniqueOrThrow({ where: { id: target.id } });
  t.match(held, { status: "SCHEDULED", dueAt: null });
  await desk.act("resume", { socialAccountId });
  await desk.at("2027-04-06T09:00:00Z");
  t.same(await desk.sent(), ["early"]);
});

t.test("an edit keeps a queued post's slot", async (t) => {
  const desk = await openDesk(["pia"]);
  const [socialAccountId] = desk.accounts;
  await desk.act("setSlots", { socialAccountId, timeZone: "Asia/Tokyo", slots: daily("09:00") });
  const postId = await desk.queue("one");
  const [before] = await desk.waiting();
  const update =
    "mutation ($input: UpdatePostInput!) { updatePost(input: $input) { __typename ... on Error { message } } }";
  const at = "2027-06-01T00:00:00Z";
  const input = { postId, expectedVersion: 1, caption: "one more", targets: [{ socialAccountId, at }] };
  const updated = await (await desk.atelier.signIn(desk.ada)).mutate(update, input);
  t.equal(updated.__typename, "UpdatePostSuccess", updated.message);
  t.same(await desk.waiting(), [before?.replace("one", "one more")]);
});

t.test("a worker with a newer zone database keeps what stands on the clock", async (t) => {
  const desk = await openDesk(["quin"]);
  const [socialAccountId] = desk.accounts;
  const { services } = desk.atelier;
  await desk.act("setSlots", { socialAccountId, timeZone: "Europe/Berlin", slots: daily("21:00") });
  for (const caption of ["moved", "same", "own"]) await desk.queue(caption);
  const [moved, same] = await services.db.postTarget.findMany({
    where: { socialAccountId: rowIdOf(socialAccountId ?? "") },
    orderBy: { scheduledAt: "asc" },
  });
  if (!moved?.scheduledAt || !same) throw new Error("Nothing is scheduled.");
  const wrong = new Date(moved.scheduledAt.getTime() + 3_600_000);
  await services.db.postTarget.update({
    where: { id: moved.id },
    data: { scheduledAt: wrong, dueAt: wrong, zoneDataVersion: "1999a" },
  });
  await services.db.postTarget.update({ where: { id: same.id }, data: { zoneDataVersion: "1999a" } });
  t.equal(await resolveLocalTimes(services), 1);
  const after = await services.db.postTarget.findMany({
    where: { id: { in: [moved.id, same.id] } },
    orderBy: { id: "asc" },
  });
  for (const target of after) t.match(target, { zoneDataVersion, localTime: /T21:00:00$/ });
  t.same(after.find(({ id }) => id === moved.id)?.scheduledAt, moved.scheduledAt);
  t.same(after.find(({ id }) => id === moved.id)?.dueAt, moved.scheduledAt);
  t.equal(after.find(({ id }) => id === same.id)?.statusVersion, same.statusVersion, "nobody is told of nothing");
  t.equal(await resolveLocalTimes(services), 0);
});

t.test("resuming and reordering take as many statements with eight posts as with two", async (t) => {
  const counted: number[][] = [];
  for (const [handle, posts] of [
    ["two", 2],
    ["eight", 8],
  ] as const) {
    const desk = await openDesk([handle]);
    const { atelier } = desk;
    const [socialAccountId] = desk.accounts;
    await desk.act("setSlots", { socialAccountId, timeZone: "UTC", slots: daily("09:00") });
    const postIds: string[] = [];
    for (let index = 0; index < posts; index += 1) postIds.push(await desk.queue(`${handle} ${index}`));
    await desk.act("pause", { socialAccountId });
    const counts: number[] = [];
    const before = await desk.waiting();
    await desk.at(new Date(atelier.clock.now().getTime() + 10 * 24 * 3_600_000).toISOString());
    const person = await atelier.signIn(desk.ada);
    for (const [operation, input] of [
      ["resume", { socialAccountId }],
      ["reorder", { socialAccountId, postIds: postIds.toReversed() }],
    ] as const) {
      atelier.statements.clear();
      const answer = await person.mutate(queueOperations[operation], input);
      t.match(answer, { __typename: /Success$/ }, operation);
      counts.push(atelier.statements.all().length);
    }
    const after = await desk.waiting();
    const captions = (lines: string[]) => lines.map((line) => line.slice(0, handle.length + 2));
    t.same(captions(after), captions(before).toReversed(), "all moved, and then changed places");
    counted.push(counts);
  }
  t.same(counted[0], counted[1]);
});
