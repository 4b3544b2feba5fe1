/** What each of Instagram's numbers means, where nothing is public yet and at the call that publishes. */
import t from "tap";
import { graphError } from "../../simulators/graph-call.ts";
import { openInstagram } from "../../support/platform-benches/instagram.ts";
import { unhurried } from "../../support/platform-contract.ts";

type Row = readonly [code: number, subcode: number, preparing: string, publishing: string];

const rows: readonly Row[] = [
  [-2, 2_207_003, "waiting", "ambiguous"],
  [-2, 2_207_020, "waiting", "ambiguous"],
  [-1, 2_207_001, "unavailable", "ambiguous"],
  [-1, 2_207_032, "waiting", "ambiguous"],
  [-1, 2_207_053, "waiting", "ambiguous"],
  [4, 2_207_051, "rate-limited", "ambiguous"],
  [9, 2_207_042, "rate-limited", "rate-limited"],
  [24, 2_207_006, "waiting", "ambiguous"],
  [24, 2_207_008, "waiting", "ambiguous"],
  [25, 2_207_050, "refused", "refused"],
  [100, 2_207_023, "refused", "refused"],
  [100, 2_207_028, "refused", "refused"],
  [100, 2_207_035, "refused", "refused"],
  [100, 2_207_036, "refused", "refused"],
  [100, 2_207_037, "refused", "refused"],
  [100, 2_207_040, "refused", "refused"],
  [1, 2_207_057, "refused", "refused"],
  [352, 2_207_026, "refused", "refused"],
  [9_004, 2_207_052, "unavailable", "unavailable"],
  [9_007, 2_207_027, "unavailable", "unavailable"],
  [36_000, 2_207_004, "refused", "refused"],
  [36_001, 2_207_005, "refused", "refused"],
  [36_003, 2_207_009, "refused", "refused"],
  [36_004, 2_207_010, "refused", "refused"],
  [36_004, 0, "refused", "refused"],
  [-1, 2_207_081, "refused", "refused"],
  [-1, 2_207_082, "unavailable", "ambiguous"],
  [-1, 2_207_077, "unavailable", "ambiguous"],
  [-1, 2_207_085, "unavailable", "ambiguous"],
  [100, 33, "unavailable", "ambiguous"],
  [1, 0, "unavailable", "ambiguous"],
  [2, 0, "unavailable", "ambiguous"],
  ...[4, 17, 32, 341, 613, 80_001, 80_002, 80_005].map((code): Row => [code, 0, "rate-limited", "rate-limited"]),
  ...[10, 200, 255, 299].map((code): Row => [code, 0, "unauthorized", "unauthorized"]),
  ...[0, 458, 459, 460, 463, 464, 467, 492].map((subcode): Row => [190, subcode, "unauthorized", "unauthorized"]),
  [102, 463, "unauthorized", "unauthorized"],
  [368, 0, "refused", "refused"],
  [506, 0, "unavailable", "ambiguous"],
  [100, 0, "refused", "refused"],
  [777, 0, "unavailable", "ambiguous"],
];

for (const [code, subcode, preparing, publishing] of rows) {
  t.test(`${code}/${subcode}: ${preparing}, then ${publishing}`, async (t) => {
    const { platform, simulator, request } = await openInstagram(t);
    const says = "What it says to people.";
    simulator.chassis.interfere(/POST .*\/media$/, graphError(code, subcode, says));
    const post = request();
    const first = await platform.prepare(post, unhurried());
    t.equal(first.kind, preparing);

    for (let round = 0; round < 4; round += 1) {
      await platform.prepare(post, unhurried());
      simulator.advance(60_000);
    }
    simulator.chassis.interfere(/media_publish/, graphError(code, subcode, says));
    const outcome = await platform.publish(post, unhurried());
    t.equal(outcome.kind, publishing);
    if (outcome.kind === "refused")
      t.match(outcome, { message: /It says: “What it says to people\.”/, code: /^[A-Z_]+\d+$/ });
    t.equal(simulator.publicPosts.length, 0);
  });
}

t.test("an answer of 500 is unclear whatever its number, and so is what calls itself passing", async (t) => {
  for (const reply of [
    { ...graphError(36_003, 2_207_009), status: 500 },
    { ...graphError(190, 463), status: 503 },
    graphError(100, 0, "", { is_transient: true }),
  ]) {
    const { platform, simulator, request } = await openInstagram(t);
    simulator.shelf.processing = 0;
    const post = request();
    t.equal((await platform.prepare(post, unhurried())).kind, "ready");
    simulator.chassis.interfere(/media_publish/, reply);
    t.equal((await platform.publish(post, unhurried())).kind, "ambiguous");
  }
});

t.test("what it says is repeated without anything that looks like a token", async (t) => {
  const { platform, simulator, request, session } = await openInstagram(t);
  const token = session.credentials["token"]?.reveal() ?? "";
  const says = `Tokens ${token} and EAAG${"x".repeat(60)} \n are\u0007 no good. ${"And so on. ".repeat(60)}`;
  simulator.chassis.interfere(/POST .*\/media$/, graphError(36_003, 2_207_009, says));
  const outcome = await platform.prepare(request(), unhurried());
  if (outcome.kind !== "refused") return void t.fail(outcome.kind);
  t.match(outcome.message, /Tokens ••• and ••• are no good\./);
  t.ok(outcome.message.length < 400);
});
