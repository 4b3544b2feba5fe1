import { spawn } from "node:child_process";
import { once } from "node:events";
import t from "tap";
import { createCrashPoint } from "../../src/infra/crash-point.ts";

const source = new URL("../../src/infra/crash-point.ts", import.meta.url).href;

t.test("a process that is not armed runs on", async (t) => {
  await createCrashPoint(undefined)("image:claimed");
  await createCrashPoint("image:settled")("image:claimed");
  t.pass();
});

t.test("an armed process says where it is, and goes no further until it is killed", async (t) => {
  const script = `import { createCrashPoint } from ${JSON.stringify(source)};
    const crashPoint = createCrashPoint("second");
    await crashPoint("first");
    process.stdout.write("past the first");
    await crashPoint("second");
    process.stdout.write("past the second");`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  t.teardown(() => child.kill("SIGKILL"));
  const said: string[] = [];
  child.stdout.on("data", (chunk: Buffer) => said.push(chunk.toString()));
  await new Promise<void>((resolve) => {
    let heard = "";
    child.stderr.on("data", (chunk: Buffer) => {
      heard += chunk.toString();
      if (heard.includes("held at crash point second\n")) resolve();
    });
  });
  t.equal(child.exitCode, null, "it is still there");
  child.kill("SIGKILL");
  const [, signal] = await once(child, "exit");
  t.equal(signal, "SIGKILL");
  t.equal(said.join(""), "past the first");
});
