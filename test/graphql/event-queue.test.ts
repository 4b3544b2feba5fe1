import fc from "fast-check";
import t from "tap";
import { createEventQueue, maxWaiting, type StreamedEvent } from "../../src/graphql/event-queue.ts";

const event = (n: number, entityId: string, kind: StreamedEvent["kind"] = "UPDATED"): StreamedEvent => ({
  ...{ cursor: String(n), at: new Date(0), typename: "Image", entityId, kind },
});

/** Reads what waits, to the last. */
async function readAll(queue: ReturnType<typeof createEventQueue>): Promise<StreamedEvent[]> {
  const reader = queue.iterate(
    () => undefined,
    () => new Error("too much"),
  );
  const read: StreamedEvent[] = [];
  while (!queue.isEmpty()) read.push((await reader.next()).value);
  return read;
}

t.test("a reader who keeps up somewhat gets everything but outdated progress", async (t) => {
  const queue = createEventQueue();
  const kinds = ["CREATED", "PROGRESS", "PROGRESS", "UPDATED", "UPDATED", "PROGRESS", "DELETED"] as const;
  for (const [n, kind] of kinds.entries()) queue.push(event(n, "a", kind));
  t.same(
    (await readAll(queue)).map(({ kind, cursor }) => `${kind} ${cursor}`),
    ["CREATED 0", "UPDATED 3", "UPDATED 4", "DELETED 6"],
  );
});

t.test("one who stalls holds no more than the newest of each entity, and loses none of them", async (t) => {
  const queue = createEventQueue();
  for (let n = 0; n < 50_000; n += 1) queue.push(event(n, `entity ${n % 700}`, n % 3 === 0 ? "PROGRESS" : "UPDATED"));
  const read = await readAll(queue);
  t.ok(read.length <= 1_700, `${read.length} waited`);
  const last = new Map(read.map(({ entityId, cursor }) => [entityId, Number(cursor)]));
  t.equal(last.size, 700);
  for (let n = 50_000 - 700; n < 50_000; n += 1) {
    if (last.get(`entity ${n % 700}`) !== n) t.fail(`the newest of entity ${n % 700} is missing`);
  }
});

t.test("what somebody missed is not coalesced, and too much of it ends the stream", async (t) => {
  const queue = createEventQueue();
  for (let n = 0; n < maxWaiting; n += 1) queue.replay(event(n, "a"));
  t.notOk(queue.overflowed());
  queue.replay(event(maxWaiting, "a"));
  t.ok(queue.overflowed());
  const ended: string[] = [];
  const reader = queue.iterate(
    () => ended.push("ended"),
    () => new Error("too much"),
  );
  await t.rejects(reader.next(), { message: "too much" });
  t.same(await reader.next(), { value: undefined, done: true });
  t.same(ended, ["ended"]);
});

t.test("whatever is pushed and read when: order stays, and the last state of each entity is told", async (t) => {
  const steps = fc.array(
    fc.oneof(
      fc.constant("read" as const),
      fc.record({
        entityId: fc.constantFrom("a", "b", "c"),
        kind: fc.constantFrom("CREATED" as const, "UPDATED" as const, "PROGRESS" as const, "DELETED" as const),
      }),
    ),
    { maxLength: 60 },
  );
  await fc.assert(
    fc.asyncProperty(steps, async (plan) => {
      const queue = createEventQueue();
      const reader = queue.iterate(
        () => undefined,
        () => new Error("too much"),
      );
      const pushed: StreamedEvent[] = [];
      const read: StreamedEvent[] = [];
      for (const [n, step] of plan.entries()) {
        if (step === "read") {
          if (!queue.isEmpty()) read.push((await reader.next()).value);
        } else {
          pushed.push(event(n, step.entityId, step.kind));
          queue.push(event(n, step.entityId, step.kind));
        }
      }
      while (!queue.isEmpty()) read.push((await reader.next()).value);
      const cursors = read.map(({ cursor }) => Number(cursor));
      t.same(
        cursors,
        cursors.toSorted((a, b) => a - b),
      );
      const lasting = pushed.filter(({ kind }) => kind !== "PROGRESS").map(({ cursor }) => cursor);
      t.ok(lasting.every((cursor) => read.some((one) => one.cursor === cursor)));
      for (const entityId of ["a", "b", "c"]) {
        const of = (events: StreamedEvent[]) => events.findLast((one) => one.entityId === entityId)?.cursor;
        t.equal(of(read), of(pushed));
      }
    }),
    { numRuns: 100 },
  );
});
