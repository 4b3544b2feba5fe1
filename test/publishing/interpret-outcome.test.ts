import t from "tap";
import type { PublishOutcome } from "../../src/platforms/publication.ts";
import { sweepTargets } from "../../src/publishing/sweep-targets.ts";
import { sendingLease } from "../../src/publishing/timing.ts";
import { openDesk, type PublishingDesk } from "../support/publishing-desk.ts";
import { queuedJobs } from "../support/studio.ts";

const second = 1_000;
const minute = 60 * second;
const ambiguous = { kind: "ambiguous", message: "The connection broke." } as const;
const unavailable = { kind: "unavailable", message: "The platform is down." } as const;

/** Lets the time pass in steps, with a worker at each. */
async function pass({ atelier, drain }: PublishingDesk, milliseconds: number, step = milliseconds) {
  for (let passed = 0; passed < milliseconds; passed += step) {
    atelier.clock.advance(step);
    await sweepTargets(atelier.services);
    await drain();
  }
}

async function sent(
  t: Parameters<typeof openDesk>[0],
  outcome: PublishOutcome,
  options?: Parameters<typeof openDesk>[1],
) {
  const desk = await openDesk(t, options);
  desk.platform.publish = () => Promise.resolve(outcome);
  await desk.publishNow();
  await desk.drain();
  return desk;
}

t.test("refused: a person must change something", async (t) => {
  const desk = await sent(t, { kind: "refused", code: "TOO_BLUE", message: "Too blue." });
  t.match(await desk.post(), {
    status: "FAILED",
    targets: [{ failure: { code: "TOO_BLUE", message: "Too blue.", retryable: false } }],
  });
  t.match(await desk.attempts(), [{ state: "REFUSED", code: "TOO_BLUE", outcome: "refused" }]);
  t.same(await queuedJobs(desk.atelier), []);
});

t.test("unauthorized: the account needs to be connected again", async (t) => {
  const desk = await sent(t, { kind: "unauthorized", message: "The access was taken back." });
  t.match(await desk.post(), {
    status: "FAILED",
    targets: [
      {
        failure: { code: "UNAUTHORIZED", retryable: true },
        socialAccount: { state: "NEEDS_RECONNECT", lastError: "The access was taken back." },
      },
    ],
  });
  t.match(await desk.publishNow(), { __typename: "ValidationError", issues: [{ code: "ACCOUNT_NOT_USABLE" }] });
});

t.test("submitted: it is asked about with growing pauses until it is out, and never sent again", async (t) => {
  const desk = await openDesk(t);
  desk.platform.publish = () => Promise.resolve({ kind: "submitted", externalId: "s1" });
  desk.platform.reconcile = () => Promise.resolve({ kind: "pending", externalId: "s1", message: "In the queue." });
  await desk.publishNow();
  await desk.drain();
  t.match(await desk.post(), { status: "SUBMITTED", targets: [{ externalId: "s1" }] });
  await pass(desk, 30 * minute, minute);
  t.match(await desk.post(), { status: "SUBMITTED" });
  t.ok(desk.platform.lookUps >= 4 && desk.platform.lookUps <= 12, `${desk.platform.lookUps} looks in half an hour`);
  desk.platform.reconcile = () =>
    Promise.resolve({ kind: "present", externalId: "p1", permalink: "https://example.org/p1" });
  await pass(desk, 15 * minute, minute);
  t.match(await desk.post(), {
    status: "PUBLISHED",
    targets: [{ externalId: "p1", permalink: "https://example.org/p1" }],
  });
  t.match(await desk.attempts(), [{ state: "RECONCILED_PRESENT" }]);
  t.equal(desk.platform.arrived.length, 1);
});

t.test("submitted, and an hour later still worked on: a person decides", async (t) => {
  const desk = await openDesk(t);
  desk.platform.publish = () => Promise.resolve({ kind: "submitted", externalId: "s1" });
  desk.platform.reconcile = () => Promise.resolve({ kind: "pending", externalId: "s1", message: "In the queue." });
  await desk.publishNow();
  await desk.drain();
  await pass(desk, 75 * minute, 5 * minute);
  t.match(await desk.post(), { status: "UNKNOWN", targets: [{ failure: { message: /took the post an hour ago/ } }] });
  t.equal(desk.platform.arrived.length, 1);
});

t.test("submitted, and the platform dropped it: it failed, and is not sent again by itself", async (t) => {
  const desk = await openDesk(t);
  desk.platform.publish = () => Promise.resolve({ kind: "submitted", externalId: "s1" });
  desk.platform.reconcile = () => Promise.resolve({ kind: "absent", certain: true, message: "Processing failed." });
  await desk.publishNow();
  await desk.drain();
  await pass(desk, 2 * minute, 30 * second);
  t.match(await desk.post(), {
    status: "FAILED",
    targets: [{ failure: { code: "NOT_PUBLISHED", message: /Processing failed/, retryable: true } }],
  });
  t.equal(desk.platform.arrived.length, 1);
});

t.test("a pending send that nobody answered becomes submitted", async (t) => {
  const desk = await sent(t, ambiguous);
  desk.platform.reconcile = () => Promise.resolve({ kind: "pending", externalId: "s1", message: "In the queue." });
  await pass(desk, minute, 20 * second);
  t.match(await desk.post(), { status: "SUBMITTED" });
  t.match(await desk.attempts(), [{ state: "ACCEPTED", externalId: "s1" }]);
});

t.test("rate-limited with a date: it waits for that date, says so, and goes out", async (t) => {
  const desk = await openDesk(t);
  const retryAt = new Date(desk.atelier.clock.now().getTime() + 10 * minute);
  desk.platform.publish = () => Promise.resolve({ kind: "rate-limited", retryAt, message: "25 posts a day." });
  await desk.publishNow();
  await desk.drain();
  t.match(await desk.post(), {
    status: "SCHEDULED",
    targets: [{ failure: { code: "RATE_LIMITED", message: "25 posts a day.", retryable: true } }],
  });
  desk.platform.publish = ({ key }) =>
    Promise.resolve({ kind: "published", externalId: key, permalink: "https://example.org/1" });
  await pass(desk, 9 * minute);
  t.equal(desk.platform.arrived.length, 1, "not a minute earlier");
  await pass(desk, minute + 6 * second);
  t.match(await desk.post(), { status: "PUBLISHED", targets: [{ failure: null }] });
  t.equal(desk.platform.arrived.length, 2);
  t.equal(new Set(desk.platform.arrived.map(({ key }) => key)).size, 1, "every attempt repeats its key (R-12)");
});

t.test("rate-limited beyond the grace: it does not post hours late by itself (I-22)", async (t) => {
  const desk = await openDesk(t);
  const retryAt = new Date(desk.atelier.clock.now().getTime() + 180 * minute);
  desk.platform.publish = () => Promise.resolve({ kind: "rate-limited", retryAt, message: "25 posts a day." });
  await desk.publishNow();
  await desk.drain();
  const says = new RegExp(`25 posts a day\\. It may be tried again from ${retryAt.toISOString()}.*schedule it again`);
  t.match(await desk.post(), {
    status: "FAILED",
    targets: [{ failure: { code: "RATE_LIMITED", message: says, retryable: true } }],
  });
});

t.test("rate-limited with a date that has passed: at once", async (t) => {
  const desk = await openDesk(t);
  desk.platform.publish = ({ key }) =>
    Promise.resolve(
      desk.platform.arrived.length === 1
        ? { kind: "rate-limited", retryAt: new Date(0), message: "Slow down." }
        : { kind: "published", externalId: key, permalink: "https://example.org/1" },
    );
  await desk.publishNow();
  await desk.drain();
  t.match(await desk.post(), { status: "PUBLISHED" });
});

for (const outcome of [unavailable, { kind: "rate-limited", retryAt: null, message: "Slow down." } as const]) {
  t.test(`${outcome.kind} without a date: five tries with growing pauses, then a person`, async (t) => {
    const desk = await sent(t, outcome);
    const pauses: number[] = [];
    const { clock, services } = desk.atelier;
    for (let n = 1; n < 5; n += 1) {
      t.equal(desk.platform.arrived.length, n);
      const { dueAt } = await services.db.postTarget.findUniqueOrThrow({ where: { id: desk.targetId } });
      pauses.push(((dueAt?.getTime() ?? 0) - clock.now().getTime()) / second);
      clock.set(new Date((dueAt?.getTime() ?? 0) - 2 * second));
      await desk.drain();
      t.equal(desk.platform.arrived.length, n, "not before its time");
      await pass(desk, 8 * second);
    }
    t.ok(
      pauses.every((pause, n) => Math.abs(pause - 30 * 2 ** n) < 10),
      pauses.join(", "),
    );
    const code = outcome.kind === "unavailable" ? "UNAVAILABLE" : "RATE_LIMITED";
    t.match(await desk.post(), {
      status: "FAILED",
      targets: [{ failure: { code, message: outcome.message, retryable: true } }],
    });
    t.equal(desk.platform.arrived.length, 5);

    clock.advance(2 * second);
    await desk.publishNow();
    await desk.drain();
    t.match(await desk.post(), { status: "SCHEDULED" }, "scheduled again, it has its tries again");
  });
}

t.test("ambiguous, and it is there: published, sent once", async (t) => {
  const desk = await sent(t, ambiguous, { settleWindow: 120 * second });
  t.match(await desk.post(), { status: "PUBLISHING" });
  await pass(desk, 2 * minute, 30 * second);
  t.equal(desk.platform.lookUps, 0, "nothing is looked up before the platform had time to settle (R-4)");
  await pass(desk, minute, 30 * second);
  t.match(await desk.post(), { status: "PUBLISHED", targets: [{ permalink: String }] });
  t.match(await desk.attempts(), [{ state: "RECONCILED_PRESENT", outcome: "present" }]);
  t.same([desk.platform.arrived.length, desk.platform.lookUps], [1, 1]);
});

t.test("ambiguous, and it is not there: a keyed platform is asked again with the same key", async (t) => {
  const desk = await sent(t, ambiguous);
  desk.platform.reconcile = () => Promise.resolve({ kind: "absent", certain: true, message: "It is not there." });
  desk.platform.publish = ({ key }) =>
    Promise.resolve({ kind: "published", externalId: key, permalink: "https://example.org/1" });
  await pass(desk, minute, 20 * second);
  t.match(await desk.post(), { status: "PUBLISHED" });
  t.same(
    (await desk.attempts()).map(({ state }) => state),
    ["RECONCILED_ABSENT", "ACCEPTED"],
  );
  t.equal(new Set(desk.platform.arrived.map(({ key }) => key)).size, 1);
});

for (const capability of ["search", "detects", "staged", "handle"] as const) {
  t.test(`ambiguous, and twice not in a list of ${capability}: nothing is sent again, a person decides`, async (t) => {
    const desk = await sent(t, ambiguous, { capability });
    desk.platform.reconcile = () => Promise.resolve({ kind: "absent", certain: false, message: "Not listed." });
    await pass(desk, 25 * second, second);
    t.equal(desk.platform.lookUps, 1);
    t.match(await desk.post(), { status: "PUBLISHING" }, "one look at a list says nothing");
    await pass(desk, 20 * second, second);
    t.equal(desk.platform.lookUps, 1, "the second look is half a minute later (R-5)");
    await pass(desk, 30 * second, second);
    t.match(await desk.post(), {
      status: "UNKNOWN",
      targets: [{ failure: { code: "UNKNOWN", message: /no proof.*Look there/ } }],
    });
    t.match(await desk.attempts(), [{ state: "UNRESOLVED" }]);
    t.equal(desk.platform.arrived.length, 1);
    t.match(await desk.publishNow(), { __typename: "ConflictError", message: /UNKNOWN/ });
  });

  t.test(`ambiguous, and ${capability} answers for this very post that it is not there: sent again`, async (t) => {
    const desk = await sent(t, ambiguous, { capability });
    desk.platform.reconcile = () => Promise.resolve({ kind: "absent", certain: true, message: "Not published." });
    desk.platform.publish = ({ key }) => Promise.resolve({ kind: "published", externalId: key, permalink: null });
    await pass(desk, minute, 20 * second);
    t.match(await desk.post(), { status: "PUBLISHED" });
    t.equal(desk.platform.arrived.length, 2);
  });
}

t.test("ambiguous, and a list shows it at the second look: sent once", async (t) => {
  const desk = await sent(t, ambiguous, { capability: "search" });
  desk.platform.reconcile = (request) =>
    Promise.resolve(
      desk.platform.lookUps === 1
        ? { kind: "absent", certain: false, message: "Not listed." }
        : { kind: "present", externalId: request.key, permalink: "https://example.org/1" },
    );
  await pass(desk, 2 * minute, 10 * second);
  t.match(await desk.post(), { status: "PUBLISHED" });
  t.equal(desk.platform.arrived.length, 1);
});

t.test("the operator may have posts sent again after a list twice did not show them", async (t) => {
  const desk = await sent(t, ambiguous, {
    capability: "search",
    environment: { RESEND_AFTER_LISTED_ABSENCE: "showcase" },
  });
  desk.platform.reconcile = () => Promise.resolve({ kind: "absent", certain: false, message: "Not listed." });
  desk.platform.publish = ({ key }) => Promise.resolve({ kind: "published", externalId: key, permalink: null });
  await pass(desk, 2 * minute, 10 * second);
  t.match(await desk.post(), { status: "PUBLISHED" });
  t.same([desk.platform.arrived.length, desk.platform.lookUps], [2, 2]);
});

t.test("ambiguous, where nothing can be looked up: a person decides at once", async (t) => {
  const desk = await sent(t, ambiguous, { capability: "none" });
  t.match(await desk.post(), { status: "UNKNOWN", targets: [{ failure: { message: /cannot be asked/ } }] });
  await pass(desk, 10 * minute, 5 * minute);
  t.same([desk.platform.arrived.length, desk.platform.lookUps], [1, 0]);
});

t.test("ambiguous, and the platform cannot tell: a person decides", async (t) => {
  const desk = await sent(t, ambiguous);
  desk.platform.reconcile = () => Promise.resolve({ kind: "unknown", message: "Two posts look like it." });
  await pass(desk, minute);
  t.match(await desk.post(), { status: "UNKNOWN", targets: [{ failure: { message: "Two posts look like it." } }] });
});

t.test("a look-up that fails is repeated, and after an hour a person is told", async (t) => {
  const desk = await sent(t, ambiguous);
  desk.platform.reconcile = () => Promise.reject(new Error("ECONNREFUSED 10.0.0.7"));
  await pass(desk, 50 * minute, 10 * minute);
  t.match(await desk.post(), { status: "PUBLISHING" });
  t.ok(desk.platform.lookUps >= 3, "again and again, with growing pauses");
  await pass(desk, 30 * minute, 5 * minute);
  const post = await desk.post();
  t.match(post, { status: "UNKNOWN", targets: [{ failure: { message: /could not be found out for an hour/ } }] });
  t.notMatch(JSON.stringify(post), /10\.0\.0\.7/);
  t.equal(desk.platform.arrived.length, 1);
});

t.test("an adapter that throws may have sent: it is looked up, not repeated (R-3)", async (t) => {
  const desk = await openDesk(t);
  desk.platform.publish = () => Promise.reject(new Error("socket hang up"));
  await desk.publishNow();
  await desk.drain();
  await pass(desk, minute, 20 * second);
  t.match(await desk.post(), { status: "PUBLISHED" });
  t.same([desk.platform.arrived.length, desk.platform.lookUps], [1, 1]);
});

t.test("a process that dies while sending: the sweep looks it up when the lease is over", async (t) => {
  const desk = await openDesk(t);
  await desk.publishNow();
  await desk.begin();
  await desk.atelier.services.db
    .$executeRaw`update graphile_worker._private_jobs set locked_at = now(), locked_by = 'dead'`;
  desk.atelier.clock.advance(sendingLease);
  t.equal(await sweepTargets(desk.atelier.services), 0, "its lease is alive");
  await pass(desk, 6 * second);
  t.same(
    (await desk.attempts()).map(({ state }) => state),
    ["RECONCILED_ABSENT", "ACCEPTED"],
  );
  t.match(await desk.post(), { status: "PUBLISHED" });
});
