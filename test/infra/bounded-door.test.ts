import fc from "fast-check";
import t from "tap";
import { createDoor } from "../../src/infra/bounded-door.ts";

/** Work that lasts until it is told to end. */
function held() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  return { work: () => promise, end: resolve, fail: reject };
}

t.test("some are inside, some wait in their order, the rest is sent away before it begins", async (t) => {
  const door = createDoor({ concurrency: 2, queue: 2 });
  const begun: string[] = [];
  const visits = ["a", "b", "c", "d", "e"].map((name) => {
    const { work, end } = held();
    const visit = door.run(() => {
      begun.push(name);
      return work();
    });
    return { name, visit, end };
  });
  const [a, b, c, d, e] = visits;
  if (!a || !b || !c || !d || !e) throw new Error("five visits");
  await t.rejects(e.visit, { code: "OVERLOADED", retryAfter: 1 });
  t.same(begun, ["a", "b"]);
  b.end("b is done");
  t.equal(await b.visit, "b is done");
  t.same(begun, ["a", "b", "c"], "the place goes to whoever came first");
  for (const visit of [a, c, d]) visit.end(visit.name);
  t.same(await Promise.all([a.visit, c.visit, d.visit]), ["a", "c", "d"]);
  t.same(begun, ["a", "b", "c", "d"]);
});

t.test("work that fails, at once or later, frees its place", async (t) => {
  const door = createDoor({ concurrency: 1, queue: 1 });
  const first = held();
  const failing = door.run(first.work);
  const waiting = door.run(() => {
    throw new Error("at once");
  });
  first.fail(new Error("later"));
  await t.rejects(failing, { message: "later" });
  await t.rejects(waiting, { message: "at once" });
  t.equal(await door.run(() => Promise.resolve("in")), "in");
});

t.test("whatever comes and goes, never more are inside, and everybody who was let in ends", async () => {
  const visits = fc.array(fc.record({ turns: fc.nat(4), fails: fc.boolean() }), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.nat(5), visits, async (concurrency, queue, all) => {
      const door = createDoor({ concurrency, queue });
      let inside = 0;
      let most = 0;
      const ends = await Promise.allSettled(
        all.map(({ turns, fails }) =>
          door.run(async () => {
            inside += 1;
            most = Math.max(most, inside);
            for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
            inside -= 1;
            if (fails) throw new Error("failed");
          }),
        ),
      );
      const sentAway = ends.filter((end) => end.status === "rejected" && end.reason.message !== "failed").length;
      return most <= concurrency && inside === 0 && sentAway === Math.max(0, all.length - concurrency - queue);
    }),
  );
});
