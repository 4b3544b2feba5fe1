import t from "tap";
import { v7 } from "uuid";
import { z } from "zod";
import { dispatchMetricSyncs } from "../../../src/analytics/sync/dispatch-metric-syncs.ts";
import { createViewTally } from "../../../src/platforms/showcase/view-tally.ts";
import { openAtelier } from "../../support/atelier.ts";
import { eventually } from "../../support/eventually.ts";
import { standInProvider } from "../../support/stand-ins.ts";
import { approvedImages, connectGallery, operations } from "../../support/studio.ts";

const browsers = [
  "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
];
const [firefox = ""] = browsers;

/** A gallery with two entries. */
async function open(t: Parameters<typeof openAtelier>[0]) {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const { app, services, clock, drain } = atelier;
  const ada = await atelier.signUp("Ada");
  const [imageId = ""] = await approvedImages(atelier, ada);
  const targets = [{ socialAccountId: await connectGallery(ada, "ada") }];
  const publish = async (caption: string) => {
    const { post } = await ada.mutate(operations.create, {
      ...{ caption, images: [{ imageId }], targets, schedule: { now: true } },
    });
    await drain();
    const { permalink } = await services.db.postTarget.findFirstOrThrow({ where: { post: { caption } } });
    return { id: String(post.id), path: new URL(permalink ?? "").pathname };
  };
  const look = (
    url: string,
    headers: Record<string, string> = { "user-agent": firefox },
    method: "GET" | "HEAD" = "GET",
  ) => app.inject({ url, headers, method });
  /** An hour passes, and a worker reads what is due. */
  const measured = async ({ id }: { readonly id: string }) => {
    clock.advance(60 * 60_000);
    await dispatchMetricSyncs(services);
    await drain();
    const query = "query ($id: ID!) { node(id: $id) { ... on Post { analytics { latest { metric sum targets } } } } }";
    return (await (await atelier.signIn(ada)).request(query, { id })).data.node.analytics.latest;
  };
  return { atelier, publish, look, measured };
}

t.test("whoever looks at an entry's page counts, once for each look, and nobody else", async (t) => {
  const { publish, look, measured } = await open(t);
  const [boat, house] = [await publish("A boat."), await publish("A house.")];
  t.same(await measured(house), [{ metric: "VIEWS", sum: 0, targets: 1 }], "nobody looked, which is known");

  for (const agent of [...browsers, ...browsers, firefox])
    t.equal((await look(boat.path, { "user-agent": agent })).statusCode, 200);
  for (const agent of [
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "facebookexternalhit/1.1",
    "Mastodon/4.3.0 (http.rb/5.2.0; +https://mastodon.example/) Bot",
    "curl/8.5.0",
    "",
  ]) {
    t.equal((await look(boat.path, { "user-agent": agent })).statusCode, 200, agent);
  }
  await look(boat.path, { "user-agent": firefox, "sec-purpose": "prefetch;prerender" });
  await look(boat.path, { "user-agent": firefox, "x-moz": "prefetch" });
  await look(boat.path, { "user-agent": firefox }, "HEAD");
  for (const url of ["/showcase/ada", "/showcase/ada/feed.atom", `${boat.path}/0.thumb.webp`, "/showcase/bob/x"])
    await look(url);
  await look(house.path);

  t.same(await measured(boat), [{ metric: "VIEWS", sum: 5, targets: 1 }]);
  t.same(await measured(house), [{ metric: "VIEWS", sum: 1, targets: 1 }]);
});

t.test("what was counted is written when the server closes, by each process what it saw", async (t) => {
  const { atelier, publish, look } = await open(t);
  const { db } = atelier.services;
  const { path } = await publish("A boat.");
  const { images, ...seen } = await db.showcaseEntry.findFirstOrThrow();
  const rows = Array.from({ length: 400 }, () => ({ ...seen, id: v7(), images: images ?? [] }));
  await db.showcaseEntry.createMany({ data: rows });
  const ids = [seen.id, ...rows.map(({ id }) => id)];
  for (let n = 0; n < 3; n += 1) await look(path);
  const others = Array.from({ length: 8 }, () => createViewTally(db));
  for (const [n, tally] of others.entries()) {
    // In opposite orders, as people look.
    for (const id of n % 2 === 0 ? ids : ids.toReversed()) for (let view = 0; view <= n; view += 1) tally.note(id);
    tally.note(v7());
  }
  await Promise.all([atelier.app.close(), ...others.map((tally) => tally.write())]);
  const { views } = await db.showcaseEntry.findUniqueOrThrow({ where: { id: seen.id } });
  t.equal(views, 36 + 3, "an entry that is gone holds nothing up");
  t.equal(await db.showcaseEntry.count({ where: { views: 36 } }), rows.length);
});

t.test(
  "views are written in the order of the entries' ids, so that two processes never wait for one another",
  async (t) => {
    const { atelier, publish } = await open(t);
    const { db } = atelier.services;
    await publish("A boat.");
    const { images, ...seen } = await db.showcaseEntry.findFirstOrThrow();
    // In the table, and for who looks, the last comes first: whatever locks rows as it finds them takes the others before the first.
    const ids = Array.from({ length: 50 }, () => v7()).toReversed();
    for (const id of ids) await db.showcaseEntry.create({ data: { ...seen, id, images: images ?? [] } });
    const tally = createViewTally(db);
    for (const id of ids) tally.note(id);
    const [first = ""] = ids.toSorted();
    const { promise: writing, others } = await db.$transaction(async (tx) => {
      await tx.$executeRaw`select from showcase_entry where id = ${first}::uuid for no key update`;
      const [self] = z.array(z.object({ pid: z.number() })).parse(await tx.$queryRaw`select pg_backend_pid() as pid`);
      const promise = tally.write();
      await eventually("the writing waits for the first entry", async () => {
        const waiting = await db.$queryRaw<unknown[]>`
        select from pg_stat_activity where ${self?.pid ?? 0} = any(pg_blocking_pids(pid))`;
        return waiting.length > 0;
      });
      const free = await tx.$queryRaw<
        unknown[]
      >`select from showcase_entry where id = any(${ids}::uuid[]) for no key update skip locked`;
      return { promise: { settled: promise }, others: free.length };
    });
    t.equal(others, ids.length, "who waits for the first holds none of the others");
    await writing.settled;
    t.equal(await db.showcaseEntry.count({ where: { views: 1 } }), ids.length);
  },
);

t.test("what could not be written is kept, and nothing is written twice", async (t) => {
  const { atelier, publish } = await open(t);
  const { db } = atelier.services;
  await publish("A boat.");
  const { id } = await db.showcaseEntry.findFirstOrThrow();
  const tally = createViewTally(db);
  tally.note(id);
  await db.$executeRaw`alter table showcase_entry rename column views to hidden`;
  await t.rejects(tally.write());
  tally.note(id);
  await db.$executeRaw`alter table showcase_entry rename column hidden to views`;
  await Promise.all([tally.write(), tally.write()]);
  t.match(await db.showcaseEntry.findFirst(), { views: 2 });
  atelier.statements.clear();
  for (let view = 0; view < 100; view += 1) tally.note(id);
  t.same(atelier.statements.all(), [], "looking writes nothing");
  await tally.write();
  t.equal(atelier.statements.all().length, 1, "a hundred looks are one statement");
  t.match(await db.showcaseEntry.findFirst(), { views: 102 });
});
