import { randomUUID } from "node:crypto";
import t from "tap";
import { addMilliseconds } from "../../src/infra/clock.ts";
import { openDb } from "../../src/infra/db.ts";
import { eventRetention, eventsKeptFor, forgetEvents } from "../../src/infra/forget-events.ts";
import { createTestClock } from "../support/clock.ts";
import { createDatabase } from "../support/database.ts";

t.test("events are forgotten once nobody can resume from them, and not before", async (t) => {
  const db = openDb({ url: await createDatabase(t), poolSize: 2 });
  t.teardown(() => db.$disconnect());
  const clock = createTestClock();
  const record = (age: number) => {
    const id = randomUUID();
    const at = addMilliseconds(clock.now(), -age);
    return { workspaceId: id, topic: "image", entityId: id, kind: "CREATED", version: age, at };
  };
  const ages = [0, eventRetention + 60_000, eventsKeptFor, eventsKeptFor + 1, 2 * eventRetention];
  await db.event.createMany({ data: ages.map(record) });
  t.equal(await forgetEvents({ db, clock }), 2);
  const kept = await db.event.findMany({ orderBy: { version: "asc" }, select: { version: true } });
  t.same(
    kept.map(({ version }) => version),
    ages.slice(0, 3),
  );
  clock.advance(1);
  t.equal(await forgetEvents({ db, clock }), 1);
});
