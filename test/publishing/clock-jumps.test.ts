import fc from "fast-check";
import t from "tap";
import { wakeTargets } from "../../src/posts/wake-targets.ts";
import { dispatchDueTargets } from "../../src/publishing/dispatch-due-targets.ts";
import { sweepTargets } from "../../src/publishing/sweep-targets.ts";
import { openDesk } from "../support/publishing-desk.ts";
import { operations, rowIdOf } from "../support/studio.ts";

const minute = 60_000;
/** As configured: what is later than this is MISSED. */
const grace = 60 * minute;
/** Posts of one run go out at these minutes. */
const planned = [10, 20, 20, 45];

t.test("however the clock jumps, a post goes out once, in its time, or is MISSED and never out", async (t) => {
  const desk = await openDesk(t);
  const { services, clock, drain } = desk.atelier;
  const start = clock.now();
  const at = (minutes: number) => new Date(start.getTime() + minutes * minute);
  const arrived = new Map<string, Date[]>();
  desk.platform.publish = async ({ caption, key }) => {
    arrived.set(caption, [...(arrived.get(caption) ?? []), clock.now()]);
    return { kind: "published", externalId: key, permalink: "https://example.org/1" };
  };
  const work = async (minutes: number) => {
    clock.set(at(minutes));
    await dispatchDueTargets(services);
    await sweepTargets(services);
    // The queue goes by the database's clock, and may knock early.
    const waiting = await services.db.postTarget.findMany({ where: { status: "SCHEDULED" }, select: { id: true } });
    await services.transact((tx) =>
      wakeTargets(
        tx,
        waiting.map(({ id }) => ({ id, at: start })),
      ),
    );
    await drain();
  };
  const [account] = await services.db.socialAccount.findMany();
  const socialAccountId = Buffer.from(`SocialAccount:${account?.id}`).toString("base64url");
  let run = 0;
  const jumps = fc.array(
    fc.oneof({ weight: 7, arbitrary: fc.integer({ min: -40, max: 30 }) }, { weight: 1, arbitrary: fc.constant(110) }),
    { minLength: 1, maxLength: 8 },
  );
  let missed = 0;
  const property = fc.asyncProperty(jumps, async (steps) => {
    run += 1;
    clock.set(start);
    const posts: { id: string; caption: string; due: Date }[] = [];
    for (const [index, minutes] of planned.entries()) {
      const caption = `Boat ${index} of run ${run}.`;
      const { post } = await desk.ada.mutate(operations.create, {
        ...{ caption, images: [{ imageId: desk.imageId }], targets: [{ socialAccountId }] },
        schedule: { at: at(minutes).toISOString() },
      });
      posts.push({ id: rowIdOf(post.targets[0].id), caption, due: at(minutes) });
    }
    let now = 0;
    for (const step of steps) {
      now = Math.max(0, now + step);
      await work(now);
    }
    // Afterwards the clock goes as it should, until everything is over.
    for (const last of [Math.max(...planned) + 1, Math.max(...planned) + grace / minute + 5])
      await work(Math.max(now, last));
    for (const { id, caption, due } of posts) {
      const { status } = await services.db.postTarget.findUniqueOrThrow({ where: { id } });
      const times = arrived.get(caption) ?? [];
      t.same([status, times.length], status === "MISSED" ? ["MISSED", 0] : ["PUBLISHED", 1], caption);
      for (const time of times) t.ok(time >= due && time.getTime() <= due.getTime() + grace, "in its time");
      if (status === "MISSED") missed += 1;
    }
  });
  await fc.assert(property, { numRuns: 12, seed: 7 });
  t.ok(missed > 0, "some runs slept too long");
  t.ok(arrived.size > 12, "and most did not");
});
