import { randomUUID } from "node:crypto";
import t from "tap";
import { openEventStream } from "../../src/graphql/event-stream.ts";
import { decodeGlobalId } from "../../src/graphql/ids.ts";
import { addMilliseconds } from "../../src/infra/clock.ts";
import { formatCursor } from "../../src/infra/event-cursor.ts";
import { type EventLog, type NewEvent, recordEvents } from "../../src/infra/events.ts";
import { eventRetention } from "../../src/infra/forget-events.ts";
import { next, openAtelier, personalWorkspace } from "../support/atelier.ts";

const topic = "image";
const ids = Array.from({ length: 10 }, (_, n) => `0190a7b0-1111-7111-8111-00000000000${n}`);
const [a = "", b = "", c = ""] = ids;
const made = (entityId: string, version: number) => ({ entityId, version, kind: "CREATED" as const });

t.test("a stream of events", async (t) => {
  const atelier = await openAtelier(t);
  const { services } = atelier;
  const ada = await atelier.signUp("Ada");
  const workspaceId = decodeGlobalId(await personalWorkspace(ada)).id;
  const filter = { workspaceIds: [workspaceId], topic };
  const listeners = countListeners(services.events);
  const record = (...events: (Partial<NewEvent> & { entityId: string })[]) =>
    services.transact((tx) =>
      recordEvents(
        tx,
        events.map((event) => ({ workspaceId, topic, kind: "UPDATED", version: 1, ...event })),
      ),
    );
  const open = (after: string | null = null, snapshot: readonly string[] = []) =>
    openEventStream(services, { typename: "Image", filter, after, snapshot: async () => snapshot });
  const entity = async (stream: Awaited<ReturnType<typeof open>>) => {
    const { kind, entityId } = await next(stream);
    return `${kind} ${ids.indexOf(entityId)}`;
  };

  t.test("begins with the state as it is, then tells every change", async (t) => {
    const stream = await open(null, [a, b]);
    t.same([await entity(stream), await entity(stream)], ["SNAPSHOT 0", "SNAPSHOT 1"]);
    await record({ entityId: c, kind: "CREATED" }, { entityId: a });
    await record({ entityId: c, kind: "DELETED" });
    t.same([await entity(stream), await entity(stream), await entity(stream)], ["CREATED 2", "UPDATED 0", "DELETED 2"]);
    await stream.return?.();
  });

  t.test("misses nothing that happens while the state is read", async (t) => {
    const stream = await openEventStream(services, {
      ...{ typename: "Image", filter, after: null },
      snapshot: async () => {
        await record({ entityId: b });
        return [a];
      },
    });
    t.same([await entity(stream), await entity(stream)], ["SNAPSHOT 0", "UPDATED 1"]);
    await stream.return?.();
  });

  t.test("goes on behind a cursor: everything missed, once and in order, then live", async (t) => {
    const first = await open(null, [a]);
    const start = await next(first);
    await record({ entityId: a }, { entityId: b });
    const seen = await next(first);
    await first.return?.();
    await record({ entityId: c });
    await record({ entityId: a, kind: "DELETED" });

    const resumed = await open(seen.cursor, [a, b, c]);
    await record({ entityId: b });
    t.same(
      [await entity(resumed), await entity(resumed), await entity(resumed), await entity(resumed)],
      ["UPDATED 1", "UPDATED 2", "DELETED 0", "UPDATED 1"],
      "without a new snapshot",
    );
    await resumed.return?.();

    const fromSnapshot = await open(start.cursor);
    t.equal(await entity(fromSnapshot), "UPDATED 0", "also behind a snapshot");
    await fromSnapshot.return?.();
  });

  t.test("a snapshot that was cut is shown anew, whole; only its last cursor stands behind it", async (t) => {
    const first = await open(null, [a, b, c]);
    const cut = [await next(first), await next(first)];
    const whole = await next(first);
    await first.return?.();
    await record({ entityId: b });
    for (const { cursor } of cut) {
      const again = await open(cursor, [a, b, c]);
      const kinds = [await entity(again), await entity(again), await entity(again)];
      t.same(kinds, ["SNAPSHOT 0", "SNAPSHOT 1", "SNAPSHOT 2"]);
      await record({ entityId: c });
      let event = await entity(again);
      // What the new snapshot shows already may be told once more, where the log is read late.
      while (event === "UPDATED 1") event = await entity(again);
      t.equal(event, "UPDATED 2", "and then it goes on behind the new snapshot");
      await again.return?.();
    }
    const behind = await open(whole.cursor);
    t.equal(await entity(behind), "UPDATED 1");
    await behind.return?.();
    const long = addMilliseconds(atelier.clock.now(), -2 * eventRetention);
    const old = await open(formatCursor({ xid: 1n, id: 0n }, long, { inSnapshot: true }), [a]);
    t.equal(await entity(old), "SNAPSHOT 0", "however long ago");
    await old.return?.();
  });

  t.test("resumes in order when thousands were missed and more arrive meanwhile", async (t) => {
    const stream = await open(null, [a]);
    const { cursor } = await next(stream);
    await stream.return?.();
    const batch = (from: number) =>
      // None that may give way to a newer one: the last batch may come live, where a reader who is behind gets updates coalesced.
      record(...Array.from({ length: 700 }, (_, n) => made(ids[n % 10] ?? a, from + n)));
    await batch(0);
    await batch(700);
    const opening = open(cursor);
    await batch(1_400);
    const resumed = await opening;
    for (let n = 0; n < 2_100; n += 1) {
      const event = await next(resumed);
      if (event.entityId !== ids[(n % 700) % 10]) t.fail(`event ${n} is out of order`);
    }
    await record({ entityId: c, kind: "DELETED" });
    t.equal(await entity(resumed), "DELETED 2", "none came twice");
    await resumed.return?.();
  });

  t.test("shows only what it was opened for", async (t) => {
    const stream = await openEventStream(services, {
      ...{ typename: "Image", after: null, snapshot: async () => [] },
      filter: { ...filter, entityIds: [b] },
    });
    const elsewhere = decodeGlobalId(await personalWorkspace(await atelier.signUp("Bob"))).id;
    await record(
      { entityId: b, workspaceId: elsewhere },
      { entityId: b, topic: "post" },
      { entityId: a },
      { entityId: b },
    );
    t.equal(await entity(stream), "UPDATED 1");
    await record({ entityId: b, kind: "DELETED" });
    t.equal(await entity(stream), "DELETED 1");
    await stream.return?.();
  });

  t.test("keeps only the newest progress that nobody has read", async (t) => {
    const stream = await open();
    const progress = (entityId: string) => record({ entityId, kind: "PROGRESS" });
    // Listens behind the stream: what reaches it has reached the stream.
    const heard = Promise.withResolvers<void>();
    const stop = services.events.listen(filter, ({ entityId }) => entityId === c && heard.resolve());
    for (const entityId of [a, a, a, b, a, a]) await progress(entityId);
    await record({ entityId: c });
    await heard.promise;
    stop();
    t.same(
      [await entity(stream), await entity(stream), await entity(stream)],
      ["PROGRESS 1", "PROGRESS 0", "UPDATED 2"],
    );
    await stream.return?.();
  });

  t.test("a cursor that cannot be resumed is refused, and nobody listens on", async (t) => {
    const old = formatCursor({ xid: 1n, id: 1n }, new Date(atelier.clock.now().getTime() - eventRetention - 1));
    await t.rejects(open(old), {
      code: "RESYNC_REQUIRED",
      message: "The cursor is older than the event log. Subscribe without `after` and start from the snapshot.",
    });
    await t.rejects(open("garbage"), {
      code: "BAD_USER_INPUT",
      message: "`after` is not a cursor of an event. Pass the `cursor` of the last event you received.",
    });
    const failing = {
      typename: "Image",
      filter,
      after: null,
      snapshot: () => Promise.reject(new Error("no database")),
    };
    await t.rejects(openEventStream(services, failing), { message: "no database" });
    t.equal(listeners(), 0);
  });

  t.test("more than anybody could catch up with is not told one by one", async (t) => {
    const resync = {
      code: "RESYNC_REQUIRED",
      message: "More than 5000 events wait to be read. Subscribe without `after` and start from the snapshot.",
    };
    const slow = await open(null, [a]);
    const { cursor } = await next(slow);
    const heard = Promise.withResolvers<void>();
    const stop = services.events.listen(filter, ({ kind }) => kind === "DELETED" && heard.resolve());
    for (let n = 0; n < 7; n += 1) await record(...Array.from({ length: 800 }, () => ({ entityId: randomUUID() })));
    await record({ entityId: a, kind: "DELETED" });
    await heard.promise;
    stop();
    await t.rejects(slow.next(), resync, "to one who does not read");
    t.same(await slow.next(), { value: undefined, done: true });
    await t.rejects(open(cursor), resync, "to one who was away");
    t.equal(listeners(), 0);
  });

  t.test("who stops leaves no listener, even while waiting", async (t) => {
    const streams = await Promise.all(ids.map(() => open(null, [a])));
    t.equal(listeners(), 10);
    for (const stream of streams) await next(stream);
    const waiting = streams.map((stream) => stream.next());
    for (const [n, stream] of streams.entries()) {
      if (n % 2 === 0) t.same(await stream.return?.(), { value: undefined, done: true });
      else await t.rejects(async () => stream.throw?.(new Error("gone")), { message: "gone" });
    }
    t.equal(listeners(), 0);
    for (const result of await Promise.all(waiting)) t.same(result, { value: undefined, done: true });
    await record({ entityId: a });
    for (const stream of streams) t.same(await stream.next(), { value: undefined, done: true });
    await streams[0]?.return?.();
    t.equal(listeners(), 0, "stopping twice does no harm");
  });
});

/** Counts who listens to a log from now on. */
function countListeners(events: EventLog): () => number {
  const { listen } = events;
  let open = 0;
  events.listen = (...args) => {
    const stop = listen(...args);
    open += 1;
    let stopped = false;
    return () => {
      if (!stopped) open -= 1;
      stopped = true;
      stop();
    };
  };
  return () => open;
}
