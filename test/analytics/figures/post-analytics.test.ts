import t from "tap";
import { openMeasuringDesk } from "../../support/measuring-desk.ts";
import { approvedImages, operations } from "../../support/studio.ts";

const minute = 60_000;
const hour = 60 * minute;

const query = `query ($id: ID!, $from: DateTime!, $to: DateTime!) { node(id: $id) { ... on Post { analytics { targets syncedAt
  latest { metric sum targets mean } lastDay { metric sum targets } lastWeek { metric sum targets }
  series(from: $from, to: $to, timeZone: "UTC") { from totals { metric sum targets } gains { metric sum targets } } } } } }`;

t.test("a post's numbers over all its targets: latest, what they gained, and how they grew", async (t) => {
  const desk = await openMeasuringDesk(t);
  const { atelier, ada, numbers } = desk;
  const { clock, services } = atelier;
  const [imageId] = await approvedImages(atelier, ada);
  clock.set(new Date("2027-06-01T12:00:00Z"));
  const connected = await (await atelier.signIn(ada)).mutate(operations.connect, {
    account: { sandbox: { handle: "eve" } },
  });
  const targets = [{ socialAccountId: desk.socialAccountId }, { socialAccountId: connected.socialAccount.id }];
  const { post } = await (await atelier.signIn(ada)).mutate(operations.create, {
    ...{ caption: "A boat.", images: [{ imageId }], targets, schedule: { now: true } },
  });
  await atelier.drain();
  const [one = "", other = ""] = (
    await services.db.postTarget.findMany({ orderBy: { position: "asc" }, select: { externalId: true } })
  ).map(({ externalId }) => externalId ?? "");
  const read = async (first: object, second: object) => {
    numbers.set(one, first);
    numbers.set(other, second);
    clock.advance(26 * hour);
    await desk.sync();
  };
  await read({ VIEWS: 10, LIKES: 1 }, { LIKES: 2 });
  await read({ VIEWS: 15, LIKES: 4 }, { LIKES: 2 });
  atelier.statements.clear();
  const { node } = await desk.ask(query, { id: post.id, from: "2027-06-02T00:00:00Z", to: "2027-06-05T00:00:00Z" });
  t.same(node.analytics.latest, [
    { metric: "VIEWS", sum: 15, targets: 1, mean: 15 },
    { metric: "LIKES", sum: 6, targets: 2, mean: 3 },
  ]);
  t.same(node.analytics.lastDay, [
    { metric: "VIEWS", sum: 5, targets: 1 },
    { metric: "LIKES", sum: 3, targets: 2 },
  ]);
  t.same(node.analytics.lastWeek, [
    { metric: "VIEWS", sum: 15, targets: 1 },
    { metric: "LIKES", sum: 6, targets: 2 },
  ]);
  const first = [
    { metric: "VIEWS", sum: 10, targets: 1 },
    { metric: "LIKES", sum: 3, targets: 2 },
  ];
  t.same(node.analytics.series, [
    { from: "2027-06-02T00:00:00.000Z", totals: first, gains: first },
    {
      from: "2027-06-03T00:00:00.000Z",
      totals: [
        { metric: "VIEWS", sum: 15, targets: 1 },
        { metric: "LIKES", sum: 6, targets: 2 },
      ],
      gains: [
        { metric: "VIEWS", sum: 5, targets: 1 },
        { metric: "LIKES", sum: 3, targets: 2 },
      ],
    },
    {
      from: "2027-06-04T00:00:00.000Z",
      totals: [
        { metric: "VIEWS", sum: 15, targets: 1 },
        { metric: "LIKES", sum: 6, targets: 2 },
      ],
      gains: [],
    },
  ]);
  const list = `query ($from: DateTime!, $to: DateTime!) { posts(first: 20) { nodes { analytics { latest { sum } lastDay { sum } lastWeek { sum }
    series(from: $from, to: $to) { gains { sum } } } targets { analytics { latest { value } } } } } }`;
  const count = async () => {
    atelier.statements.clear();
    await desk.ask(list, { from: "2027-06-02T00:00:00Z", to: "2027-06-05T00:00:00Z" });
    return atelier.statements.all().filter((sql) => !/from "public"\."(session|user)"/i.test(sql)).length;
  };
  const few = await count();
  for (let n = 0; n < 3; n += 1) await desk.publish(`Post ${n}.`, { LIKES: n });
  t.equal(await count(), few, "however many posts there are");
});
