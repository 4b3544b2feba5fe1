import t from "tap";
import { createPasswordHasher } from "../../src/infra/password-hash.ts";
import { openAtelier } from "../support/atelier.ts";

const login = `mutation ($input: LoginInput!) { login(input: $input) {
  __typename
  ... on LoginSuccess { accessToken expiresAt user { displayName workspaces { role } } }
  ... on ValidationError { issues { path code message } }
  ... on Error { code message }
} }`;

const post = { method: "POST", url: "/graphql" } as const;

t.test("signing in", async (t) => {
  const atelier = await openAtelier(t);
  await atelier.signUp("Ada");
  const sessions = () => atelier.services.db.session.count();
  const correct = { email: "ada@example.org", password: "correct horse battery" };

  t.test("with the right password, in whatever case the address is written", async (t) => {
    for (const email of ["ada@example.org", "ADA@Example.org"]) {
      const answer = await atelier.nobody.mutate(login, { ...correct, email });
      t.match(answer, { __typename: "LoginSuccess", user: { displayName: "Ada", workspaces: [{ role: "OWNER" }] } });
    }
    t.equal(await sessions(), 3, "each sign-in is a session of its own");
  });

  t.test("a wrong password and an unknown address answer the same", async (t) => {
    const before = await sessions();
    const wrong = await atelier.nobody.mutate(login, { ...correct, password: "wrong horse battery" });
    const unknown = await atelier.nobody.mutate(login, { ...correct, email: "nobody@example.org" });
    t.same(wrong, {
      __typename: "InvalidCredentialsError",
      code: "INVALID_CREDENTIALS",
      message: "E-mail address and password do not match an account. Check both and try again.",
    });
    t.same(unknown, wrong);
    t.equal(await sessions(), before, "and make no session");
  });

  t.test("a disabled user is told no more than that, byte for byte, and costs the same statements", async (t) => {
    const bob = await atelier.signUp("Bob");
    await atelier.services.db.user.update({
      where: { emailKey: bob.email },
      data: { disabledAt: atelier.clock.now() },
    });
    const tries = {
      wrong: { ...correct, password: "wrong horse battery" },
      unknown: { ...correct, email: "nobody@example.org" },
      disabled: { ...correct, email: bob.email },
    };
    const seen: string[] = [];
    for (const [what, input] of Object.entries(tries)) {
      atelier.statements.clear();
      const response = await atelier.app.inject({ ...post, payload: { query: login, variables: { input } } });
      const { date: _date, ...headers } = response.headers;
      const statements = atelier.statements.all().filter((sql) => !/from "?revocation/i.test(sql));
      seen.push(JSON.stringify([response.statusCode, headers, response.body, statements]));
      t.equal(statements.length, 4, `${what}: two budgets, a look, an entry in the audit log`);
    }
    t.equal(new Set(seen).size, 1);
    t.equal(await atelier.services.db.auditEntry.count({ where: { action: "SIGN_IN_FAILED", userId: null } }), 2);
  });

  t.test("an unknown address costs the same work as a wrong password", async (t) => {
    const { passwords } = atelier.services;
    const { verify } = passwords;
    const verified: boolean[] = [];
    t.teardown(() => Object.assign(passwords, { verify }));
    Object.assign(passwords, {
      verify: async (stored: string | null, password: string) => {
        verified.push(stored !== null);
        return verify(stored, password);
      },
    });
    await atelier.nobody.mutate(login, { ...correct, password: "wrong horse battery" });
    await atelier.nobody.mutate(login, { ...correct, email: "nobody@example.org" });
    t.same(verified, [true, false], "each is hashed once, the unknown one against nothing");
  });

  t.test("what cannot be an address or a password is told so", async (t) => {
    const answer = await atelier.nobody.mutate(login, { email: "ada", password: "x".repeat(1_001) });
    t.match(answer, {
      __typename: "ValidationError",
      issues: [
        { path: ["email"], message: '"ada" is not an e-mail address. Write one like name@example.org.' },
        { path: ["password"], code: "TOO_LONG", message: "The password is longer than 1,000 characters." },
      ],
    });
  });
});

t.test("more sign-ins than may wait are turned away, and told when to come back", async (t) => {
  const atelier = await openAtelier(t, { environment: { PASSWORD_HASHES: "1" } });
  const input = { email: "ada@example.org", password: "correct horse battery" };
  const send = () =>
    atelier.app.inject({ method: "POST", url: "/graphql", payload: { query: login, variables: { input } } });
  const answers = await Promise.all(Array.from({ length: 110 }, send));
  const refused = answers.filter(({ statusCode }) => statusCode === 503);
  t.ok(refused.length > 0 && refused.length < 20, `${refused.length} of 110 were refused`);
  t.match(refused[0]?.json().errors, [{ extensions: { code: "OVERLOADED", retryAfter: 1 } }]);
  t.equal(refused[0]?.headers["retry-after"], "1");
});

t.test("when passwords get more work than before, a sign-in renews the stored hash", async (t) => {
  const atelier = await openAtelier(t);
  await atelier.signUp("Ada");
  const { db, passwords } = atelier.services;
  const where = { emailKey: "ada@example.org" };
  const cheap = createPasswordHasher({ concurrency: 1, queue: 10 }, { memoryCost: 1_024, timeCost: 1, parallelism: 1 });
  const old = await cheap.hash("correct horse battery");
  await db.user.update({ where, data: { passwordHash: old } });
  const input = { email: "ada@example.org", password: "correct horse battery" };
  const together = await Promise.all(Array.from({ length: 6 }, () => atelier.nobody.mutate(login, input)));
  t.same(new Set(together.map(({ __typename }) => __typename)), new Set(["LoginSuccess"]), "also for all at once");
  const { passwordHash } = await db.user.findUniqueOrThrow({ where });
  t.not(passwordHash, old);
  t.notOk(passwords.isOutdated(passwordHash));
  t.equal((await atelier.nobody.mutate(login, input)).__typename, "LoginSuccess");
  t.equal((await db.user.findUniqueOrThrow({ where })).passwordHash, passwordHash, "once is enough");
});
