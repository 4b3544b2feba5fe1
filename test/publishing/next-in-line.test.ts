/** The order and the pace of one account's posts, and that accounts do not wait for each other. */
import t from "tap";
import { showcase } from "../../src/platforms/showcase/platform.ts";
import { sweepTargets } from "../../src/publishing/sweep-targets.ts";
import { openDesk, type PublishingDesk } from "../support/publishing-desk.ts";
import { connectGallery, queuedJobs } from "../support/studio.ts";

const second = 1_000;
const minute = 60 * second;

async function pass({ atelier, drain }: PublishingDesk, milliseconds: number, step = milliseconds) {
  for (let passed = 0; passed < milliseconds; passed += step) {
    atelier.clock.advance(step);
    await sweepTargets(atelier.services);
    await drain();
  }
}

const published = (key: string) =>
  ({ kind: "published", externalId: key, permalink: "https://example.org/1" }) as const;

/** The registry's line of the showcase, with a pace for this test file. */
const withPace = (t: { teardown(work: () => unknown): void }, pace: Partial<typeof showcase>) => {
  const before = { quota: showcase.quota, spacing: showcase.spacing };
  Object.assign(showcase, pace);
  t.teardown(() => Object.assign(showcase, before));
};

t.test("a later post of an account never overtakes an earlier one that is still to come", async (t) => {
  const desk = await openDesk(t);
  const { clock } = desk.atelier;
  let down = true;
  desk.platform.publish = ({ key, caption }) =>
    Promise.resolve(down && caption === "one" ? { kind: "unavailable", message: "Down." } : published(key));
  const now = clock.now();
  await desk.another("one", now);
  clock.advance(second);
  await desk.another("two", clock.now());
  clock.advance(second);
  await desk.another("three", clock.now());
  await desk.drain();
  await pass(desk, 20 * second, 5 * second);
  t.same(desk.said(), ["one"], "the others wait behind it");
  down = false;
  await pass(desk, 40 * second, 5 * second);
  t.same(desk.said(), ["one", "one", "two", "three"]);
});

t.test("nor one that may be out and is still looked up", async (t) => {
  const desk = await openDesk(t, { capability: "search" });
  desk.platform.publish = ({ key, caption }) =>
    Promise.resolve(caption === "one" ? { kind: "ambiguous", message: "Hm." } : published(key));
  desk.platform.reconcile = () => Promise.resolve({ kind: "absent", certain: false, message: "Not listed." });
  await desk.another("one", desk.atelier.clock.now());
  await desk.another("two", desk.atelier.clock.now());
  await desk.drain();
  t.same(desk.said(), ["one"]);
  await pass(desk, 2 * minute, 10 * second);
  t.same(desk.said(), ["one", "two"], "once a person is asked, the next one goes");
});

t.test("an account that is asked to wait waits as a whole, without trying", async (t) => {
  const desk = await openDesk(t);
  const { clock, services } = desk.atelier;
  const retryAt = new Date(clock.now().getTime() + 10 * minute);
  desk.platform.publish = () => Promise.resolve({ kind: "rate-limited", retryAt, message: "Slow down." });
  await desk.another("one", clock.now());
  const two = await desk.another("two", clock.now());
  await desk.drain();
  await pass(desk, 9 * minute, 30 * second);
  t.same(desk.said(), ["one"]);
  t.match(await services.db.postTarget.findUniqueOrThrow({ where: { id: two } }), {
    ...{ status: "SCHEDULED", failureCode: "RATE_LIMITED", dueAt: retryAt },
  });
  t.equal(await services.db.publishAttempt.count({ where: { targetId: two } }), 0, "no attempt is burned");
  desk.platform.publish = ({ key }) => Promise.resolve(published(key));
  await pass(desk, 2 * minute, 5 * second);
  t.same(desk.said(), ["one", "one", "two"]);
  t.match(await services.db.socialAccount.findFirstOrThrow(), { limitedUntil: null });
});

t.test("posts of one account keep their distance", async (t) => {
  withPace(t, { spacing: 40 * second });
  const desk = await openDesk(t);
  const { clock } = desk.atelier;
  await desk.another("one", clock.now());
  await desk.another("two", clock.now());
  await desk.drain();
  t.same(desk.said(), ["one"]);
  await pass(desk, 35 * second, 5 * second);
  t.same(desk.said(), ["one"]);
  await pass(desk, 10 * second, 5 * second);
  t.same(desk.said(), ["one", "two"]);
});

t.test("what is over the quota waits with its reason, and is missed when its grace ends (I-22)", async (t) => {
  withPace(t, { quota: { posts: 2, window: 24 * 60 * minute } });
  const desk = await openDesk(t);
  const { clock, services } = desk.atelier;
  for (const caption of ["one", "two", "three"]) await desk.another(caption, clock.now());
  await desk.drain();
  t.same(desk.said(), ["one", "two"]);
  const third = () => services.db.postTarget.findFirstOrThrow({ where: { post: { caption: "three" } } });
  t.match(await third(), { status: "SCHEDULED", failureCode: "QUOTA", failureMessage: /takes 2 posts.*24 hours/ });
  await pass(desk, 61 * minute);
  t.match(await third(), { status: "MISSED", failureMessage: /within 60 minutes.*takes 2 posts/ });
  t.same(desk.said(), ["one", "two"]);
});

t.test("near its quota the platform's own numbers count", async (t) => {
  withPace(t, { quota: { posts: 5, window: 24 * 60 * minute } });
  let used = 3;
  let asked = 0;
  const resetsAt = () => new Date(desk.atelier.clock.now().getTime() + 10 * minute);
  const quota = () => {
    asked += 1;
    return Promise.resolve({ kind: "known", used, total: 25, resetsAt: used >= 25 ? resetsAt() : null } as const);
  };
  const desk = await openDesk(t, { reads: { quota } });
  const { clock } = desk.atelier;
  for (const caption of ["one", "two", "three", "four"]) await desk.another(caption, clock.now());
  await desk.drain();
  t.same([desk.said().length, asked], [4, 0], "far from it nobody is asked");
  for (const caption of ["five", "six"]) await desk.another(caption, clock.now());
  await desk.drain();
  t.same([desk.said().length, asked], [6, 2], "the platform allows more than we knew");
  used = 25;
  await desk.another("seven", clock.now());
  await desk.drain();
  t.equal(desk.said().length, 6);
  const seven = () =>
    desk.atelier.services.db.postTarget.findFirstOrThrow({
      where: { post: { caption: "seven" } },
      include: { attempts: true },
    });
  t.match(await seven(), {
    ...{ status: "SCHEDULED", failureCode: "QUOTA", failureMessage: /used 25 of its 25/ },
    attempts: [{ state: "REFUSED", code: "QUOTA", sentAt: null }],
  });
  used = 0;
  await pass(desk, 11 * minute);
  t.match(await seven(), { status: "PUBLISHED" });
});

t.test("after a limit the platform's own numbers count, whatever was posted from here", async (t) => {
  withPace(t, { quota: { posts: 25, window: 24 * 60 * minute } });
  let used = 25;
  let asked = 0;
  const quota = () => {
    asked += 1;
    return Promise.resolve({ kind: "known", used, total: 25, resetsAt: null } as const);
  };
  const desk = await openDesk(t, { reads: { quota } });
  const { clock, services } = desk.atelier;
  desk.platform.publish = () => Promise.resolve({ kind: "rate-limited", retryAt: null, message: "No more today." });
  await desk.another("one", clock.now());
  await desk.drain();
  t.same([desk.said().length, asked], [1, 0], "nothing was posted from here, so nobody asked");
  desk.platform.publish = ({ key }) => Promise.resolve(published(key));
  await pass(desk, 30 * minute, minute);
  t.same(desk.said(), ["one"], "somebody else has used it up: it waits without trying");
  t.ok(asked >= 2 && asked <= 3, `asked ${asked} times, a quarter of an hour apart`);
  t.match(await services.db.postTarget.findFirstOrThrow({ where: { post: { caption: "one" } } }), {
    ...{ status: "SCHEDULED", failureCode: "QUOTA", failureMessage: /used 25 of its 25/ },
  });
  used = 3;
  await pass(desk, 16 * minute, minute);
  t.same(desk.said(), ["one", "one"]);
});

t.test("a post that is found to be out does not end the wait that the platform asked for meanwhile", async (t) => {
  const desk = await openDesk(t);
  const { clock, services } = desk.atelier;
  const retryAt = new Date(clock.now().getTime() + 20 * minute);
  desk.platform.publish = ({ caption }) =>
    Promise.resolve(
      caption === "one"
        ? { kind: "submitted", externalId: "s1" }
        : { kind: "rate-limited", retryAt, message: "Slow down." },
    );
  desk.platform.reconcile = ({ key }) => Promise.resolve({ ...published(key), kind: "present" });
  await desk.another("one", clock.now());
  await desk.another("two", clock.now());
  await desk.drain();
  await pass(desk, minute, 20 * second);
  t.match(await services.db.postTarget.findFirst({ where: { post: { caption: "one" } } }), { status: "PUBLISHED" });
  t.match(await services.db.socialAccount.findFirst(), { limitedUntil: retryAt });
});

t.test("an account that hangs does not delay the others (I-25)", async (t) => {
  const desk = await openDesk(t);
  const { clock } = desk.atelier;
  const other = await connectGallery(desk.ada, "bea");
  const hanging = Promise.withResolvers<void>();
  desk.platform.publish = async ({ key, session }) => {
    if (session.account.handle === "ada") await hanging.promise;
    return published(key);
  };
  for (let index = 0; index < 5; index += 1) await desk.another(`slow ${index}`, clock.now());
  for (let index = 0; index < 3; index += 1) await desk.another(`quick ${index}`, clock.now(), other);
  const draining = desk.drain();
  while (desk.said().length < 4) await new Promise((resolve) => setTimeout(resolve, 20));
  t.same(desk.said().toSorted(), ["quick 0", "quick 1", "quick 2", "slow 0"]);
  hanging.resolve();
  await draining;
  t.same(
    desk.said().filter((caption) => caption.startsWith("slow")),
    ["slow 0", "slow 1", "slow 2", "slow 3", "slow 4"],
    "and its own go out in order",
  );
});

t.test("the sweep wakes the next in line of an account, in few statements, however many wait", async (t) => {
  const desk = await openDesk(t);
  const { services, clock } = desk.atelier;
  const { workspaceId, socialAccountId } = await services.db.postTarget.findFirstOrThrow();
  const moment = clock.now();
  await services.db.$executeRaw`
    with written as (
      insert into post (id, workspace_id, caption, updated_at)
      select gen_random_uuid(), ${workspaceId}::uuid, '', now() from generate_series(1, 500) returning id)
    insert into post_target (id, post_id, workspace_id, social_account_id, position, status, scheduled_at, due_at, idempotency_key)
    select gen_random_uuid(), id, ${workspaceId}::uuid, ${socialAccountId}::uuid, 0, 'SCHEDULED', ${moment}, ${moment}, gen_random_uuid()
    from written`;
  clock.advance(10 * second);
  desk.atelier.statements.clear();
  t.equal(await sweepTargets(services), 1);
  t.ok(desk.atelier.statements.all().length <= 6, `${desk.atelier.statements.all().length} statements`);
  t.equal((await queuedJobs(desk.atelier)).filter(({ task }) => task === "publish-target").length, 1);
});
