/** Published posts are read back. */
import t from "tap";
import type { VerifyOutcome } from "../../src/platforms/publication.ts";
import { sweepTargets } from "../../src/publishing/sweep-targets.ts";
import { openDesk, type PublishingDesk } from "../support/publishing-desk.ts";
import { queuedJobs } from "../support/studio.ts";

const second = 1_000;
const minute = 60 * second;

async function pass({ atelier, drain }: PublishingDesk, milliseconds: number) {
  atelier.clock.advance(milliseconds);
  await sweepTargets(atelier.services);
  await drain();
}

async function publishedDesk(t: Parameters<typeof openDesk>[0], read: () => VerifyOutcome) {
  const looks = { count: 0 };
  const desk = await openDesk(t, {
    reads: {
      verify: () => {
        looks.count += 1;
        return Promise.resolve(read());
      },
    },
  });
  desk.platform.publish = ({ key }) => Promise.resolve({ kind: "published", externalId: key, permalink: null });
  await desk.publishNow();
  // Draining would read it back at once: the queue's clock is not the test's.
  await desk.drain();
  const row = () => desk.atelier.services.db.postTarget.findUniqueOrThrow({ where: { id: desk.targetId } });
  return { desk, looks, row };
}

t.test("within five minutes it was seen, and has the platform's own address", async (t) => {
  const { desk, looks, row } = await publishedDesk(t, () => ({ kind: "there", permalink: "https://example.org/p/1" }));
  t.match(await row(), { status: "PUBLISHED", permalink: null, verifiedAt: null, verifyAt: Date });
  await pass(desk, 2 * minute);
  t.match(await row(), { permalink: "https://example.org/p/1", verifiedAt: desk.atelier.clock.now(), verifyAt: null });
  await pass(desk, 10 * minute);
  t.equal(looks.count, 1);
  t.same(await queuedJobs(desk.atelier), []);
});

t.test("a wake-up that was lost is swept up", async (t) => {
  const { desk, looks, row } = await publishedDesk(t, () => ({ kind: "there", permalink: null }));
  await desk.atelier.services.db.$executeRaw`delete from graphile_worker._private_jobs`;
  await pass(desk, 3 * minute);
  t.equal(looks.count, 1);
  t.match(await row(), { verifiedAt: Date, verifyAt: null });
});

t.test("a post that is slow to show alarms nobody; one that stays away is told", async (t) => {
  const { desk, looks, row } = await publishedDesk(t, () => ({ kind: "gone", message: "It was removed." }));
  await pass(desk, 70 * second);
  t.equal(looks.count, 1);
  t.match(await row(), { status: "PUBLISHED", failureCode: null });
  const before = (await row()).statusVersion;
  await pass(desk, 4 * minute);
  t.match(await desk.post(), {
    status: "PUBLISHED",
    targets: [{ failure: { code: "GONE", message: /no longer shows it.*removed/, retryable: false } }],
  });
  t.ok((await row()).statusVersion > before, "whoever watches hears of it");
  t.equal(desk.platform.arrived.length, 1, "and nothing is sent again");
});

t.test("a platform that does not answer is asked again, and left alone after some hours", async (t) => {
  const { desk, looks, row } = await publishedDesk(t, () => ({ kind: "unavailable", message: "Down." }));
  for (let hours = 0; hours < 16; hours += 1) await pass(desk, 30 * minute);
  t.ok(looks.count > 2 && looks.count < 14, `${looks.count} looks`);
  t.match(await row(), { status: "PUBLISHED", verifiedAt: null, verifyAt: null, failureCode: null });
});
