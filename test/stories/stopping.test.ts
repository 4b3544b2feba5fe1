import { connect } from "node:net";
import t from "tap";
import { openProcesses } from "../support/processes.ts";

t.test("a wish to stop that arrives several times is one wish", async (t) => {
  const { server, startWorker } = await openProcesses(t);
  const worker = await startWorker();
  for (const { process: child } of [server, worker]) {
    // A terminal signals every process of its group, and wrappers pass theirs on.
    for (const signal of ["SIGINT", "SIGINT", "SIGTERM"] as const) child.kill(signal);
  }
  t.equal(await server.ended, 0, "the server stops in order");
  t.equal(await worker.ended, 0, "and so does the worker");
});

t.test("a client that never finishes its request does not hold the server", async (t) => {
  const { url, server } = await openProcesses(t);
  const lingering = connect(Number(new URL(url).port), "127.0.0.1");
  t.teardown(() => lingering.destroy());
  lingering.on("error", () => undefined);
  lingering.write(
    "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{",
  );
  // The server has seen the request once it has answered another one on a connection made later.
  await fetch(`${url}/livez`);
  const asked = performance.now();
  t.equal(await server.stop(), 0);
  t.ok(performance.now() - asked < 15_000, "it is cut off after a grace of five seconds");
});
