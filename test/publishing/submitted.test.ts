import t from "tap";
import type { PublishOutcome } from "../../src/platforms/publication.ts";
import { sweepTargets } from "../../src/publishing/sweep-targets.ts";
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
