import t from "tap";
import { dispatchDueTargets } from "../../src/publishing/dispatch-due-targets.ts";
import { sweepTargets } from "../../src/publishing/sweep-targets.ts";
import { openDesk } from "../support/publishing-desk.ts";
import { operations, queuedJobs } from "../support/studio.ts";

const second = 1_000;

t.test("exactly what is due within 75 seconds is woken, once, at its exact moment", async (t) => {
  const { atelier, ada, postId } = await openDesk(t);
  const { services, clock } = atelier;
  await atelier.drain();
  const start = clock.now().getTime();
  const at = (seconds: number) => new Date(start + seconds * second);
  // Planned when all of it was far away.
  clock.set(at(-600));
  const due: string[] = [];
  const target = await services.db.postTarget.findFirstOrThrow();
  for (const seconds of [30, 75, 76, 600]) {
    const post = await services.db.post.create({ data: { workspaceId: target.workspaceId, caption: `${seconds}` } });
    const { id } = await services.db.postTarget.create({
      data: {
        ...{ postId: post.id, workspaceId: target.workspaceId, socialAccountId: target.socialAccountId, position: 0 },
        ...{ status: "SCHEDULED", scheduledAt: at(seconds), dueAt: at(seconds) },
      },
    });
    if (seconds <= 75) due.push(id);
  }
  clock.set(at(0));
  t.equal(await dispatchDueTargets(services), 2);
  const queued = await queuedJobs(atelier);
  t.same(
    queued.map(({ key, runAt }) => [key, runAt.getTime()]),
    [30, 75].map((seconds, n) => [`publish-target:${due[n]}:${at(seconds).getTime()}`, at(seconds).getTime()]),
  );
  await dispatchDueTargets(services);
  await Promise.all([dispatchDueTargets(services), dispatchDueTargets(services)]);
  t.same(await queuedJobs(atelier), queued, "dispatched again, by several at once, it is still one wake-up each");

  const soon = await ada.mutate(operations.schedule, { postId, schedule: { at: at(60).toISOString() } });
  t.match(soon, { __typename: "SchedulePostSuccess" });
  t.equal((await queuedJobs(atelier)).length, 3, "what is scheduled within the horizon has its wake-up already");
  await dispatchDueTargets(services);
  t.equal((await queuedJobs(atelier)).length, 3);
});

t.test("more than a batch is dispatched whole, also where many are due at one moment", async (t) => {
  const { atelier } = await openDesk(t);
  const { services, clock } = atelier;
  const target = await services.db.postTarget.findFirstOrThrow();
  const { workspaceId, socialAccountId } = target;
  const moment = new Date(clock.now().getTime() + 10 * second);
  await services.db.$executeRaw`
    with written as (
      insert into post (id, workspace_id, caption, updated_at)
      select gen_random_uuid(), ${workspaceId}::uuid, '', now() from generate_series(1, 2300) returning id)
    insert into post_target (id, post_id, workspace_id, social_account_id, position, status, scheduled_at, due_at, idempotency_key)
    select gen_random_uuid(), id, ${workspaceId}::uuid, ${socialAccountId}::uuid, 0, 'SCHEDULED', ${moment}, ${moment}, gen_random_uuid()
    from written`;
  t.equal(await dispatchDueTargets(services), 2_300);
  t.equal((await queuedJobs(atelier)).length, 2_300);
});

t.test("the sweep wakes what lost its wake-up, and leaves alone what has one", async (t) => {
  const desk = await openDesk(t);
  const { services, clock } = desk.atelier;
  await desk.publishNow();
  clock.advance(6 * second);
  t.equal(await sweepTargets(services), 0, "its wake-up waits in the queue");
  await services.db.$executeRaw`delete from graphile_worker._private_jobs`;
  clock.advance(-2 * second);
  t.equal(await sweepTargets(services), 0, "it is not late yet");
  clock.advance(2 * second);
  t.equal(await sweepTargets(services), 1);
  t.equal(await sweepTargets(services), 0);
  await desk.drain();
  t.match(await desk.post(), { status: "PUBLISHED" });
  clock.advance(3_600 * second);
  t.equal(await sweepTargets(services), 0, "what is out needs nothing");
});
