import t from "tap";
import { Secret } from "../../../src/infra/secret.ts";
import { openX } from "../../support/platform-benches/x.ts";
import { unhurried } from "../../support/platform-contract.ts";

const day = 24 * 60 * 60_000;
const shown = { VIEWS: 120, LIKES: 4, COMMENTS: 1, SHARES: 2, QUOTES: 0, SAVES: 3 };

for (const naming of ["tweet", "post"] as const) {
  t.test(`numbers of young and old posts, in the words of "${naming}"`, async (t) => {
    const { platform, simulator, session } = await openX(t);
    simulator.server.naming = naming;
    const old = simulator.postByHand("Old.");
    simulator.advance(40 * day);
    const young = simulator.postByHand("Young.");
    const { accessToken } = simulator.oauth.signIn();
    const signedIn = { ...session, credentials: { accessToken: new Secret(accessToken) } };
    const outcome = await platform.measure(signedIn, [young, old, "1", "not an id"], unhurried());
    if (outcome.kind !== "measured") return void t.fail(JSON.stringify(outcome));
    t.same([...outcome.posts.keys()].toSorted(), [old, young].toSorted());
    t.same(outcome.posts.get(young), { values: { ...shown, LINK_CLICKS: 5, PROFILE_VISITS: 6 }, unknown: {} });
    t.match(outcome.posts.get(old), { values: shown, unknown: { LINK_CLICKS: /thirty days/, PROFILE_VISITS: String } });
    t.equal(simulator.asked.length, 2, "one question each");
    t.same(simulator.offences, []);
  });
}

t.test("a hundred posts are one question", async (t) => {
  const { platform, simulator, session, definition } = await openX(t);
  const ids = Array.from({ length: definition.measuring?.batch ?? 0 }, (_, number) =>
    simulator.postByHand(`Post ${number}`),
  );
  const outcome = await platform.measure(session, ids, unhurried());
  t.equal(outcome.kind === "measured" ? outcome.posts.size : outcome.kind, 100);
  t.equal(simulator.asked.length, 1);
});

t.test("access that ended says so", async (t) => {
  const { platform, simulator, session } = await openX(t);
  const id = simulator.postByHand("A boat.");
  simulator.oauth.expire();
  t.match(await platform.measure(session, [id], unhurried()), { kind: "unauthorized" });
});
