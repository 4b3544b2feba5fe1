import t from "tap";
import { openAtelier } from "../support/atelier.ts";

t.test("a server that can do its work says so", async (t) => {
  const { app, statements } = await openAtelier(t);
  statements.clear();
  t.same((await app.inject("/livez")).json(), { status: "ok" });
  t.same(statements.all(), [], "being alive asks nobody");
  const ready = await app.inject("/readyz");
  t.match([ready.statusCode, ready.json(), ready.headers["cache-control"]], [200, { status: "ready" }, "no-store"]);
});

t.test("many who ask at once share one check", async (t) => {
  const { app, services } = await openAtelier(t);
  let checks = 0;
  const { check } = services.storage;
  services.storage.check = () => {
    checks += 1;
    return check.call(services.storage);
  };
  const answers = await Promise.all(Array.from({ length: 20 }, () => app.inject("/readyz")));
  t.ok(answers.every(({ statusCode }) => statusCode === 200));
  t.equal(checks, 1);
  await app.inject("/readyz");
  t.equal(checks, 2);
});

t.test("a server that cannot says what is wrong, without telling where things are", async (t) => {
  const { app, services } = await openAtelier(t);
  services.storage.check = async () => ({ ok: false, message: "/srv/secret is full" });
  await services.db
    .$executeRaw`delete from _prisma_migrations where migration_name = (select min(migration_name) from _prisma_migrations)`;
  const answer = await app.inject("/readyz");
  t.equal(answer.statusCode, 503);
  t.same(answer.json(), { status: "not ready", faults: ["migrations are missing", "storage cannot be written"] });
});

t.test("a database of a newer version, and none at all", async (t) => {
  const { app, services } = await openAtelier(t);
  await services.db.$executeRaw`
    insert into _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
    values ('x', 'x', '99990101000000_later', now(), 1)`;
  t.same((await app.inject("/readyz")).json().faults, ["the database belongs to a newer version"]);
  Object.assign(services, { databaseUrl: "postgresql://nobody:secret@127.0.0.1:1/none" });
  const gone = await app.inject("/readyz");
  t.same([gone.statusCode, gone.json()], [503, { status: "not ready", faults: ["the database does not answer"] }]);
  t.equal((await app.inject("/livez")).statusCode, 200, "which is no reason to restart it");
});
