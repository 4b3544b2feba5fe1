import t from "tap";
import { openX } from "../../support/platform-benches/x.ts";
import { unhurried } from "../../support/platform-contract.ts";

const minute = 60_000;
const seconds = (at: Date) => String(Math.ceil(at.getTime() / 1_000));

t.test("nothing is asked for that is used up, until it comes back", async (t) => {
  const bench = await openX(t);
  const { platform, simulator, clock } = bench;
  const until = new Date(clock.now().getTime() + 10 * minute);
  simulator.limit("POST /2/tweets", 1, until);
  const [first, second] = [bench.request(), bench.request({ caption: "Another." })];
  for (const request of [first, second]) await platform.prepare(request, unhurried());
  t.match(await platform.publish(first, unhurried()), { kind: "published" });
  const held = await platform.publish(second, unhurried());
  t.match(held, { kind: "rate-limited", retryAt: new Date(Number(seconds(until)) * 1_000) });
  t.equal(simulator.irreversibleCalls, 1, "X was not asked");
  t.match(await platform.check(bench.session, unhurried()), { kind: "alive" }, "other calls have limits of their own");
  simulator.advance(11 * minute);
  t.match(await platform.publish(second, unhurried()), { kind: "published" });
  t.same(simulator.offences, []);
});

t.test("of several limits the last one that is used up counts", async (t) => {
  const start = new Date();
  const now = start.getTime();
  const limited = (headers: Record<string, string>) => ({ status: 429, body: { title: "Too Many Requests" }, headers });
  const [soon, later] = [seconds(new Date(now + 5 * minute)), seconds(new Date(now + 300 * minute))];
  for (const [headers, expected] of [
    [{ "x-rate-limit-reset": soon }, soon],
    [
      {
        "x-rate-limit-reset": soon,
        "x-rate-limit-remaining": "3",
        "x-user-limit-24hour-reset": later,
        "x-user-limit-24hour-remaining": "0",
      },
      later,
    ],
    [{ "retry-after": "60" }, null],
    [{ "x-rate-limit-reset": "soon" }, null],
  ] as const) {
    const fresh = await openX(t);
    fresh.clock.set(start);
    const own = fresh.request();
    await fresh.platform.prepare(own, unhurried());
    fresh.simulator.interfere(/POST \/2\/tweets/, limited(headers));
    const outcome = await fresh.platform.publish(own, unhurried());
    if (outcome.kind !== "rate-limited") return void t.fail(JSON.stringify(outcome));
    if (expected !== null) t.equal(outcome.retryAt?.getTime(), Number(expected) * 1_000, JSON.stringify(headers));
    else
      t.equal(
        outcome.retryAt?.getTime() ?? null,
        "retry-after" in headers ? now + minute : null,
        JSON.stringify(headers),
      );
  }
});

t.test("a day's share of the app holds every account's posts", async (t) => {
  const bench = await openX(t);
  const { platform, simulator, clock } = bench;
  const until = new Date(clock.now().getTime() + 60 * minute);
  const headers = { "x-app-limit-24hour-remaining": "0", "x-app-limit-24hour-reset": seconds(until) };
  simulator.interfere(/POST \/2\/tweets/, { status: 201, body: { data: { id: "1", text: "" } }, headers });
  const [first, second] = [bench.request(), bench.request({ caption: "Another." })];
  for (const request of [first, second]) await platform.prepare(request, unhurried());
  t.match(await platform.publish(first, unhurried()), { kind: "published" });
  const account = { ...bench.session.account, remoteId: "99" };
  const others = { ...second, session: { ...bench.session, account } };
  t.match(await platform.publish(others, unhurried()), { kind: "rate-limited" });
});

t.test("used-up credits pause everything for a while, and ask nobody to sign in anew", async (t) => {
  const bench = await openX(t);
  const { platform, simulator, clock, session } = bench;
  const request = bench.request();
  await platform.prepare(request, unhurried());
  simulator.server.credits = false;
  const spent = await platform.publish(request, unhurried());
  t.match(spent, { kind: "rate-limited", message: /credits.*operator/ });
  if (spent.kind === "rate-limited") t.equal((spent.retryAt?.getTime() ?? 0) - clock.now().getTime(), 15 * minute);
  const asked = simulator.asked.length;
  t.match(await platform.check(session, unhurried()), { kind: "rate-limited" });
  t.match(await platform.measure(session, ["1"], unhurried()), { kind: "rate-limited" });
  t.match(await platform.reconcile(request, unhurried()), { kind: "unreadable" });
  t.equal(simulator.asked.length, asked, "each call would cost what nobody has");
  simulator.server.credits = true;
  simulator.advance(16 * minute);
  t.match(await platform.publish(request, unhurried()), { kind: "published" });
});

t.test("a month's share that is used up is no limit of the account", async (t) => {
  const bench = await openX(t);
  const body = {
    ...{ title: "UsageCapExceeded", detail: "Usage cap exceeded: Monthly product cap", period: "Monthly" },
    type: "https://api.twitter.com/2/problems/usage-capped",
  };
  bench.simulator.interfere(/users\/me/, { status: 429, body });
  t.match(await bench.platform.check(bench.session, unhurried()), { kind: "rate-limited", message: /monthly share/ });
});
