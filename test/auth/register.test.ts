import t from "tap";
import { openAtelier } from "../support/atelier.ts";

const register = `mutation ($input: RegisterInput!) { register(input: $input) {
  __typename
  ... on RegisterSuccess { accessToken expiresAt user { id email displayName createdAt workspaces { name role isPersonal } } }
  ... on ValidationError { issues { path code message } }
  ... on Error { code message }
} }`;

const ada = { email: "ada@example.org", password: "correct horse battery", displayName: "Ada" };

t.test("an account comes with a personal workspace, and signed in", async (t) => {
  const atelier = await openAtelier(t);
  const answer = await atelier.nobody.mutate(register, { ...ada, email: "  Ada@Example.org ", displayName: " Ada " });
  t.match(answer, {
    __typename: "RegisterSuccess",
    user: {
      email: "Ada@Example.org",
      displayName: "Ada",
      workspaces: [{ name: "Ada's workspace", role: "OWNER", isPersonal: true }],
    },
  });
  const quarter = new Date(answer.expiresAt).getTime() - atelier.clock.now().getTime();
  t.ok(quarter > 14.9 * 60_000 && quarter <= 15 * 60_000, "the token lives for fifteen minutes");
  const me = await atelier.app.inject({
    ...{ method: "POST", url: "/graphql", payload: { query: "{ me { id } }" } },
    headers: { authorization: `Bearer ${answer.accessToken}` },
  });
  t.equal(me.json().data.me.id, answer.user.id);
  const stored = await atelier.services.db.user.findFirstOrThrow();
  t.match(stored.passwordHash, /^\$argon2id\$/);
  t.notMatch(JSON.stringify(stored), ada.password);
});

t.test("an address has one account, however it is written", async (t) => {
  const atelier = await openAtelier(t);
  await atelier.nobody.mutate(register, ada);
  for (const email of ["ada@example.org", "ADA@example.ORG", " ada@example.org "]) {
    t.match(await atelier.nobody.mutate(register, { ...ada, email }), {
      __typename: "EmailTakenError",
      code: "EMAIL_TAKEN",
      message: /There is an account for .+\. Sign in instead, or use another address\./,
    });
  }
  const people = ["Bea", "Bob", "Ben"].map((displayName) => ({ ...ada, displayName, email: "b@example.org" }));
  const answers = await Promise.all(people.map((person) => atelier.nobody.mutate(register, person)));
  t.same(answers.map(({ __typename }) => __typename).sort(), ["EmailTakenError", "EmailTakenError", "RegisterSuccess"]);
  t.same(await counts(atelier), { users: 2, workspaces: 2, sessions: 2 });
});

t.test("every broken rule is told at once, and nothing is written", async (t) => {
  const atelier = await openAtelier(t);
  const broken = await atelier.nobody.mutate(register, { email: "ada", password: "short", displayName: "  " });
  t.equal(broken.__typename, "ValidationError");
  t.same(broken.issues, [
    { path: ["email"], code: "INVALID", message: '"ada" is not an e-mail address. Write one like name@example.org.' },
    {
      path: ["password"],
      code: "TOO_SHORT",
      message: "The password has 5 characters. Choose 10 to 128, of any kind.",
    },
    { path: ["displayName"], code: "EMPTY", message: "The display name is empty. Write how you want to be called." },
  ]);
  const long = { email: `${"a".repeat(250)}@x.org`, password: "ä".repeat(129), displayName: "x".repeat(81) };
  const tooLong = await atelier.nobody.mutate(register, long);
  t.same(
    tooLong.issues.map(({ path, code }: { path: string[]; code: string }) => [...path, code]),
    [
      ["email", "TOO_LONG"],
      ["password", "TOO_LONG"],
      ["displayName", "TOO_LONG"],
    ],
  );
  for (const displayName of ["Ada\n\nYour account was hacked: evil.example", "Ada\u202eecila", "Ada\u2028x"]) {
    t.match(await atelier.nobody.mutate(register, { ...ada, displayName }), {
      issues: [{ path: ["displayName"], code: "CONTROL_CHARACTER", message: /on one line, in plain text/ }],
    });
  }
  t.same(await counts(atelier), { users: 0, workspaces: 0, sessions: 0 });
});

t.test("a password is measured in characters, not in bytes", async (t) => {
  const atelier = await openAtelier(t);
  // Two bytes in a JavaScript string, four in UTF-8.
  const keys = (count: number) =>
    Array.from({ length: count }, (_, n) => ["🔑", "🎨", "🧭"][(n + Math.floor(n / 3)) % 3]).join("");
  for (const [password, type] of [
    [keys(9), "ValidationError"],
    [keys(10), "RegisterSuccess"],
    [keys(128), "RegisterSuccess"],
    [keys(129), "ValidationError"],
  ] as const) {
    const email = `p${[...password].length}@example.org`;
    t.equal((await atelier.nobody.mutate(register, { ...ada, email, password })).__typename, type, email);
  }
});

t.test("a sign-in counts for the rest of the operation", async (t) => {
  const atelier = await openAtelier(t);
  const { data, errors } = await atelier.nobody.request(
    `mutation ($input: RegisterInput!) {
      register(input: $input) { ... on RegisterSuccess { accessToken user { id } } }
      generateImages(input: { prompt: "a kite", width: 256, height: 256 }) { __typename }
    }`,
    { input: ada },
  );
  t.equal(errors, undefined);
  t.equal(data.generateImages.__typename, "GenerateImagesSuccess");
});

async function counts({ services: { db } }: Awaited<ReturnType<typeof openAtelier>>) {
  const [users, workspaces, sessions] = await Promise.all([db.user.count(), db.workspace.count(), db.session.count()]);
  return { users, workspaces, sessions };
}
