import fc from "fast-check";
import t from "tap";
import type { FailureClass } from "../../../src/image-providers/failure-class.ts";
import {
  type Circuit,
  circuitAfter,
  circuitState,
  closedCircuit,
  failuresToOpen,
  firstRest,
  healthOf,
  longestRest,
} from "../../../src/images/queue/circuit.ts";
import { addMilliseconds } from "../../../src/infra/clock.ts";

const start = new Date("2026-11-25T12:00:00Z");
const at = (seconds: number) => addMilliseconds(start, seconds * 1_000);
const minute = 60;

/** A call that took a second and ended so many seconds after the start. */
const call = (end: number, kind: "ANSWERED" | "FAILED" = "FAILED", imageId = `image at ${end}`) => ({
  imageId,
  health: kind === "FAILED" ? { kind, retryAfter: null } : { kind },
  startedAt: at(end - 1),
  endedAt: at(end),
});

const after = (...calls: readonly ReturnType<typeof call>[]) => calls.reduce(circuitAfter, closedCircuit);
const failures = (count: number, first = 1, apart = 1) =>
  Array.from({ length: count }, (_, index) => call(first + index * apart));

t.test("five failures in a row open it, four do not", async (t) => {
  t.equal(circuitState(after(...failures(4)), at(4)), "CLOSED");
  const open = after(...failures(5));
  t.equal(circuitState(open, at(5)), "OPEN");
  t.same(open.openUntil, addMilliseconds(at(5), firstRest));
  t.equal(circuitState(open, addMilliseconds(at(5), firstRest)), "HALF_OPEN");
});

t.test("an answer ends the row", async (t) => {
  t.equal(after(...failures(4), call(5, "ANSWERED"), ...failures(4, 6)).openUntil, null);
});

t.test("one picture that fails again and again counts once", async (t) => {
  const same = Array.from({ length: 20 }, (_, index) => call(index + 1, "FAILED", "one"));
  t.match(after(...same), { failures: 1, openUntil: null });
});

t.test("failures that are far apart are no row", async (t) => {
  t.equal(after(...failures(30, 1, 16 * minute)).openUntil, null);
  t.not(after(...failures(5, 1, 14 * minute)).openUntil, null);
});

t.test("what began before it opened says nothing new", async (t) => {
  const open = after(...failures(5));
  t.equal(circuitAfter(open, { ...call(20), startedAt: at(0) }), open);
  t.equal(circuitAfter(open, { ...call(20, "ANSWERED"), startedAt: at(0) }), open);
});

t.test("a try that fails doubles the rest, up to five minutes; one that is answered closes it", async (t) => {
  let circuit = after(...failures(5));
  const rests: number[] = [];
  for (let round = 0; round < 6; round += 1) {
    const startedAt = circuit.openUntil ?? start;
    const endedAt = addMilliseconds(startedAt, 1_000);
    const tried = {
      imageId: "always the same",
      health: { kind: "FAILED", retryAfter: null },
      startedAt,
      endedAt,
    } as const;
    circuit = circuitAfter(circuit, tried);
    rests.push(((circuit.openUntil?.getTime() ?? 0) - endedAt.getTime()) / 1_000);
  }
  t.same(rests, [60, 120, 240, 300, 300, 300]);
  const startedAt = circuit.openUntil ?? start;
  const answered = { imageId: "x", health: { kind: "ANSWERED" }, startedAt, endedAt: startedAt } as const;
  t.same(circuitAfter(circuit, answered), closedCircuit);
});

t.test("it rests as long as the provider asks, within bounds", async (t) => {
  const asked = (retryAfter: number) =>
    circuitAfter(after(...failures(4)), { ...call(5), health: { kind: "FAILED", retryAfter } }).openUntil;
  t.same(asked(100), at(105));
  t.same(asked(5), addMilliseconds(at(5), firstRest));
  t.same(asked(86_400), addMilliseconds(at(5), longestRest));
});

t.test("only what lies with the provider counts against it", async (t) => {
  const kinds = new Map<FailureClass, string | undefined>();
  const classes = ["rate_limited", "provider_unavailable", "provider_error", "timeout", "content_policy"] as const;
  const silent = ["auth", "billing", "invalid_request", "model_not_found", "bad_output", "cancelled"] as const;
  for (const failure of [...classes, ...silent])
    kinds.set(failure, healthOf({ ok: false, failure, message: "" })?.kind);
  t.same(
    [...kinds].filter(([, kind]) => kind === "FAILED").map(([failure]) => failure),
    ["rate_limited", "provider_unavailable", "provider_error", "timeout"],
  );
  t.equal(kinds.get("content_policy"), "ANSWERED", "who refuses a prompt has answered");
  t.equal(
    silent.some((failure) => kinds.get(failure) !== undefined),
    false,
  );
  t.equal(
    healthOf({ ok: false, failure: "provider_error", message: "", retryable: false }),
    null,
    "nor what is hopeless",
  );
});

t.test("whatever happens, it opens only after enough failures since the last answer, and never for long", async () => {
  const step = fc.record({
    wait: fc.integer({ min: 0, max: 20 * 60_000 }),
    took: fc.integer({ min: 0, max: 60_000 }),
    answered: fc.boolean(),
    imageId: fc.constantFrom("a", "b", "c"),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let circuit: Circuit = closedCircuit;
      let now = start;
      let row = 0;
      for (const { wait, took, answered, imageId } of steps) {
        now = addMilliseconds(now, wait);
        const endedAt = addMilliseconds(now, took);
        const health = answered ? ({ kind: "ANSWERED" } as const) : ({ kind: "FAILED", retryAfter: null } as const);
        const counts = circuitState(circuit, now) !== "OPEN";
        circuit = circuitAfter(circuit, { imageId, health, startedAt: now, endedAt });
        if (counts) row = answered ? 0 : row + 1;
        if (circuit.openUntil === null) continue;
        if (row < failuresToOpen) return false;
        if (counts && circuit.openUntil.getTime() > endedAt.getTime() + longestRest) return false;
      }
      return true;
    }),
  );
});
