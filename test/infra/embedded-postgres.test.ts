/** Run as root, Postgres runs as an unprivileged account in a folder that it can reach; as anybody else, in place. */
import { spawn } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import t, { type Test } from "tap";
import { type EmbeddedPostgres, openEmbeddedPostgres } from "../../src/infra/embedded-postgres.ts";
import { eventually } from "../support/eventually.ts";

const settings = { fsync: "off" };

/** A cluster's folder, and openers of it. */
async function setUp(t: Test, mode = 0o755) {
  const parent = await mkdtemp(path.join(os.tmpdir(), "atelier-cluster-"));
  await chmod(parent, mode);
  t.teardown(() => rm(parent, { recursive: true, force: true }));
  const said: string[] = [];
  const note = (_details: unknown, message?: string) => void said.push(message ?? String(_details));
  const opened: EmbeddedPostgres[] = [];
  const open = async () => {
    const cluster = await openEmbeddedPostgres({
      folder: path.join(parent, "postgres"),
      log: { info: note, debug: note },
      settings,
    });
    opened.push(cluster);
    return cluster;
  };
  t.teardown(() => opened[0]?.stop());
  return { open, said, parent };
}

async function connect(t: Test, cluster: EmbeddedPostgres, database = "postgres"): Promise<pg.Client> {
  const client = new pg.Client(cluster.url(database));
  client.on("error", () => undefined);
  await client.connect();
  t.teardown(() => client.end());
  return client;
}

t.test("who comes first starts it, who comes next finds it, who leaves last stops it", async (t) => {
  const { open, said } = await setUp(t);
  const web = await open();
  await web.createDatabase("atelier");
  await web.createDatabase("atelier");
  const client = await connect(t, web, "atelier");
  await client.query("create table kept as select 1 as one");
  const worker = await open();
  t.equal(worker.url("atelier"), web.url("atelier"));
  t.equal(said.filter((line) => line === "embedded Postgres started").length, 1);

  await web.close();
  t.same((await client.query("select one from kept")).rows, [{ one: 1 }], "somebody is still connected: it runs on");
  await client.end();
  await worker.close();
  await t.rejects(connect(t, worker), { code: "ECONNREFUSED" });

  const again = await open();
  t.same((await (await connect(t, again, "atelier")).query("select one from kept")).rows, [{ one: 1 }]);
});

t.test("processes that start at the same moment end with one cluster", async (t) => {
  const { open, said } = await setUp(t);
  const [one, two] = await Promise.all([open(), open()]);
  t.equal(one.url("postgres"), two.url("postgres"));
  t.equal(said.filter((line) => line === "embedded Postgres started").length, 1);
  await (await connect(t, one)).query("select 1");
});

t.test("a server that was killed is started again, with everything that was committed", async (t) => {
  const { open } = await setUp(t);
  const before = await open();
  const client = await connect(t, before);
  await client.query("create table kept as select 1 as one");
  const data = await dataFolder(client);
  const pid = Number((await readFile(path.join(data, "postmaster.pid"), "utf8")).split("\n")[0]);
  process.kill(pid, "SIGKILL");
  await eventually("the end of the server", () => !runs(pid));
  const after = await open();
  t.same((await (await connect(t, after)).query("select one from kept")).rows, [{ one: 1 }]);
});

t.test(
  "a leftover of a server whose process number is somebody else's by now is no obstacle",
  {
    skip: process.platform !== "linux" && "only Linux can tell",
  },
  async (t) => {
    const { open } = await setUp(t);
    const client = await connect(t, await open());
    const data = await dataFolder(client);
    const pidFile = path.join(data, "postmaster.pid");
    const [pid = "", ...rest] = (await readFile(pidFile, "utf8")).split("\n");
    process.kill(Number(pid), "SIGKILL");
    await eventually("the end of the server", () => !runs(Number(pid)));
    const { uid, gid } = await stat(data);
    const stranger = spawn("sleep", ["60"], { uid, gid, stdio: "ignore" });
    t.teardown(() => stranger.kill());
    await writeFile(pidFile, [stranger.pid, ...rest].join("\n"));
    t.same((await (await connect(t, await open())).query("select 1 as one")).rows, [{ one: 1 }]);
    t.equal(stranger.exitCode, null, "and the stranger is left alone");
  },
);

t.test("stopping does not wait for those who are connected, and twice is no fault", async (t) => {
  const { open } = await setUp(t);
  const cluster = await open();
  await connect(t, cluster);
  await cluster.stop();
  await cluster.stop();
  await t.rejects(connect(t, cluster), { code: "ECONNREFUSED" });
});

t.test("in a folder that is closed to everybody else it runs too, for root from a stand-in", async (t) => {
  const { open, parent } = await setUp(t, 0o700);
  const cluster = await open();
  const data = await dataFolder(await connect(t, cluster));
  if (process.getuid?.() === 0) {
    t.teardown(() => rm(path.resolve(data, "..", ".."), { recursive: true, force: true }));
    t.notOk(data.startsWith(parent));
    t.not((await stat(data)).uid, 0, "Postgres does not run as root");
  } else {
    t.ok(data.startsWith(parent));
  }
  const again = await open();
  t.equal(again.url("postgres"), cluster.url("postgres"), "and is found there again");
});

async function dataFolder(client: pg.Client): Promise<string> {
  const answer = await client.query<{ folder: string }>("select current_setting('data_directory') as folder");
  return answer.rows[0]?.folder ?? "";
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    // ESRCH: nobody has this number any more.
    return false;
  }
}
