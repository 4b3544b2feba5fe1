import t from "tap";
import { openAtelier } from "../support/atelier.ts";

const login = `mutation ($input: LoginInput!) { login(input: $input) {
  __typename
  ... on LoginSuccess { accessToken expiresAt user { displayName workspaces { role } } }
  ... on ValidationError { issues { path code message } }
  ... on Error { code message }
} }`;

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
