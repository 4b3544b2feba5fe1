import t from "tap";
import { dispatchMetricSyncs } from "../../../src/analytics/sync/dispatch-metric-syncs.ts";
import { measureAccount } from "../../../src/analytics/sync/measure-account.ts";
import { addMilliseconds } from "../../../src/infra/clock.ts";
import { openAtelier } from "../../support/atelier.ts";
import { openMeasuringDesk } from "../../support/measuring-desk.ts";
import { standInPlatform, standInProvider } from "../../support/stand-ins.ts";
import { approvedImages, connectGallery, operations, rowIdOf } from "../../support/studio.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

t.test(
  "a post is read ten minutes after it went out, then by its age, and what it gained is summed by day",
  async (t) => {
    const desk = await openMeasuringDesk(t);
    const { atelier, numbers } = desk;
    const { clock } = atelier;
    const { db } = atelier.services;
    const post = await desk.publish("A boat.", { VIEWS: 3, LIKES: 1 });
    t.match(await desk.analytics(post), {
      latest: [],
      syncedAt: null,
      nextSyncAt: addMilliseconds(clock.now(), 10 * minute).toISOString(),
    });
    await desk.sync();
    t.same(desk.asked, [], "it is too young");
    clock.advance(9 * minute);
    await desk.sync();
    t.same(desk.asked, [[post.externalId]]);
    t.match(await desk.analytics(post), {
      latest: [
        { metric: "VIEWS", value: 3 },
        { metric: "LIKES", value: 1 },
      ],
      unavailable: [
        { metric: "COMMENTS", reason: "Sandbox did not tell it." },
        { metric: "SHARES", reason: "The sandbox does not tell it." },
      ],
      lastDay: [
        { metric: "VIEWS", value: 3 },
        { metric: "LIKES", value: 1 },
      ],
      syncedAt: clock.now().toISOString(),
      nextSyncAt: addMilliseconds(clock.now(), hour).toISOString(),
      trouble: null,
    });
    numbers.set(post.externalId, { VIEWS: 10, LIKES: 0, COMMENTS: 2 });
    clock.advance(hour);
    await desk.sync();
    t.match((await desk.analytics(post)).latest, [
      { metric: "VIEWS", value: 10 },
      { metric: "LIKES", value: 0 },
      { metric: "COMMENTS", value: 2 },
    ]);
    numbers.set(post.externalId, { VIEWS: 12 });
    clock.advance(hour);
    await desk.sync();
    const told = await desk.analytics(post);
    t.match(told.latest.at(-1), { metric: "COMMENTS", value: 2 }, "the last number known stays");
    t.match(told.unavailable[0], { metric: "LIKES", reason: /did not tell/ }, "and why there is none newer is told");
    const snapshots = await db.metricSnapshot.findMany({ orderBy: { takenAt: "asc" } });
    t.match(
      snapshots.map(({ gains }) => gains),
      [{ VIEWS: 3, LIKES: 1 }, { VIEWS: 7, LIKES: -1, COMMENTS: 2 }, { VIEWS: 2 }],
      "one number that is missing spoils no other, and a fall is a gain below zero",
    );
    t.notOk("LIKES" in Object(snapshots[2]?.values), "unknown is not zero");
    const days = await db.metricDaily.findMany();
    const sum = (metric: string) => days.reduce((total, { gains }) => total + (Object(gains)[metric] ?? 0), 0);
    t.same([sum("VIEWS"), sum("LIKES"), sum("COMMENTS")], [12, 0, 2], "the days sum up to what is known last");
  },
);

t.test("what finds nothing new is looked at less and less, and not at all after thirty days", async (t) => {
  const desk = await openMeasuringDesk(t);
  const { clock } = desk.atelier;
  const { db } = desk.atelier.services;
  const post = await desk.publish("A boat.", { VIEWS: 3 });
  const published = clock.now();
  clock.advance(10 * minute);
  const pauses: number[] = [];
  for (;;) {
    await desk.sync();
    const { nextSyncAt } = await db.targetMetrics.findUniqueOrThrow({ where: { targetId: post.targetRow } });
    if (nextSyncAt === null) break;
    pauses.push((nextSyncAt.getTime() - clock.now().getTime()) / hour);
    clock.set(nextSyncAt);
  }
  t.same(pauses.slice(0, 4), [1, 2, 4, 24], "hourly, doubled, doubled again; then three-hourly, eight times");
  t.ok(clock.now().getTime() - published.getTime() >= 30 * day, "the last look is at the end of the thirty days");
  t.ok(pauses.length < 12, `${pauses.length} looks`);
});

t.test("one post that is gone, and a platform in trouble, take nothing from the others", async (t) => {
  const desk = await openMeasuringDesk(t);
  const { clock } = desk.atelier;
  const { db } = desk.atelier.services;
  const [kept, gone] = [await desk.publish("Kept.", { LIKES: 2 }), await desk.publish("Gone.", { LIKES: 5 })];
  clock.advance(10 * minute);
  await desk.sync();
  desk.numbers.delete(gone.externalId);
  desk.numbers.set(kept.externalId, { LIKES: 3 });
  clock.advance(hour);
  await desk.sync();
  t.match((await desk.analytics(kept)).latest, [{ metric: "LIKES", value: 3 }]);
  const lost = await desk.analytics(gone);
  t.match(lost, { latest: [{ metric: "LIKES", value: 5 }], trouble: /does not show this post any more/ });
  t.equal(lost.unavailable.length, 4, "each metric says why");
  const honest = desk.answer;
  desk.answer = () => Promise.reject(new Error("Unreadable."));
  clock.advance(hour);
  await desk.sync();
  t.match(await desk.analytics(kept), { latest: [{ metric: "LIKES", value: 3 }], trouble: /could not be read/ });
  const retryAt = addMilliseconds(clock.now(), 5 * hour);
  desk.answer = () => ({ kind: "rate-limited", retryAt, message: "Come back later." });
  clock.advance(hour);
  await desk.sync();
  t.match(await desk.analytics(kept), { trouble: "Come back later.", nextSyncAt: retryAt.toISOString() });
  const before = desk.asked.length;
  clock.advance(2 * hour);
  await desk.sync();
  t.equal(desk.asked.length, before, "nobody asks before that");
  t.match(
    await desk.requestSync(kept),
    { __typename: "SyncTooSoonError", retryAt: retryAt.toISOString() },
    "not even who asks for it",
  );
  clock.advance(6 * hour);
  desk.answer = honest;
  await desk.sync();
  t.match(await desk.analytics(kept), { trouble: null });
  desk.answer = () => ({ kind: "unauthorized", message: "Access was withdrawn." });
  clock.advance(12 * hour);
  await desk.sync();
  const account = await db.socialAccount.findUniqueOrThrow({ where: { id: rowIdOf(desk.socialAccountId) } });
  t.match(account, { state: "NEEDS_RECONNECT", lastError: "Access was withdrawn." });
  const asked = desk.asked.length;
  clock.advance(7 * hour);
  await desk.sync();
  t.equal(desk.asked.length, asked, "an account that lets nobody in is not asked with");
  t.match(await desk.analytics(kept), { trouble: "Access was withdrawn." });
});

t.test(
  "two workers never ask for one target at once, and an answer that comes after its lease counts no more",
  async (t) => {
    const desk = await openMeasuringDesk(t);
    const { atelier } = desk;
    const { services, clock } = atelier;
    const post = await desk.publish("A boat.", { LIKES: 1 });
    clock.advance(10 * minute);
    const context = { log: services.log, signal: new AbortController().signal };
    const account = rowIdOf(desk.socialAccountId);
    const { promise: answered, resolve: letAnswer } = Promise.withResolvers<void>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    desk.answer = async (ids) => {
      begin();
      await answered;
      return { kind: "measured", posts: new Map(ids.map((id) => [id, { values: { LIKES: 100 }, unknown: {} }])) };
    };
    const slow = measureAccount(services, account, context);
    await begun;
    await Promise.all([measureAccount(services, account, context), measureAccount(services, account, context)]);
    t.equal(await dispatchMetricSyncs(services), 0, "what is held needs no wake-up");
    t.equal(desk.asked.length, 1);
    clock.advance(3 * minute);
    desk.answer = (ids) => ({
      kind: "measured",
      posts: new Map(ids.map((id) => [id, { values: { LIKES: 7 }, unknown: {} }])),
    });
    await measureAccount(services, account, context);
    letAnswer();
    await slow;
    t.match((await desk.analytics(post)).latest, [{ metric: "LIKES", value: 7 }]);
    t.equal(await services.db.metricSnapshot.count(), 1);
  },
);

t.test("numbers are read on demand, every five minutes at most", async (t) => {
  const desk = await openMeasuringDesk(t);
  const { atelier } = desk;
  const post = await desk.publish("A boat.", { LIKES: 1 });
  const script = await atelier.apiToken(desk.ada, ["posts:read"]);
  const look = "query ($id: ID!) { node(id: $id) { ... on PostTarget { status analytics { trouble } } } }";
  const seen = await script.request(look, { id: post.targetId });
  t.match(seen, {
    data: { node: { status: "PUBLISHED", analytics: null } },
    errors: [{ extensions: { code: "FORBIDDEN" } }],
  });
  t.match(await desk.requestSync(post), {
    __typename: "SyncPostAnalyticsSuccess",
    post: { analytics: { targets: 1 } },
  });
  t.equal(desk.asked.length, 0, "the request asks nobody");
  const again = await desk.requestSync(post);
  t.match(again, {
    ...{ __typename: "SyncTooSoonError", code: "RATE_LIMITED" },
    retryAt: addMilliseconds(atelier.clock.now(), 5 * minute).toISOString(),
  });
  await atelier.drain();
  t.equal(desk.asked.length, 1);
  t.match((await desk.analytics(post)).latest, [{ metric: "LIKES", value: 1 }]);
  atelier.clock.set(new Date(again.retryAt));
  t.match(await desk.requestSync(post), { __typename: "SyncPostAnalyticsSuccess" });
  await atelier.drain();
  t.equal(desk.asked.length, 2);
  atelier.clock.advance(40 * day);
  t.match(
    await desk.requestSync(post),
    { __typename: "SyncPostAnalyticsSuccess" },
    "also long after it is read by itself",
  );
  desk.numbers.set(post.externalId, { LIKES: 9 });
  await atelier.drain();
  t.match(await desk.analytics(post), { latest: [{ metric: "LIKES", value: 9 }], nextSyncAt: null });
});

t.test("where a platform counts nothing, that is said", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider(), ...standInPlatform() });
  const ada = await atelier.signUp("Ada");
  const [imageId] = await approvedImages(atelier, ada);
  const targets = [{ socialAccountId: await connectGallery(ada, "ada") }];
  const { post } = await ada.mutate(operations.create, {
    ...{ caption: "A boat.", images: [{ imageId }], targets, schedule: { now: true } },
  });
  await atelier.drain();
  atelier.clock.advance(11 * minute);
  await dispatchMetricSyncs(atelier.services);
  await atelier.drain();
  const query = `query ($id: ID!) { node(id: $id) { ... on Post { targets { analytics { latest { value } nextSyncAt trouble } } } } }`;
  const { data } = await (await atelier.signIn(ada)).request(query, { id: post.id });
  t.match(data.node.targets[0].analytics, { latest: [], nextSyncAt: null, trouble: /^Showcase tells nothing/ });
});
