import t from "tap";
import type { PublishOutcome } from "../../src/platforms/publication.ts";
import { sweepTargets } from "../../src/publishing/sweep-targets.ts";
import { sendingLease } from "../../src/publishing/timing.ts";
import { openDesk, type PublishingDesk } from "../support/publishing-desk.ts";

const second = 1_000;
const minute = 60 * second;
const ambiguous = { kind: "ambiguous", message: "The connection broke." } as const;

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
