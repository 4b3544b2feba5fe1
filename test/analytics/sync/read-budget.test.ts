/** Numbers that are billed: what is read of them, and what is said of the others. */
import t from "tap";
import { openMeasuringDesk } from "../../support/measuring-desk.ts";

const minute = 60_000;
const hour = 60 * minute;

t.test("a budget of reads is used for what is worth most, and whoever is left out is told until when", async (t) => {
  const desk = await openMeasuringDesk(t, { SANDBOX_READS_PER_MONTH: "10" });
  const { clock } = desk.atelier;
  const { db } = desk.atelier.services;
  // The middle of a month: the head start and half of the budget, six reads.
  clock.set(new Date("2027-06-16T00:00:00Z"));
  const posts = [];
  for (let n = 0; n < 8; n += 1) {
    posts.push(await desk.publish(`Post ${n}.`, { LIKES: n }));
    clock.advance(minute);
  }
  const [oldest, next] = posts;
  if (oldest === undefined || next === undefined) return;
  clock.advance(10 * minute);
  await desk.sync();
  const youngest = posts.slice(2).toReversed();
  t.same(
    desk.asked,
    [youngest.map(({ externalId }) => externalId)],
    "as many as there are reads for, the youngest first",
  );
  t.match(await desk.analytics(posts[2] ?? oldest), { latest: [{ metric: "LIKES", value: 2 }], trouble: null });
  const left = await desk.analytics(oldest);
  t.match(left, {
    latest: [],
    trouble:
      /^Sandbox bills what is read. This server's budget of 10 posts a month is spread .* there is more on 2027-06-19, and it renews on 2027-07-01\.$/,
    nextSyncAt: /^2027-06-19T/,
  });
  t.match(await desk.requestSync(oldest), {
    ...{ __typename: "SyncTooSoonError", retryAt: left.nextSyncAt },
    message: /budget of 10 posts a month.*Ask again after 2027-06-19/,
  });
  clock.advance(2 * hour);
  await desk.sync();
  t.equal(desk.asked.length, 1, "nobody asks before that");
  clock.set(new Date(left.nextSyncAt));
  await desk.sync();
  t.same(desk.asked.at(-1), [next.externalId], "what was never read comes first");
  clock.set(new Date("2027-06-30T12:00:00Z"));
  await desk.sync();
  t.equal(desk.asked.flat().length, 10);
  t.equal(desk.asked.at(-1)?.[0], oldest.externalId);
  t.match(await desk.analytics(next), {
    trouble: /budget of 10 posts a month is used up; it renews on 2027-07-01\.$/,
    nextSyncAt: "2027-07-01T00:00:00.000Z",
  });
  t.match(await db.metricReads.findMany(), [{ platform: "sandbox", reads: 10 }]);
  clock.set(new Date("2027-07-01T00:00:00Z"));
  await desk.sync();
  t.equal(desk.asked.flat().length, 11, "a month begins with its head start");
});

t.test("a budget of one is one read, and one of nothing is none", async (t) => {
  const asked = async (budget: string) => {
    const desk = await openMeasuringDesk(t, { SANDBOX_READS_PER_MONTH: budget });
    desk.atelier.clock.set(new Date("2027-06-01T00:00:00Z"));
    const post = await desk.publish("One.", { LIKES: 1 });
    desk.atelier.clock.advance(minute);
    await desk.publish("Two.", { LIKES: 1 });
    desk.atelier.clock.advance(10 * minute);
    await desk.sync();
    return { reads: desk.asked.flat().length, trouble: (await desk.analytics(post)).trouble };
  };
  t.match(await asked("1"), { reads: 1, trouble: /used up; it renews on 2027-07-01/ });
  t.match(await asked("0"), { reads: 0, trouble: /budget of 0 posts a month allows none/ });
});
