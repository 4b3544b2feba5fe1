import t from "tap";
import { openAtelier } from "../support/atelier.ts";
import { openRawSocket, subscribe } from "../support/raw-socket.ts";
import { operations, password, visit } from "../support/visitor.ts";

const wrong = { email: "ada@example.org", password: "wrong horse battery" };
const right = { ...wrong, password };
const three = { environment: { LOGIN_TRIES_PER_ACCOUNT: "3/15" } };
const { login } = operations;

t.test("guessing at one account", async (t) => {
  const atelier = await openAtelier(t, three);
  await atelier.signUp("Ada");
  const { db } = atelier.services;
  const stranger = visit(atelier.app, { address: "198.51.100.1" });
  const type = async (who: typeof stranger, input: object) => (await who.mutate(login, input)).__typename;

  t.test("is over after some tries, also with the right password", async (t) => {
    for (let n = 0; n < 3; n += 1) t.equal(await type(stranger, wrong), "InvalidCredentialsError");
    t.match(await stranger.mutate(login, right), {
      ...{ __typename: "TooManyAttemptsError", code: "RATE_LIMITED", retryAfter: 300 },
      message: "That was too often for now. Try again in 5 minutes.",
    });
    t.equal(await db.session.count(), 1, "nobody got in");
  });

  t.test("nor from another address of the same network", async (t) => {
    t.equal(await type(visit(atelier.app, { address: "198.51.100.250" }), right), "TooManyAttemptsError");
  });

  t.test("and says so in the account's log once, however long it goes on", async (t) => {
    for (let n = 0; n < 5; n += 1) await type(stranger, wrong);
    t.equal(await db.auditEntry.count({ where: { action: "SIGN_IN_LIMITED", userId: { not: null } } }), 1);
  });

  t.test("its owner, who comes from another network, is not locked out", async (t) => {
    t.equal(await type(visit(atelier.app, { address: "203.0.113.7" }), right), "LoginSuccess");
    t.equal(await type(visit(atelier.app, { address: "2001:db8::1" }), right), "LoginSuccess");
    t.equal(await type(stranger, right), "TooManyAttemptsError", "and does not free the stranger by it");
  });

  t.test("an unknown account answers the same, in the same place", async (t) => {
    const unknown = { ...wrong, email: "nobody@example.org" };
    for (let n = 0; n < 3; n += 1) t.equal(await type(stranger, unknown), "InvalidCredentialsError");
    t.equal(await type(stranger, unknown), "TooManyAttemptsError");
  });

  t.test("after the wait it goes on, one try at a time", async (t) => {
    atelier.clock.advance(300_000);
    t.equal(await type(stranger, wrong), "InvalidCredentialsError");
    t.equal(await type(stranger, wrong), "TooManyAttemptsError");
  });
});

t.test("the right password gives the account its tries back", async (t) => {
  const atelier = await openAtelier(t, three);
  await atelier.signUp("Ada");
  const owner = visit(atelier.app);
  for (const input of [wrong, wrong, right, wrong, wrong, right]) {
    t.equal(
      (await owner.mutate(login, input)).__typename,
      input === right ? "LoginSuccess" : "InvalidCredentialsError",
    );
  }
});

t.test("one address has its own budget, which a right password does not refill", async (t) => {
  const atelier = await openAtelier(t, { environment: { LOGIN_TRIES_PER_ADDRESS: "5/15" } });
  await atelier.signUp("Ada");
  const stranger = visit(atelier.app, { address: "2001:db8:0:1::1" });
  const neighbour = visit(atelier.app, { address: "2001:db8:0:2:ffff::2" });
  for (let n = 0; n < 4; n += 1) await stranger.mutate(login, { ...wrong, email: `p${n}@example.org` });
  t.equal((await stranger.mutate(login, right)).__typename, "LoginSuccess");
  t.equal((await stranger.mutate(login, right)).__typename, "TooManyAttemptsError");
  t.equal((await neighbour.mutate(login, right)).__typename, "TooManyAttemptsError", "the /56 is one customer");
  t.equal((await visit(atelier.app, { address: "2001:db8:0:100::1" }).mutate(login, right)).__typename, "LoginSuccess");
});

t.test("whoever has 65,536 networks of IPv6 guesses no more often at one account", async (t) => {
  const atelier = await openAtelier(t, three);
  const ada = await atelier.signUp("Ada");
  const types: string[] = [];
  for (let n = 0; n < 5; n += 1) {
    const stranger = visit(atelier.app, { address: `2001:db8:7:${(n * 257).toString(16)}::1` });
    types.push((await stranger.mutate(login, { ...wrong, email: ada.email })).__typename);
  }
  t.same(types.slice(3), Array(2).fill("TooManyAttemptsError"));
  t.equal((await visit(atelier.app, { address: "2001:db8:8::1" }).mutate(login, right)).__typename, "LoginSuccess");
});

t.test("aliases are tries", async (t) => {
  const atelier = await openAtelier(t, three);
  await atelier.signUp("Ada");
  const fields = Array.from({ length: 8 }, (_, n) => `t${n}: login(input: $input) { __typename }`);
  const response = await visit(atelier.app).send(`mutation ($input: LoginInput!) { ${fields.join(" ")} }`, wrong);
  const answers = Object.values<{ __typename: string }>(response.json().data).map(({ __typename }) => __typename);
  t.same(answers, [...Array(3).fill("InvalidCredentialsError"), ...Array(5).fill("TooManyAttemptsError")]);
});

t.test("a websocket is no way around", async (t) => {
  const atelier = await openAtelier(t, three);
  const ada = await atelier.signUp("Ada");
  await atelier.listen();
  const socket = await openRawSocket(atelier);
  socket.say({ type: "connection_init", payload: { authorization: `Bearer ${ada.token}` } });
  await socket.hear();
  const types: string[] = [];
  for (let n = 0; n < 5; n += 1) {
    socket.say(subscribe(`s${n}`, login, { input: wrong }));
    for (;;) {
      const { type, payload } = await socket.hear();
      if (type === "complete") break;
      types.push(/"__typename":"(\w+)"/.exec(JSON.stringify(payload))?.[1] ?? "");
    }
  }
  t.same(types, [...Array(3).fill("InvalidCredentialsError"), ...Array(2).fill("TooManyAttemptsError")]);
});

t.test("parallel tries in two processes count together", async (t) => {
  const atelier = await openAtelier(t, three);
  await atelier.signUp("Ada");
  const other = await atelier.neighbour();
  const visitors = [atelier.app, other.app].flatMap((app) => Array.from({ length: 10 }, () => visit(app)));
  const answers = await Promise.all(visitors.map((visitor) => visitor.mutate(login, wrong)));
  t.equal(answers.filter(({ __typename }) => __typename === "InvalidCredentialsError").length, 3);
  t.equal(answers.filter(({ __typename }) => __typename === "TooManyAttemptsError").length, 17);
});

t.test("accounts are made in moderation", async (t) => {
  const atelier = await openAtelier(t, { environment: { REGISTRATIONS_PER_ADDRESS: "2/60" } });
  const visitor = visit(atelier.app);
  const types: string[] = [];
  for (const name of ["Anna", "Berta", "Clara"]) {
    const input = { email: `${name}@example.org`, password, displayName: name };
    types.push((await visitor.mutate(operations.register, input)).__typename);
  }
  t.same(types, ["RegisterSuccess", "RegisterSuccess", "TooManyAttemptsError"]);
});

t.test("how often things may be tried is published", async (t) => {
  const atelier = await openAtelier(t, three);
  const { data } = await atelier.nobody.request(
    "{ serverInfo { limits { loginTriesPerAccount { tries seconds } mailsPerAccount { tries seconds } } } }",
  );
  t.same(data.serverInfo.limits, {
    loginTriesPerAccount: { tries: 3, seconds: 900 },
    mailsPerAccount: { tries: 5, seconds: 3_600 },
  });
});
