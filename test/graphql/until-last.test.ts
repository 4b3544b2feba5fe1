import pg from "pg";
import t from "tap";
import { openEventStream } from "../../src/graphql/event-stream.ts";
import { decodeGlobalId } from "../../src/graphql/ids.ts";
import { type NewEvent, recordEvents } from "../../src/infra/events.ts";
import { next, openAtelier, personalWorkspace } from "../support/atelier.ts";
import { countListeners } from "../support/count-listeners.ts";
import type { Teardown } from "../support/database.ts";

const topic = "image";
const a = "0190a7b0-1111-7111-8111-000000000000";

t.test("a stream of one entity", async (t) => {
  const { services, signUp } = await openAtelier(t);
  const workspaceId = decodeGlobalId(await personalWorkspace(await signUp("Ada"))).id;
  const filter = { workspaceIds: [workspaceId], topic };
  const listeners = countListeners({ services }).now;
  const record = (...events: Partial<NewEvent>[]) =>
    services.transact((tx) =>
      recordEvents(
        tx,
        events.map((event) => ({ workspaceId, topic, kind: "UPDATED", version: 1, entityId: a, ...event })),
      ),
    );
  const open = (after: string | null, snapshot: readonly string[]) =>
    openEventStream(services, { typename: "Image", filter, after, snapshot: async () => snapshot });
  const entity = async (stream: Awaited<ReturnType<typeof open>>) => `${(await next(stream)).kind} 0`;

  t.test("what settles ends the stream behind its last event, also for one who comes back", async (t) => {
    let settled = false;
    const only = (after: string | null, snapshot: readonly string[]) =>
      openEventStream(services, {
        ...{ typename: "Image", after, snapshot: async () => snapshot, isSettled: async () => settled },
        filter: { ...filter, entityIds: [a] },
      });
    const stream = await only(null, [a]);
    const { cursor } = await next(stream);
    await record({ entityId: a, kind: "PROGRESS" });
    t.equal(await entity(stream), "PROGRESS 0");
    const progress = await only(cursor, []);
    const seen = await next(progress);
    await progress.return?.();
    settled = true;
    await record({ entityId: a }, { entityId: a });
    t.same([await entity(stream), await entity(stream)], ["UPDATED 0", "UPDATED 0"]);
    t.same(await stream.next(), { value: undefined, done: true });
    const late = await only(seen.cursor, []);
    const end = [await next(late), await next(late)].at(-1)?.cursor ?? "";
    t.same(await late.next(), { value: undefined, done: true });
    for (const nothingLeft of [await only(end, [a]), await only(null, [])]) {
      t.same(await nothingLeft.next(), { value: undefined, done: true });
    }
    const shown = await only(null, [a]);
    t.equal(await entity(shown), "SNAPSHOT 0");
    t.same(await shown.next(), { value: undefined, done: true });
    t.equal(listeners(), 0);
  });

  t.test("an end that is committed but not readable yet is waited for", async (t) => {
    const start = await open(null, [a]);
    const { cursor } = await next(start);
    await start.return?.();
    const blocker = await connect(t, services.databaseUrl);
    await blocker.query("begin");
    await blocker.query("select pg_current_xact_id()");
    await record({ entityId: a });
    const resumed = await openEventStream(services, {
      ...{ typename: "Image", after: cursor, snapshot: async () => [], isSettled: async () => true },
      filter: { ...filter, entityIds: [a] },
    });
    const event = entity(resumed);
    await blocker.query("commit");
    t.equal(await event, "UPDATED 0");
    t.same(await resumed.next(), { value: undefined, done: true });
  });
});

async function connect(t: Teardown, databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  t.teardown(() => client.end());
  return client;
}
