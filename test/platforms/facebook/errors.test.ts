/** What each of Facebook's numbers means, at an upload and at the call that makes a post public. */
import t from "tap";
import { graphError } from "../../simulators/graph-call.ts";
import { openFacebook } from "../../support/platform-benches/facebook.ts";
import { unhurried } from "../../support/platform-contract.ts";

type Row = readonly [code: number, subcode: number, preparing: string, publishing: string];

const rows: readonly Row[] = [
  ...[190, 102].map((code): Row => [code, 463, "unauthorized", "unauthorized"]),
  [190, 492, "unauthorized", "unauthorized"],
  ...[10, 200, 299].map((code): Row => [code, 0, "unauthorized", "unauthorized"]),
  ...[4, 17, 32, 613, 80_001].map((code): Row => [code, 0, "rate-limited", "rate-limited"]),
  ...[1, 2, 1_363_047, 1_609_010].map((code): Row => [code, 0, "unavailable", "ambiguous"]),
  [368, 1_390_008, "rate-limited", "rate-limited"],
  ...[1_346_003, 1_404_006, 4_854_002, 1_404_112].map((subcode): Row => [368, subcode, "refused", "refused"]),
  [200, 1_404_078, "refused", "refused"],
  [368, 1_404_102, "refused", "refused"],
  ...[1_609_005, 1_500, 1_609_008, 2_061_006].map((code): Row => [code, 0, "refused", "refused"]),
  [324, 2_069_019, "refused", "refused"],
  [100, 1_366_046, "refused", "refused"],
  [1, 1_349_125, "refused", "refused"],
  [506, 0, "unavailable", "ambiguous"],
  [368, 1_404_082, "unavailable", "ambiguous"],
  [1_366_051, 0, "unavailable", "ambiguous"],
  [100, 0, "refused", "refused"],
  [777, 0, "unavailable", "ambiguous"],
];

for (const [code, subcode, preparing, publishing] of rows) {
  t.test(`${code}/${subcode}: ${preparing}, then ${publishing}`, async (t) => {
    const { platform, simulator, request } = await openFacebook(t);
    const post = request();
    simulator.chassis.interfere(/photos/, graphError(code, subcode, "What it says to people."));
    t.equal((await platform.prepare(post, unhurried())).kind, preparing);
    t.equal((await platform.prepare(post, unhurried())).kind, "ready");
    simulator.chassis.interfere(/feed/, graphError(code, subcode, "What it says to people."));
    const outcome = await platform.publish(post, unhurried());
    t.equal(outcome.kind, publishing);
    if (outcome.kind === "refused") t.match(outcome, { message: /It says: “What it says to people\.”/ });
    t.equal(simulator.publicPosts.length, 0);
  });
}

t.test("an answer of 500 is unclear whatever its number, and so is what calls itself passing", async (t) => {
  for (const reply of [
    { ...graphError(368, 1_404_102), status: 500 },
    { ...graphError(100), status: 502 },
    graphError(100, 0, "", { is_transient: true }),
  ]) {
    const { platform, simulator, request } = await openFacebook(t);
    const post = request();
    await platform.prepare(post, unhurried());
    simulator.chassis.interfere(/feed/, reply);
    t.equal((await platform.publish(post, unhurried())).kind, "ambiguous");
  }
});
