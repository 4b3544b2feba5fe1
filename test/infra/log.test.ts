import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import t, { type Test } from "tap";

const run = promisify(execFile);
const source = new URL("../../src/infra/log.ts", import.meta.url).href;

/** What a process writes that logs like this. */
async function logged(t: Test, options: object, statement: string) {
  const script = `import { openLog } from ${JSON.stringify(source)};
    const log = openLog(${JSON.stringify(options)});
    ${statement}`;
  const folder = t.testdir({ "program.mjs": script });
  return run(process.execPath, [path.join(folder, "program.mjs")]);
}

t.test("a line is JSON on standard output, and the level counts", async (t) => {
  const { stdout, stderr } = await logged(
    t,
    { level: "warn", pretty: false },
    'log.info("unseen"); log.warn({ imageId: "i" }, "look"); log.error({ err: new RangeError("too far") }, "broken");',
  );
  const lines = stdout
    .trim()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
  t.match(lines, [
    { level: 40, imageId: "i", msg: "look" },
    { level: 50, msg: "broken", err: { type: "RangeError", message: "too far", stack: /RangeError/ } },
  ]);
  t.equal(lines.length, 2);
  t.equal(stderr, "");
});

t.test("no secret is written, wherever in the object it is", async (t) => {
  const names = [
    "authorization",
    "cookie",
    "password",
    "passwordHash",
    "accessToken",
    "refreshToken",
    "token",
    "credentials",
  ];
  const secrets = Object.fromEntries(names.map((name) => [name, "hunter2"]));
  const objects = [
    secrets,
    { input: secrets },
    { req: { headers: { ...secrets, "x-api-key": "hunter2", accept: "seen" } } },
  ];
  const { stdout } = await logged(
    t,
    { level: "info", pretty: false },
    `for (const object of ${JSON.stringify(objects)}) { log.info(object, "request"); log.child(object).info("child"); }`,
  );
  t.notMatch(stdout, "hunter2");
  t.match(stdout, '"password":"[secret]"');
  t.match(stdout, '"accept":"seen"');
});

t.test("for a person it is one readable line on standard error", async (t) => {
  const { stdout, stderr } = await logged(
    t,
    { level: "info", pretty: true },
    'log.info({ password: "hunter2" }, "listening"); await new Promise((resolve) => log.flush(resolve));',
  );
  t.equal(stdout, "");
  t.match(stderr, /^\[\d\d:\d\d:\d\d\] .*INFO.*listening/);
  t.notMatch(stderr, "hunter2");
});
