import t from "tap";
import type { PublishOutcome } from "../../src/platforms/publication.ts";
import { sweepTargets } from "../../src/publishing/sweep-targets.ts";
import { openDesk, type PublishingDesk } from "../support/publishing-desk.ts";
import { queuedJobs } from "../support/studio.ts";

const second = 1_000;
const minute = 60 * second;
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
