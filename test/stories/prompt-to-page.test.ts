import t from "tap";
import { DemoWalk } from "../../scripts/demo-walk.ts";
import { openProcesses } from "../support/processes.ts";

t.test("a prompt becomes a published picture, with web server and worker as separate processes", async (t) => {
  const { url, api, startWorker, rows } = await openProcesses(t);
  const worker = await startWorker();
  const names: string[] = [];
  const progress: number[] = [];
  const walk = new DemoWalk({
    api,
    step: (name, work) => {
      names.push(name);
      return work();
    },
    bar: (_name, fraction) => void progress.push(fraction),
  });
  const account = { email: "ada@example.org", password: "correct horse battery", displayName: "Ada" };
  const { permalink, showcaseUrl } = await walk.run(account, "a lighthouse above a calm sea at dusk, two birds");

  t.equal(names.length, 8);
  t.same(
    progress,
    progress.toSorted((a, b) => a - b),
    "progress never falls",
  );
  t.ok(permalink.startsWith(`${url}/showcase/ada/`));

  const page = await (await fetch(permalink)).text();
  t.match(page, /<meta property="og:title"/);
  t.match(page, /alt="A lighthouse on a cliff above a calm sea at dusk, with two birds in a warm orange sky"/);
  const feed = await fetch(`${showcaseUrl}/feed.atom`);
  t.match(feed.headers.get("content-type"), /^application\/atom\+xml/);
  t.match(await feed.text(), permalink);

  const [lateness] = await rows(
    "select extract(epoch from published_at - scheduled_at)::float as seconds from post_target",
  );
  t.ok(Number(lateness?.["seconds"]) < 3, `it went out ${String(lateness?.["seconds"])} s after its time`);
  t.same(await rows("select state, number from publish_attempt"), [{ state: "ACCEPTED", number: 1 }]);

  t.equal(await worker.stop(), 0, "the worker stops in order");
  t.same(
    await rows("select id from graphile_worker._private_jobs where locked_at is not null"),
    [],
    "and leaves no job locked",
  );
});
