import { execFile } from "node:child_process";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import t from "tap";
import { formatKey, readOrCreateKeyRing } from "../../src/infra/key-ring.ts";

const run = promisify(execFile);
const source = new URL("../../src/infra/key-ring.ts", import.meta.url).href;
const script = `import { readOrCreateKeyRing } from ${JSON.stringify(source)};
const [key] = await readOrCreateKeyRing(process.argv[1]);
process.stdout.write(key.id + ":" + key.secret.toString("base64"));`;

t.test("a key is made once, for its owner's eyes alone", async (t) => {
  const file = path.join(t.testdir({}), "keys", "jwt");
  const first = await readOrCreateKeyRing(file);
  t.equal(first.length, 1);
  t.equal(first[0]?.secret.length, 32);
  t.same(await readOrCreateKeyRing(file), first);
  t.equal((await stat(file)).mode & 0o777, 0o600);
  t.equal((await stat(path.dirname(file))).mode & 0o077, 0);
});

t.test("processes that start at the same moment end with the same key", async (t) => {
  const file = path.join(t.testdir({}), "keys", "jwt");
  const parameters = ["--input-type=module", "--eval", script, file];
  const said = await Promise.all(Array.from({ length: 4 }, () => run(process.execPath, parameters)));
  const here = await Promise.all(Array.from({ length: 4 }, () => readOrCreateKeyRing(file)));
  const keys = new Set([
    ...said.map(({ stdout }) => stdout),
    ...here.map(([key]) => `${key?.id}:${key?.secret.toString("base64")}`),
  ]);
  t.equal(keys.size, 1);
  t.same(keys, new Set([(await readFile(file, "utf8")).trim()]));
  t.same(await readdir(path.dirname(file)), ["jwt"], "and leave nothing else behind");
});

t.test("calls at the same moment in one process end with the same key", async (t) => {
  const folder = t.testdir({});
  for (let round = 0; round < 20; round += 1) {
    const file = path.join(folder, `jwt-${round}`);
    // One after the other by a step or two of the file system, so that all places between two steps are met.
    const begin = async (steps: number) => {
      for (let step = 0; step < steps; step += 1) await stat(folder);
      return readOrCreateKeyRing(file);
    };
    const rings = await Promise.all(Array.from({ length: 12 }, (_, index) => begin(index)));
    t.equal(new Set(rings.map(([key]) => key?.id)).size, 1);
  }
});

t.test("keys that were added are read, the newest first", async (t) => {
  const [newest, oldest] = [formatKey(), formatKey()];
  const file = path.join(t.testdir({ jwt: `${newest}\n${oldest}\n` }), "jwt");
  t.same(
    (await readOrCreateKeyRing(file)).map(({ id }) => id),
    [newest, oldest].map((key) => key.split(":")[0]),
  );
});

t.test("a damaged file is neither used nor overwritten", async (t) => {
  const file = path.join(t.testdir({}), "jwt");
  for (const text of ["", "nonsense", "id:c2hvcnQ="]) {
    await writeFile(file, text);
    await t.rejects(readOrCreateKeyRing(file), { message: /Restore it, or remove it/ });
    t.equal(await readFile(file, "utf8"), text);
  }
});
