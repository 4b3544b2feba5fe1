import t from "tap";
import { createUsageGauge, readUsage } from "../../../src/platforms/meta/usage.ts";

const now = new Date("2026-12-02T12:00:00Z");
const inMinutes = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const share = (call_count: number) => ({ call_count, total_time: 1, total_cputime: 1 });
const ofAccount = (call_count: number, minutes: number) =>
  JSON.stringify({ "1": [{ type: "pages", ...share(call_count), estimated_time_to_regain_access: minutes }] });

t.test("headers hold back at 95 per cent, and until access comes back", async (t) => {
  const free = { app: null, account: null, regainedAt: null };
  t.same(readUsage({}, now), free);
  t.same(readUsage({ "x-app-usage": JSON.stringify(share(94)) }, now), free);
  t.same(readUsage({ "x-app-usage": JSON.stringify(share(95)) }, now), { ...free, app: inMinutes(5) });
  t.same(readUsage({ "x-page-usage": JSON.stringify(share(99)) }, now), { ...free, account: inMinutes(5) });
  const slow = JSON.stringify({ ...share(1), total_cputime: 99 });
  t.same(readUsage({ "x-app-usage": slow }, now), { ...free, app: inMinutes(5) });
  t.same(readUsage({ "x-business-use-case-usage": ofAccount(96, 0) }, now), { ...free, account: inMinutes(5) });
  const regained = { ...free, account: inMinutes(19), regainedAt: inMinutes(19) };
  t.same(readUsage({ "x-business-use-case-usage": ofAccount(100, 19) }, now), regained);
  const endless = readUsage({ "x-business-use-case-usage": ofAccount(100, 1e9) }, now);
  t.same(endless.regainedAt, inMinutes(24 * 60), "no longer than a day is believed");
  for (const text of ["", "{", "[]", "null", '{"1":7}']) {
    t.same(readUsage({ "x-app-usage": text, "x-business-use-case-usage": text }, now), free, text);
  }
});

t.test("one account's limit leaves the others alone; the app's holds for all", async (t) => {
  const gauge = createUsageGauge();
  gauge.note("ada", { app: null, account: inMinutes(10), regainedAt: null }, now);
  t.same(gauge.heldUntil("ada", now), inMinutes(10));
  t.equal(gauge.heldUntil("bob", now), null);
  gauge.note("bob", { app: inMinutes(5), account: null, regainedAt: null }, now);
  t.same(gauge.heldUntil("bob", now), inMinutes(5));
  t.same(gauge.heldUntil("ada", now), inMinutes(10), "the later of the two");
  t.equal(gauge.heldUntil("ada", inMinutes(10)), null, "and no longer");
});
