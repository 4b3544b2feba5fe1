import { createHash } from "node:crypto";
import { readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import t from "tap";
import { v7 } from "uuid";
import { seal } from "../../src/infra/sealed.ts";
import { Secret } from "../../src/infra/secret.ts";
import { facebookSimulator } from "../simulators/facebook.ts";
import { facebookApp } from "../simulators/facebook-people.ts";
import { openAiSimulator } from "../simulators/openai.ts";
import { createTestClock } from "../support/clock.ts";
import { asProcess, examined, openHouse, runDoctor } from "../support/doctor.ts";

t.test("a healthy installation is told so, in a table and as JSON, and nothing is left behind", async (t) => {
  const { environment, folder } = await openHouse(t);
  const [{ code, stdout }, told] = await Promise.all([runDoctor(environment), examined(environment, asProcess)]);
  t.equal(code, 0, stdout);
  t.match(stdout, /^ok {4}Database +\S+ is Postgres 1[5-9]/m);
  t.match(stdout, /^ok {4}Schema +It is this version's\.$/m);
  t.match(stdout, /^ok {4}Worker +A worker is connected/m);
  t.match(stdout, /^ok {4}Storage +The folder \S+ can be\s+written/m);
  t.match(stdout, /^ok {4}Provider: Sketch/m);
  t.match(stdout, /^ok {4}Platform: Bluesky/m);
  t.match(stdout, /^off {3}Platform: Instagram +Not set up\.\n +→ To use it, set what it needs of INSTAGRAM_APP_ID/m);
  t.match(stdout, /^WARN {2}Public URL +http:\/\/localhost:\d+ cannot be reached from outside/m);
  t.match(stdout, /\nOne warning\. The arrows say what to do\.\n$/);
  t.ok(
    stdout.split("\n").every((line) => line.length <= 118),
    "it fits a terminal",
  );
  const files = await readdir(path.join(folder, "media"), { recursive: true, withFileTypes: true });
  t.same(
    files.filter((file) => file.isFile()),
    [],
  );
  t.equal(told.code, 0);
  t.equal(told.healthy, true);
  t.ok(told.findings.every(({ state, advice }) => state === "OK" || state === "OFF" || advice !== null));
});

t.test(
  "a database that cannot be entered is told without its password, and the rest is looked at all the same",
  async (t) => {
    const { environment } = await openHouse(t);
    const url = new URL(environment.DATABASE_URL);
    const away = new URL(url);
    Object.assign(away, { port: "1", password: "canary-password" });
    const gone = new URL(url);
    gone.pathname = "/nobody_made_this";
    const cases = [
      { DATABASE_URL: away.href, why: /nobody listens there/ },
      { DATABASE_URL: gone.href, why: /there is no such database/ },
    ];
    const all = await Promise.all(
      cases.map(async ({ DATABASE_URL, why }) => ({
        why,
        told: await examined({ ...environment, DATABASE_URL }, asProcess),
      })),
    );
    for (const { told, why } of all) {
      t.equal(told.code, 1);
      t.match(told.about("Database"), [{ state: "PROBLEM", found: why, advice: /DATABASE_URL/ }]);
      t.match(told.about("Storage"), [{ state: "OK" }]);
      t.match(told.about("Platform: Bluesky"), [{ state: "OK" }]);
      t.notMatch(told.stdout + told.stderr, "canary-password");
    }
  },
);

t.test("a schema of another version is told, and what to do about it", async (t) => {
  const { environment, client } = await openHouse(t);
  await client.query(
    "delete from _prisma_migrations where migration_name = (select max(migration_name) from _prisma_migrations)",
  );
  t.match((await examined(environment)).about("Schema"), [{ state: "WARNING", found: /lacks a migration: 2/ }]);
  await client.query(
    `insert into _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
     values ('n', 'c', '29990101000000_tomorrow', now(), now(), 1)`,
  );
  const told = await examined(environment);
  t.equal(told.code, 1);
  t.match(told.about("Schema"), [{ state: "PROBLEM", found: /29990101000000_tomorrow/, advice: /Start that version/ }]);
});

t.test("settings that cannot be used are findings as well", async (t) => {
  const told = await examined({ PORT: "all of them", SECRET_KEYS: "canary:tooshort", MAIL_FROM: "nobody" }, asProcess);
  t.equal(told.code, 1);
  t.match(
    told
      .about("Settings")
      .map(({ found }) => found)
      .sort(),
    [/^MAIL_FROM/, /^PORT is "all of them"/, /^SECRET_KEYS/],
  );
  t.notMatch(told.stdout + told.stderr, "tooshort");
  t.match(await runDoctor({}, "--fix"), { code: 1, stderr: /--fix[\s\S]*doctor \[--json\]/ });
});

t.test("a storage that takes nothing, and work that nobody does, are problems", async (t) => {
  const { environment, client, folder } = await openHouse(t);
  const file = path.join(folder, "a-file");
  await writeFile(file, "in the way");
  await client.query("set application_name = 'somebody else'");
  await client.query("select graphile_worker.add_job('publish-target', '{}', run_at => now() - interval '1 hour')");
  const [told, quiet] = await Promise.all([examined({ ...environment, DATA_DIR: file }), examined(environment)]);
  t.equal(told.code, 1);
  t.match(told.about("Storage"), [{ state: "PROBLEM", found: /a-file/ }]);
  t.equal(quiet.code, 1);
  t.match(quiet.about("Worker"), [
    { state: "PROBLEM", found: /No worker is connected.*A job is overdue/, advice: /work/ },
  ]);
});

t.test("a stored secret whose key is gone is found, and old keys are not thrown away by mistake", async (t) => {
  const { environment, client } = await openHouse(t);
  const key = (id: string, letter: string) => ({ id, secret: createHash("sha256").update(letter).digest() });
  const ring = (...keys: ReturnType<typeof key>[]) =>
    keys.map(({ id, secret }) => `${id}:${secret.toString("base64")}`).join(",");
  const [old, fresh] = [key("old", "a"), key("fresh", "b")];
  const place = {
    table: "remote_app",
    column: "credentials",
    row: JSON.stringify(["mastodon", "https://m.test", "u"]),
  };
  const sealed = seal([old], place, new Secret(JSON.stringify({ clientId: "a", clientSecret: "b" })));
  await client.query("insert into remote_app (platform, origin, redirect_uri, credentials) values ($1, $2, $3, $4)", [
    ...["mastodon", "https://m.test", "u", sealed],
  ]);
  const stored = async (SECRET_KEYS: string) =>
    (await examined({ ...environment, SECRET_KEYS })).about("Stored secrets");
  const rings = [ring(old), ring(fresh, old), ring(fresh), ring(fresh, key("old", "c"))];
  t.match(await Promise.all(rings.map(stored)), [
    [{ state: "OK", found: "All 1 have the newest key." }],
    [{ state: "WARNING", found: /older keys: "old"/, advice: /keys-rotate/ }],
    [{ state: "PROBLEM", found: /their key "old" is missing/ }, {}],
    [{ state: "PROBLEM", found: /another one has its name/ }, {}],
  ]);
});

t.test("providers: one that works, one whose key is wrong, one that is away", async (t) => {
  const { environment } = await openHouse(t);
  const simulator = await openAiSimulator(t);
  const openai = { OPENAI_URL: simulator.baseUrl, OPENAI_API_KEY: simulator.key };
  const [works, wrong, away] = await Promise.all([
    examined({ ...environment, ...openai }),
    // The API repeats the key that it refuses.
    examined({ ...environment, ...openai, OPENAI_API_KEY: "sk-canary-0123456789" }, asProcess),
    examined({ ...environment, AUTOMATIC1111_URL: "http://127.0.0.1:1" }),
  ]);
  t.match(works.about("Provider: OpenAI"), [{ state: "OK", found: /lists \d+ models; gpt-image/ }]);
  t.equal(works.code, 0);
  t.equal(wrong.code, 1);
  t.match(wrong.about("Provider: OpenAI"), [{ state: "PROBLEM", found: /does not accept the key/ }]);
  t.notMatch(wrong.stdout + wrong.stderr, "sk-canary");
  t.match(away.about("Provider: AUTOMATIC1111"), [{ state: "PROBLEM", found: /cannot be reached/ }]);
});

t.test(
  "platforms: the app is known or not, half a setting is told, and Instagram must reach this server",
  async (t) => {
    const { environment, client, bluesky } = await openHouse(t);
    const simulator = await facebookSimulator(t, createTestClock());
    const app = { FACEBOOK_APP_ID: facebookApp.id, FACEBOOK_APP_SECRET: facebookApp.secret };
    const graph = { FACEBOOK_GRAPH_URL: `${simulator.url}/fb`, INSTAGRAM_GRAPH_URL: `${simulator.url}/ig` };
    const known = await examined({ ...environment, ...app, ...graph });
    t.equal(known.code, 1, "Instagram is open, and cannot fetch from localhost");
    t.match(known.about("Platform: Facebook"), [{ state: "OK", found: /knows the app 123456789012345/ }]);
    t.match(known.about("Public URL"), [
      {
        state: "PROBLEM",
        found: /cannot be reached from outside.*Instagram must fetch pictures/,
        advice: /PUBLIC_URL/,
      },
      { state: "OK" },
    ]);
    await client.query("insert into workspace (id, name) values ($1, 'Ada')", [v7()]);
    await client.query(
      `insert into social_account (id, workspace_id, platform, remote_id, handle, name, method, details, state)
     select gen_random_uuid(), id, 'bluesky', 'r', 'ada', 'Ada', 'bluesky', '{}', 'NEEDS_RECONNECT' from workspace limit 1`,
    );
    await client.query(
      "insert into metric_reads (platform, month, reads) values ('x', date_trunc('month', now() at time zone 'UTC')::date, 50)",
    );
    await bluesky.close();
    const wrong = await examined({
      ...{
        ...environment,
        ...app,
        ...graph,
        FACEBOOK_APP_SECRET: "canary-of-a-secret",
        INSTAGRAM_APP_ID: "5432109876",
        X_READS_PER_MONTH: "50",
      },
    });
    t.match(wrong.about("Platform: Facebook"), [{ state: "PROBLEM", found: /does not accept FACEBOOK_APP_ID 1234/ }]);
    t.match(wrong.about("Platform: Instagram").at(-1), {
      ...{ state: "PROBLEM", found: /INSTAGRAM_APP_ID is set and INSTAGRAM_APP_SECRET is not/ },
    });
    t.match(wrong.about("Platform: X").at(-1), {
      ...{ state: "WARNING", advice: /raise X_READS_PER_MONTH/ },
      found: /^The month's budget of 50 reads of posts' numbers is used up; it renews on 20\d\d-\d\d-01\.$/,
    });
    t.match(wrong.about("Platform: Bluesky"), [
      { state: "PROBLEM", found: /does not answer/ },
      { state: "WARNING", found: /One account has lost access/ },
    ]);
    t.notMatch(wrong.stdout + wrong.stderr, "canary-of-a-secret");
  },
);
