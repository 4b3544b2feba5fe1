import fc from "fast-check";
import t from "tap";
import type { Week } from "../../../src/infra/time/weekly-times.ts";
import { firstFreeSlot } from "../../../src/posts/queue/free-slots.ts";
import { daily, openQueueDesks } from "../../support/queue-desk.ts";
import { rowIdOf } from "../../support/studio.ts";

const openDesk = await openQueueDesks(t);

const slotsOf = `query ($id: ID!) { socialAccount(id: $id) {
  slots { weekday time timeZone } nextSlots(first: 3) { at localTime timeZone kind } } }`;

t.test("an account has slots, and tells which are next, through a change of the clocks", async (t) => {
  const { act, accounts } = await openDesk(["mia"]);
  const [socialAccountId] = accounts;
  const slots = [
    { weekday: "SUNDAY", time: "02:30" },
    { weekday: "MONDAY", time: "09:00" },
  ];
  const set = await act("setSlots", { socialAccountId, timeZone: "europe/berlin", slots });
  const timeZone = "Europe/Berlin";
  t.same(set.socialAccount.slots, [
    { weekday: "MONDAY", time: "09:00", timeZone },
    { weekday: "SUNDAY", time: "02:30", timeZone },
  ]);
  t.same(set.socialAccount.nextSlots, [
    { at: "2027-03-28T01:00:00.000Z", localTime: "2027-03-28T02:30:00", timeZone, kind: "SKIPPED_GAP" },
    { at: "2027-03-29T07:00:00.000Z", localTime: "2027-03-29T09:00:00", timeZone, kind: "NORMAL" },
    { at: "2027-04-04T00:30:00.000Z", localTime: "2027-04-04T02:30:00", timeZone, kind: "NORMAL" },
  ]);
  const none = await act("setSlots", { socialAccountId, timeZone, slots: [] });
  t.match(none.socialAccount, { slots: [], nextSlots: [] });
});

t.test("slots that cannot be are refused, each at its place", async (t) => {
  const { act, accounts, ada, atelier, imageId, waiting } = await openDesk(["nils"]);
  const [socialAccountId] = accounts;
  const slots = [
    ...[
      { weekday: "MONDAY", time: "24:00" },
      { weekday: "MONDAY", time: "9:00" },
    ],
    ...[
      { weekday: "MONDAY", time: "09:00" },
      { weekday: "MONDAY", time: "09:00" },
    ],
  ];
  const refused = await act("setSlots", { socialAccountId, timeZone: "Mars/Olympus", slots });
  t.same(
    refused.issues.map(({ path, code }: { path: string[]; code: string }) => `${path.join(".")} ${code}`),
    ["timeZone UNKNOWN_TIME_ZONE", "slots.0.time INVALID", "slots.1.time INVALID"],
  );
  const twice = await act("setSlots", { socialAccountId, timeZone: "UTC", slots: slots.slice(2) });
  t.match(twice.issues, [{ path: ["slots", "1"], code: "DUPLICATE" }]);
  const schedule = { nextSlot: true };
  const post = { caption: "A boat.", images: [{ imageId }], targets: [{ socialAccountId }], schedule };
  t.match(await act("create", post), {
    __typename: "ValidationError",
    issues: [{ path: ["targets", "0"], code: "NO_SLOTS", message: /no posting slots.*setPostingSlots/ }],
  });
  t.match(await act("create", { ...post, schedule: { nextSlot: false } }), {
    issues: [{ path: ["schedule", "nextSlot"], code: "INVALID" }],
  });
  t.same(await waiting(), []);
  const answer = await (await atelier.signIn(ada)).request(
    "query ($id: ID!) { socialAccount(id: $id) { nextSlots(first: 51) { at } } }",
    { id: socialAccountId },
  );
  t.equal(answer.errors?.[0]?.extensions.code, "BAD_USER_INPUT");
});

t.test("each account gives its own next free slot; cancelling and moving free it", async (t) => {
  const desk = await openDesk(["ada", "bob"]);
  const [ada, bob] = desk.accounts;
  await desk.act("setSlots", { socialAccountId: ada, timeZone: "Europe/Paris", slots: daily("09:00") });
  await desk.act("setSlots", { socialAccountId: bob, timeZone: "Asia/Tokyo", slots: daily("18:00") });
  const first = await desk.queue("one");
  const second = await desk.queue("two");
  t.same(await desk.waiting(ada), ["one 2027-03-23T09:00", "two 2027-03-24T09:00"]);
  t.same(await desk.waiting(bob), ["one 2027-03-23T18:00", "two 2027-03-24T18:00"]);

  const cancel = "mutation ($input: CancelPostInput!) { cancelPost(input: $input) { __typename } }";
  await (await desk.atelier.signIn(desk.ada)).mutate(cancel, { postId: first });
  await desk.queue("three");
  t.same(await desk.waiting(ada), ["three 2027-03-23T09:00", "two 2027-03-24T09:00"]);

  const at = "2027-03-25T08:00:00.000Z";
  const moved = await desk.act("schedule", { postId: second, schedule: { at } });
  t.match(moved.post.targets[0], { scheduledAt: at, localTime: null, timeZone: null, isQueued: false });
  await desk.queue("four");
  await desk.queue("five");
  t.same(
    await desk.waiting(ada),
    ["three 2027-03-23T09:00", "four 2027-03-24T09:00", "two by itself", "five 2027-03-26T09:00"],
    "the 25th at nine is taken by a post that has that time of its own",
  );
  const back = await desk.act("schedule", { postId: second, schedule: { nextSlot: true } });
  t.match(back.post.targets[0], { localTime: "2027-03-25T09:00:00", timeZone: "Europe/Paris", isQueued: true });
});

t.test("after sixty days the queue is full, and says so", async (t) => {
  const { act, accounts, queue, imageId, waiting } = await openDesk(["olga"]);
  const [socialAccountId] = accounts;
  const slots = [{ weekday: "MONDAY", time: "09:00" }];
  await act("setSlots", { socialAccountId, timeZone: "UTC", slots });
  for (let week = 1; week <= 8; week += 1) await queue(`week ${week}`);
  const post = { caption: "more", images: [{ imageId }], targets: [{ socialAccountId }], schedule: { nextSlot: true } };
  t.match(await act("create", post), {
    ...{ __typename: "QueueFullError", code: "QUEUE_FULL", socialAccountIds: [socialAccountId] },
    message: /^olga has no free slot in the next 60 days\. Give it more slots/,
  });
  t.equal((await waiting()).length, 8);
});

t.test("two servers that are asked at once never give one slot to both, fifty times over", async (t) => {
  const { atelier, ada, act, accounts, imageId } = await openDesk(["paul", "quin"]);
  const slots = [...daily("09:00"), ...daily("21:00")];
  for (const socialAccountId of accounts) await act("setSlots", { socialAccountId, timeZone: "UTC", slots });
  const neighbour = await atelier.neighbour();
  const { token } = await atelier.signIn(ada);
  const create = `mutation ($input: CreatePostInput!) { createPost(input: $input) {
    __typename ... on Error { message } ... on CreatePostSuccess { post { targets { scheduledAt } } } } }`;
  const ask = async ({ app }: Pick<typeof atelier, "app">, caption: string, inOrder: readonly string[]) => {
    const targets = inOrder.map((socialAccountId) => ({ socialAccountId }));
    const input = { caption, images: [{ imageId }], targets, schedule: { nextSlot: true } };
    const headers = { authorization: `Bearer ${token}` };
    const payload = { query: create, variables: { input } };
    const answer = (await app.inject({ method: "POST", url: "/graphql", headers, payload })).json();
    t.equal(answer.data?.createPost?.__typename, "CreatePostSuccess", JSON.stringify(answer));
  };
  for (let round = 0; round < 50; round += 1) {
    // Accounts in both orders: who locks them must not care.
    await Promise.all([ask(atelier, `${round}`, accounts), ask(neighbour, `${round} too`, accounts.toReversed())]);
  }
  for (const account of accounts) {
    const targets = await atelier.services.db.postTarget.findMany({ where: { socialAccountId: rowIdOf(account) } });
    const times = new Set(targets.map(({ scheduledAt }) => scheduledAt?.toISOString()));
    t.equal(times.size, 100);
    t.equal([...times].toSorted().at(-1), "2027-05-11T09:00:00.000Z", "and no slot was left out");
  }
});

t.test("next slots of many accounts are one statement more than their list", async (t) => {
  const { atelier, ada, accounts, act } = await openDesk(["rosa", "sam", "tim"]);
  for (const socialAccountId of accounts)
    await act("setSlots", { socialAccountId, timeZone: "UTC", slots: daily("09:00") });
  const reader = await atelier.signIn(ada);
  atelier.statements.clear();
  const { data } = await reader.request(
    "{ socialAccounts(first: 3) { nodes { slots { time } nextSlots(first: 2) { at } } } }",
  );
  t.equal(data.socialAccounts.nodes.length, 3);
  t.equal(atelier.statements.all().length, 2, atelier.statements.all().join("\n"));
  t.match((await reader.request(slotsOf, { id: accounts[0] })).data.socialAccount.nextSlots.length, 3);
});

t.test("the next free slot is the earliest instant of the week's times that nobody holds", async (t) => {
  const zones = fc.constantFrom("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut", "UTC");
  const hours = fc.integer({ min: 0, max: 23 }).map((hour) => `${String(hour).padStart(2, "0")}:00`);
  const times = fc.array(fc.record({ weekday: fc.integer({ min: 1, max: 7 }), time: hours }), { maxLength: 4 });
  const now = fc.integer({ min: Date.UTC(2024), max: Date.UTC(2030) }).map((at) => new Date(at));
  fc.assert(
    fc.property(zones, times, now, fc.array(fc.nat({ max: 30 }), { maxLength: 30 }), (timeZone, week, at, gaps) => {
      const all = simply({ timeZone, times: week }, at);
      const taken = gaps.flatMap((index) => all[index] ?? []);
      const free = all.find((slot) => !taken.includes(slot));
      const queue = { week: { timeZone, times: week }, taken: taken.map((slot) => new Date(slot)) };
      return (firstFreeSlot(queue, at)?.at.getTime() ?? null) === (free ?? null);
    }),
    { numRuns: 60 },
  );
  t.pass();
});

/** Every full half hour of sixty days, read off a clock: the first showing of an hour, or the first after it was skipped. */
function simply({ timeZone, times }: Week, now: Date): number[] {
  const half = 30 * 60_000;
  const format = new Intl.DateTimeFormat("sv", { timeZone, dateStyle: "short", timeStyle: "short" });
  const found: number[] = [];
  if (times.length === 0) return found;
  const start = Math.floor(now.getTime() / half) * half - 48 * half * 2;
  let furthest = format.format(start);
  for (let at = start + half; at <= now.getTime() + 60 * 48 * half; at += half) {
    const shown = format.format(at);
    if (shown <= furthest) continue;
    const passed = [furthest, shown].map((text) => text.slice(0, 10));
    const due = times.some(({ weekday, time }) =>
      passed.some((date) => {
        const local = `${date} ${time}`;
        return (new Date(date).getUTCDay() || 7) === weekday && local > furthest && local <= shown;
      }),
    );
    if (due && at > now.getTime()) found.push(at);
    furthest = shown;
  }
  return found;
}
