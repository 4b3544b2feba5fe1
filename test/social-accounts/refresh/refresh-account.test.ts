import t from "tap";
import { Secret } from "../../../src/infra/secret.ts";
import { ensureFresh } from "../../../src/social-accounts/refresh/ensure-fresh.ts";
import { refreshAccount } from "../../../src/social-accounts/refresh/refresh-account.ts";
import { accessLife, openAccountDesk } from "../../support/account-desk.ts";
import { accountOperations, actOnAccount } from "../../support/account-operations.ts";
import { storedTokens, workOnAccounts } from "../../support/account-work.ts";
import { eventually } from "../../support/eventually.ts";
import { settledLog } from "../../support/settled-log.ts";
import { rowIdOf } from "../../support/studio.ts";

const minute = 60_000;
const day = 24 * 60 * minute;

t.test("access is renewed ahead of its end, and the next pair is kept", async (t) => {
  const desk = await openAccountDesk(t);
  const { atelier, square } = desk;
  const id = await desk.connect();
  const before = await desk.row(id);
  const ahead = (before.expiresAt?.getTime() ?? 0) - (before.refreshAt?.getTime() ?? 0);
  t.ok(ahead <= 30 * minute && ahead >= 27 * minute, "half an hour ahead, less up to a tenth");
  t.equal(await workOnAccounts(desk), 0, "nothing is due yet");
  for (let round = 1; round <= 3; round += 1) {
    atelier.clock.advance(accessLife - 27 * minute);
    t.equal(await workOnAccounts(desk), 1);
    t.equal(square.presented.length, round);
    const row = await desk.row(id);
    t.match(row, { state: "ACTIVE", refreshLeaseUntil: null, refreshFailures: 0, lastError: null });
    t.equal(row.expiresAt?.getTime(), atelier.clock.now().getTime() + accessLife);
    t.same(Object.values(await storedTokens(desk, id)), square.given.slice(-2));
  }
  t.equal(new Set(square.presented).size, 3, "each token was presented once");
});

t.test("trouble that passes never disconnects: it is tried again, at last every few seconds", async (t) => {
  const desk = await openAccountDesk(t);
  const { atelier, square } = desk;
  const id = await desk.connect();
  square.refresh = () => Promise.resolve({ kind: "unavailable", message: "Square is down." });
  const tokens = await storedTokens(desk, id);
  let tries = 0;
  let expiringAt: number | null = null;
  for (let passed = 0; passed < accessLife + 30 * minute; passed += minute) {
    atelier.clock.advance(minute);
    tries += await workOnAccounts(desk);
    const { state, expiresAt } = await desk.row(id);
    if (state === "EXPIRING") expiringAt ??= (expiresAt?.getTime() ?? 0) - atelier.clock.now().getTime();
  }
  t.ok(tries >= 5 && tries < 40, `it was tried ${tries} times in an hour`);
  t.ok(expiringAt !== null && expiringAt > 0 && expiringAt <= 15 * minute, "people are told before access ends");
  t.match(await desk.row(id), { state: "EXPIRING", lastError: "Square is down." });
  t.same(await storedTokens(desk, id), tokens, "what is stored stays");
  t.match(await ensureFresh(atelier.services, rowIdOf(id)), { kind: "unavailable", message: /Square is down/ });

  square.refresh = (session) => Promise.resolve(square.exchange(session));
  atelier.clock.advance(45 * minute);
  await workOnAccounts(desk);
  t.match(await desk.row(id), { state: "ACTIVE", lastError: null, refreshFailures: 0 });
});

t.test("a platform that asks for time gets it", async (t) => {
  const desk = await openAccountDesk(t);
  const { atelier, square } = desk;
  const id = await desk.connect();
  atelier.clock.advance(accessLife - 27 * minute);
  const retryAt = new Date(atelier.clock.now().getTime() + 20 * minute);
  square.refresh = () => Promise.resolve({ kind: "rate-limited", retryAt, message: "Too many." });
  await workOnAccounts(desk);
  t.same((await desk.row(id)).refreshAt, retryAt);
  t.match(await ensureFresh(atelier.services, rowIdOf(id)), { kind: "fresh" }, "what still lasts is used");
});

t.test("only a platform that says no makes somebody connect again, and it is told", async (t) => {
  const desk = await openAccountDesk(t);
  const { atelier, square } = desk;
  const id = await desk.connect();
  await settledLog(atelier.services);
  const position = await atelier.services.events.horizon();
  square.refresh = () => Promise.resolve({ kind: "unauthorized", message: "Square no longer knows us." });
  await desk.later(accessLife - 27 * minute);
  await workOnAccounts(desk);
  const { data } = await desk.ada.request(accountOperations.account, { id });
  t.match(data.socialAccount, {
    state: "NEEDS_RECONNECT",
    lastError: "Square no longer knows us.",
    lastErrorAt: String,
  });
  const { workspaceId, refreshAt } = await desk.row(id);
  t.equal(refreshAt, null);
  const filter = { workspaceIds: [workspaceId], topic: "social-account" };
  // The log shows an event once every older transaction of the cluster has ended, those of neighbouring tests included.
  const told: unknown[] = [];
  await eventually("the event of the lost account", async () => {
    for await (const event of atelier.services.events.readAfter(filter, position)) told.push(event);
    return told.length > 0;
  });
  t.match(told, [{ entityId: rowIdOf(id), kind: "UPDATED" }]);
  const entry = await atelier.services.db.auditEntry.findFirst({ where: { action: "SOCIAL_ACCOUNT_NEEDS_RECONNECT" } });
  t.match(entry, { workspaceId, userId: null, details: { handle: "ada", targetsAtRisk: 0 } });
  atelier.clock.advance(5 * day);
  t.equal(await workOnAccounts(desk), 0, "nobody asks again by themselves");
  t.match(await ensureFresh(atelier.services, rowIdOf(id)), { kind: "unauthorized", message: /no longer knows/ });

  await desk.later(0);
  square.refresh = (session) => Promise.resolve(square.exchange(session));
  t.equal(await desk.connect(), id, "connecting again revives the same account");
  t.match(await desk.row(id), { state: "ACTIVE", lastError: null });
});

t.test("nothing is ever overwritten with nothing", async (t) => {
  const desk = await openAccountDesk(t);
  const { atelier, square } = desk;
  const id = await desk.connect();
  const before = await storedTokens(desk, id);
  const expiresAt = new Date(atelier.clock.now().getTime() + 10 * day);
  for (const credentials of [{}, { accessToken: new Secret("") }]) {
    square.refresh = () => Promise.resolve({ kind: "renewed", credentials, expiresAt });
    atelier.clock.set((await desk.row(id)).refreshAt ?? atelier.clock.now());
    await workOnAccounts(desk);
    t.same(await storedTokens(desk, id), before);
    t.match(await desk.row(id), { lastError: /nothing to use/ });
  }
  // A platform that gives no new refresh token means that the old one still counts.
  square.refresh = () =>
    Promise.resolve({ kind: "renewed", credentials: { accessToken: new Secret("fresh") }, expiresAt });
  atelier.clock.set((await desk.row(id)).refreshAt ?? atelier.clock.now());
  await workOnAccounts(desk);
  t.same(await storedTokens(desk, id), { ...before, accessToken: "fresh" });
});

t.test(
  "an adapter that throws, a key that is gone, a platform that is switched off: the account stays connected",
  async (t) => {
    const desk = await openAccountDesk(t);
    const { atelier, square } = desk;
    const id = await desk.connect();
    atelier.clock.advance(accessLife - 27 * minute);
    square.refresh = () => Promise.reject(new Error("canary"));
    await refreshAccount(atelier.services, rowIdOf(id));
    t.match(await desk.row(id), { state: "ACTIVE", lastError: /^(?!.*canary).*could not be read/ });
    const due = async () => atelier.clock.set((await desk.row(id)).refreshAt ?? atelier.clock.now());
    await due();
    const secretKeys = [{ id: "other", secret: Buffer.alloc(32, 1) }];
    await refreshAccount({ ...atelier.services, secretKeys }, rowIdOf(id));
    t.match(await desk.row(id), { lastError: /SECRET_KEYS/ });
    await due();
    await refreshAccount({ ...atelier.services, platforms: new Map() }, rowIdOf(id));
    t.match(await desk.row(id), { lastError: /not switched on/ });
    t.not((await desk.row(id)).state, "NEEDS_RECONNECT");
    t.equal(square.presented.length, 0);
  },
);

t.test("access that cannot be renewed: people are told a week before, and when it has ended", async (t) => {
  const desk = await openAccountDesk(t);
  const { atelier, square } = desk;
  const input = { account: { plazaToken: { handle: "ada", token: "canary-plaza-9b71" } } };
  const { socialAccount } = await desk.ada.mutate(accountOperations.connectPlaza, input);
  const state = async () => (await desk.row(socialAccount.id)).state;
  atelier.clock.advance(53 * day - 1_000);
  t.equal(await workOnAccounts(desk), 0);
  atelier.clock.advance(1_000);
  t.equal(await workOnAccounts(desk), 1);
  t.equal(await state(), "EXPIRING");
  t.equal(await workOnAccounts(desk), 0);
  atelier.clock.advance(7 * day);
  t.equal(await workOnAccounts(desk), 1);
  t.equal(await state(), "NEEDS_RECONNECT");
  t.match(await desk.row(socialAccount.id), { lastError: /ended at .* Connect the account again/ });
  t.equal(square.presented.length, 0);
});

t.test("access that came near its end while its account was paused is told when it is resumed", async (t) => {
  const desk = await openAccountDesk(t);
  const input = { account: { plazaToken: { handle: "ada", token: "canary-plaza-9b71" } } };
  const { socialAccount } = await desk.ada.mutate(accountOperations.connectPlaza, input);
  const act = (verb: "Pause" | "Resume") => desk.ada.mutate(actOnAccount(verb), { socialAccountId: socialAccount.id });
  t.match(await act("Pause"), { socialAccount: { state: "PAUSED" } });
  await desk.later(55 * day);
  await workOnAccounts(desk);
  t.match(await act("Resume"), { socialAccount: { state: "ACTIVE" } });
  t.equal(await workOnAccounts(desk), 1);
  t.match(await desk.row(socialAccount.id), { state: "EXPIRING" });
  t.match(await act("Pause"), { socialAccount: { state: "PAUSED" } });
  t.match(await act("Resume"), { socialAccount: { state: "ACTIVE" } });
  await workOnAccounts(desk);
  t.match(await desk.row(socialAccount.id), { state: "EXPIRING" }, "also after a short pause");
});

t.test("a paused account is kept alive, and stays paused when it is connected again", async (t) => {
  const desk = await openAccountDesk(t);
  const { atelier, square } = desk;
  const id = await desk.connect();
  await atelier.services.db.socialAccount.updateMany({ data: { state: "PAUSED", pausedAt: atelier.clock.now() } });
  atelier.clock.advance(accessLife - 27 * minute);
  await workOnAccounts(desk);
  t.equal(square.presented.length, 1);
  t.match(await desk.row(id), { state: "PAUSED" });
  square.refresh = () => Promise.resolve({ kind: "unauthorized", message: "No." });
  await desk.later(accessLife - 27 * minute);
  await workOnAccounts(desk);
  t.match(await desk.row(id), { state: "NEEDS_RECONNECT", pausedAt: Date });
  await desk.connect();
  t.match(await desk.row(id), { state: "PAUSED" });
});
