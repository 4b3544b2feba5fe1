import t from "tap";
import { claimRefresh } from "../../../src/social-accounts/refresh/claim-refresh.ts";
import { ensureFresh } from "../../../src/social-accounts/refresh/ensure-fresh.ts";
import { refreshAccount } from "../../../src/social-accounts/refresh/refresh-account.ts";
import { settleRefresh } from "../../../src/social-accounts/refresh/settle-refresh.ts";
import { openSession } from "../../../src/social-accounts/sealed-credentials.ts";
import { accessLife, openAccountDesk } from "../../support/account-desk.ts";
import { storedTokens, workOnAccounts } from "../../support/account-work.ts";
import { rowIdOf } from "../../support/studio.ts";

const minute = 60_000;

t.test("fifty times two processes want one token at once: each time it is renewed once", async (t) => {
  const desk = await openAccountDesk(t);
  const { atelier, square } = desk;
  const id = rowIdOf(await desk.connect());
  const neighbour = await atelier.neighbour();
  const both = [atelier.services, neighbour.services];
  // Answers come after a while, in which others may come.
  square.refresh = async (session) => {
    await new Promise((resolve) => setImmediate(resolve));
    return square.exchange(session);
  };
  for (let round = 1; round <= 50; round += 1) {
    atelier.clock.advance(accessLife - 30_000);
    const asked = both.flatMap((services) => [
      ensureFresh(services, id),
      refreshAccount(services, id),
      ensureFresh(services, id),
    ]);
    const answers = await Promise.all(asked);
    if (answers.some((answer) => answer !== undefined && answer.kind !== "fresh")) t.fail(JSON.stringify(answers));
    t.equal(square.presented.length, round);
  }
  t.equal(square.presented.length, 50);
  t.equal(new Set(square.presented).size, 50);
});

t.test("a process that dies over a renewal: another one goes on, and says honestly what that may mean", async (t) => {
  const desk = await openAccountDesk(t);
  const { atelier, square } = desk;
  const { services } = atelier;
  const id = await desk.connect();
  atelier.clock.advance(accessLife - 27 * minute);
  const claim = await claimRefresh(services, rowIdOf(id), () => true);
  if (claim.kind !== "claimed") throw new Error("not claimed");
  // The token was exchanged, and nobody wrote down for what.
  square.exchange(openSession(services.secretKeys, claim.account));
  t.equal(await workOnAccounts(desk), 0, "its lease holds");
  atelier.clock.advance(minute);
  t.equal(await workOnAccounts(desk), 1);
  t.match(await desk.row(id), { state: "NEEDS_RECONNECT", lastError: /no longer knows this sign-in\. .*interrupted/ });
});

t.test("an answer that comes after the lease, with the only token that counts, is not thrown away", async (t) => {
  const desk = await openAccountDesk(t);
  const { atelier, square } = desk;
  const { services } = atelier;
  const id = await desk.connect();
  atelier.clock.advance(accessLife - 27 * minute);
  const claim = await claimRefresh(services, rowIdOf(id), () => true);
  if (claim.kind !== "claimed") throw new Error("not claimed");
  const outcome = square.exchange(openSession(services.secretKeys, claim.account));
  atelier.clock.advance(minute);
  await workOnAccounts(desk);
  t.match(await desk.row(id), { state: "NEEDS_RECONNECT" });
  t.equal(await settleRefresh(services, claim, outcome), true, "the frozen process thaws");
  t.match(await desk.row(id), { state: "ACTIVE", lastError: null });
  t.same(Object.values(await storedTokens(desk, id)), square.given.slice(-2));

  // But never over what was connected anew meanwhile, and never into what was disconnected.
  atelier.clock.advance(accessLife - 27 * minute);
  const late = await claimRefresh(services, rowIdOf(id), () => true);
  if (late.kind !== "claimed") throw new Error("not claimed");
  const lost = square.exchange(openSession(services.secretKeys, late.account));
  await desk.later(0);
  await desk.connect();
  const anew = await storedTokens(desk, id);
  t.equal(await settleRefresh(services, late, lost), false);
  t.same(await storedTokens(desk, id), anew);
  const refused = { kind: "unauthorized", message: "Old." } as const;
  t.equal(await settleRefresh(services, late, refused), false);
  t.match(await desk.row(id), { state: "ACTIVE" });
});
