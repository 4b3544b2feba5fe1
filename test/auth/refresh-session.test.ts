import fc from "fast-check";
import t from "tap";
import { InvalidRefreshTokenError } from "../../src/auth/errors.ts";
import { parentTolerance, refreshSession } from "../../src/auth/refresh-session.ts";
import { decodeGlobalId } from "../../src/graphql/ids.ts";
import { type Atelier, openAtelier } from "../support/atelier.ts";
import { readMails } from "../support/mailbox.ts";
import { operations, password, type Visitor, visit } from "../support/visitor.ts";

const { login, refresh } = operations;
const me = "{ me { id } }";
const minute = 60_000;
const day = 24 * 60 * minute;
const nowhere = { address: null, device: null };

async function signIn(atelier: Atelier, name = "Ada") {
  const person = await atelier.signUp(name);
  const visitor = visit(atelier.app);
  const first = await visitor.mutate(login, { email: person.email, password });
  const use = (refreshToken: string, who: Visitor = visitor) => who.mutate(refresh, { refreshToken });
  const session = () =>
    atelier.services.db.session.findFirstOrThrow({
      where: { userId: decodeGlobalId(person.id).id },
      orderBy: { id: "desc" },
    });
  return { person, visitor, first, use, session };
}

t.test("a refresh token", async (t) => {
  const atelier = await openAtelier(t);
  const { use, session, first, person } = await signIn(atelier);

  t.test("leads to a fresh sign-in, without an access token", async (t) => {
    atelier.clock.advance(20 * minute);
    t.match((await atelier.personWith(first.accessToken).request(me)).errors, [{ message: /expired/ }]);
    const tablet = visit(atelier.app, { address: "198.51.100.9", device: "Tablet/2" });
    const renewed = await use(first.refreshToken, tablet);
    t.match(renewed, { __typename: "RefreshTokenSuccess", user: { id: person.id }, refreshToken: /^atr_/ });
    t.not(renewed.refreshToken, first.refreshToken);
    t.equal((await atelier.personWith(renewed.accessToken).request(me)).data.me.id, person.id);
    t.match(await session(), {
      ...{ address: "198.51.100.9", device: "Tablet/2", lastUsedAt: atelier.clock.now() },
      expiresAt: new Date(atelier.clock.now().getTime() + 30 * day),
    });
    t.equal(renewed.refreshExpiresAt, (await session()).expiresAt.toISOString());
  });

  t.test("sent again within ten seconds leads to the same one", async (t) => {
    const [one, two] = [await use(first.refreshToken), await use(first.refreshToken)];
    t.ok(one.refreshToken);
    t.equal(two.refreshToken, one.refreshToken);
  });

  t.test("lives as long as it is used, but not for ever", async (t) => {
    let { refreshToken } = await use(first.refreshToken);
    const began = (await session()).createdAt.getTime();
    for (let days = 0; days < 175; days += 25) {
      atelier.clock.advance(25 * day);
      ({ refreshToken } = await use(refreshToken));
    }
    t.equal((await session()).expiresAt.getTime(), began + 180 * day);
    atelier.clock.set(new Date(began + 180 * day));
    t.match(await use(refreshToken), { __typename: "InvalidRefreshTokenError", code: "INVALID_REFRESH_TOKEN" });
    t.equal((await session()).revokedAt, null, "it ran out; nobody ended it");
  });
});

t.test("a parent after its ten seconds, and a grandparent at once, end the session", async (t) => {
  for (const [title, wait, generations] of [
    ["parent", parentTolerance + 1, 1],
    ["grandparent", 0, 2],
  ] as const) {
    t.test(title, async (t) => {
      const atelier = await openAtelier(t);
      const { use, session, first, person } = await signIn(atelier);
      let latest = first;
      for (let n = 0; n < generations; n += 1) latest = await use(latest.refreshToken);
      atelier.clock.advance(wait);
      t.match(await use(first.refreshToken), {
        __typename: "InvalidRefreshTokenError",
        message: "This refresh token does not count (any more). Sign in again.",
      });
      t.match(await session(), { revokedReason: "refresh-token-reused" });
      t.match(await use(latest.refreshToken), { code: "INVALID_REFRESH_TOKEN" }, "neither does its successor count");
      t.match((await atelier.personWith(latest.accessToken).request(me)).errors, [{ message: /session was ended/ }]);
      await use(first.refreshToken);
      const entries = await atelier.services.db.auditEntry.findMany({ where: { action: "REFRESH_TOKEN_REUSED" } });
      t.equal(entries.length, 1, "told once");
      await atelier.drain();
      const mails = await readMails(atelier.services);
      t.match(
        mails.filter(({ subject }) => subject === "We ended one of your sign-ins"),
        [{ to: person.email, text: /203\.0\.113\.7/ }],
      );
    });
  }
});

t.test("who knows a session's id can neither renew nor end it", async (t) => {
  const atelier = await openAtelier(t);
  const { use, session, first } = await signIn(atelier);
  const stranger = await signIn(atelier, "Eve");
  const [id = "", family = "", own = ""] = first.refreshToken.slice("atr_".length).split(".");
  const [, otherFamily = ""] = stranger.first.refreshToken.slice("atr_".length).split(".");
  const atr = (...parts: string[]) => `atr_${parts.join(".")}`;
  const flipped = (part: string) => (part.startsWith("A") ? "B" : "A") + part.slice(1);
  for (const [what, token] of [
    ["nothing", ""],
    ["nonsense", "nonsense"],
    ["an access token", first.accessToken],
    ["a foreign family", atr(id, otherFamily, own)],
    ["a made-up family", atr(id, flipped(family), own)],
    ["another's session", atr(flipped(id), family, own)],
    ["a part too many", atr(id, family, own, own)],
    ["a long text", "atr_".repeat(1_000)],
    ["with a zero byte", `${first.refreshToken}\u0001`],
  ] as const) {
    t.match(await use(token), { __typename: "InvalidRefreshTokenError" }, what);
  }
  t.equal((await session()).revokedAt, null);
  t.equal(await atelier.services.db.session.count({ where: { revokedAt: { not: null } } }), 0);
  t.match(await use(first.refreshToken), { __typename: "RefreshTokenSuccess" }, "the real one still counts");
});

t.test("a disabled user cannot go on", async (t) => {
  const atelier = await openAtelier(t);
  const { use, first, person } = await signIn(atelier);
  await atelier.services.db.user.update({ where: { emailKey: person.email }, data: { disabledAt: new Date() } });
  t.match(await use(first.refreshToken), { code: "INVALID_REFRESH_TOKEN" });
});

t.test("fifty at once over two processes, for twenty rounds: one successor, no false alarm", async (t) => {
  const atelier = await openAtelier(t);
  const { use, session, first } = await signIn(atelier);
  const visitors = [visit(atelier.app), visit((await atelier.neighbour()).app)];
  let token = first.refreshToken;
  for (let round = 0; round < 20; round += 1) {
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => use(token, visitors[n % 2])));
    const next = new Set(answers.map(({ refreshToken }) => refreshToken));
    t.equal(next.size, 1);
    ({ refreshToken: token } = answers[0]);
  }
  t.equal((await session()).revokedAt, null);
});

/** A thousand rounds take about a minute of two idle cores; where they are busy, as many as 75 s allow are proof enough. */
const patience = 75_000;

t.test("fifty at once for a thousand rounds", { timeout: 2 * patience }, async (t) => {
  const atelier = await openAtelier(t, { environment: { DATABASE_POOL: "20" } });
  const { session, first } = await signIn(atelier);
  const { services } = atelier;
  let token = first.refreshToken;
  let forks = 0;
  let rounds = 0;
  const started = performance.now();
  for (; rounds < 1_000 && performance.now() - started < patience; rounds += 1) {
    const answers = await Promise.all(Array.from({ length: 50 }, () => refreshSession(services, nowhere, token)));
    forks += new Set(answers.map(({ refreshToken }) => refreshToken)).size - 1;
    token = answers[0]?.refreshToken ?? "";
  }
  t.comment(`${rounds} rounds took ${Math.round((performance.now() - started) / 1_000)} s`);
  t.ok(rounds >= 100, "enough to tell");
  t.equal(forks, 0, "always one live child");
  t.equal((await session()).revokedAt, null, "no false revocation");
  t.equal(await services.db.auditEntry.count({ where: { action: "REFRESH_TOKEN_REUSED" } }), 0);
  t.ok(await refreshSession(services, nowhere, token));
});

/** What may happen to a sign-in: a token of some age is used, or the clock moves, also back. */
const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ use: fc.integer({ min: 0, max: 3 }) }) },
    { weight: 2, arbitrary: fc.record({ move: fc.integer({ min: -15_000, max: 15_000 }) }) },
  ),
  { minLength: 1, maxLength: 12 },
);

t.test("whatever order tokens are used in, and however the clock moves", async (t) => {
  const atelier = await openAtelier(t);
  const { services, clock } = atelier;
  const { person } = await signIn(atelier);
  let lastDay = clock.now().getTime();
  await fc.assert(
    fc.asyncProperty(steps, async (moves) => {
      // Budgets of tries are counted by the same clock: each history has a day of its own.
      clock.set(new Date((lastDay += day)));
      const opened = await visit(atelier.app).mutate(login, { email: person.email, password });
      /** All tokens of the sign-in, the live one last. */
      const tokens: string[] = [opened.refreshToken];
      let rotatedAt = Number.NaN;
      let ended = false;
      for (const move of moves) {
        if ("move" in move) {
          clock.advance(move.move);
          continue;
        }
        const at = tokens.length - 1 - move.use;
        if (at < 0) continue;
        const recent = Math.abs(clock.now().getTime() - rotatedAt) <= parentTolerance;
        const answer = await refreshSession(services, nowhere, tokens[at] ?? "").catch((error: unknown) => {
          if (error instanceof InvalidRefreshTokenError) return null;
          throw error;
        });
        if (ended) {
          if (answer !== null) throw new Error("An ended session went on.");
        } else if (move.use === 0) {
          if (answer === null || tokens.includes(answer.refreshToken))
            throw new Error("The live token did not rotate.");
          tokens.push(answer.refreshToken);
          rotatedAt = clock.now().getTime();
        } else if (move.use === 1 && recent) {
          if (answer?.refreshToken !== tokens.at(-1)) throw new Error("The parent did not lead to its child.");
        } else {
          if (answer !== null) throw new Error("An old token counted.");
          ended = true;
        }
      }
      return true;
    }),
    { numRuns: 120 },
  );
  t.pass("120 histories went as the rules say");
});
