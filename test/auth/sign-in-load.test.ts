import t from "tap";
import { openAtelier } from "../support/atelier.ts";
import { operations, password, visit } from "../support/visitor.ts";

const { login } = operations;
const credentials = { email: "ada@example.org", password };

t.test("a thousand sign-ins at once: some wait, the rest is turned away, none hangs, and memory stays", async (t) => {
  const atelier = await openAtelier(t, { environment: { LOGIN_TRIES_PER_ACCOUNT: "100000/1" } });
  await atelier.signUp("Ada");
  const send = async () => {
    const response = await visit(atelier.app).send(login, credentials);
    const retryAfter = response.headers["retry-after"];
    return { status: response.statusCode, retryAfter, answer: response.json() };
  };
  await send();
  const before = process.memoryUsage().rss;
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 5);
  const answers = await Promise.all(Array.from({ length: 1_000 }, send));
  clearInterval(watch);
  const served = answers.filter(({ status }) => status === 200);
  const refused = answers.filter(({ status }) => status === 503);
  const grown = Math.round((most - before) / 2 ** 20);
  t.comment(`${served.length} served, ${refused.length} turned away, ${grown} MiB more at most`);
  t.equal(served.length + refused.length, 1_000);
  t.ok(served.length >= 100, "whoever was let in was served");
  for (const { answer } of served) if (answer.data.login.__typename !== "LoginSuccess") t.fail(JSON.stringify(answer));
  t.ok(refused.length >= 100, "more than may wait are turned away");
  t.same(new Set(refused.map(({ retryAfter }) => retryAfter)), new Set(["1"]));
  t.match(refused[0]?.answer, { errors: [{ extensions: { code: "OVERLOADED", retryAfter: 1 } }] });
  // One thousand hashes at once would take 19 GiB.
  t.ok(grown < 400, `${grown} MiB`);
  t.equal((await send()).status, 200, "and afterwards it serves as before");
});

t.test("those who are turned away cost no statement", async (t) => {
  const atelier = await openAtelier(t, { environment: { PASSWORD_HASHES: "1", LOGIN_TRIES_PER_ACCOUNT: "100000/1" } });
  await atelier.signUp("Ada");
  const visitor = visit(atelier.app);
  atelier.statements.clear();
  const answers = await Promise.all(Array.from({ length: 300 }, () => visitor.send(login, credentials)));
  const served = answers.filter(({ statusCode }) => statusCode === 200).length;
  t.equal(served, 102, "two at work, a hundred in line");
  const looks = atelier.statements.all().filter((sql) => /"email_key" = /.test(sql)).length;
  t.ok(looks <= served, `${looks} looks for an account`);
});

const median = (times: readonly number[]) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;

t.test("the time it takes tells nobody whether there is an account", async (t) => {
  const atelier = await openAtelier(t, {
    environment: { LOGIN_TRIES_PER_ACCOUNT: "100000/1", MAILS_PER_ACCOUNT: "100000/1" },
  });
  await atelier.signUp("Ada");
  const { email } = await atelier.signUp("Dora");
  await atelier.services.db.user.update({ where: { emailKey: email }, data: { disabledAt: new Date() } });
  const visitor = visit(atelier.app);
  const wrong = "wrong horse battery";
  const signIn = (address: string) => () => visitor.send(login, { email: address, password: wrong });
  const reset = (address: string) => () => visitor.send(operations.requestPasswordReset, { email: address });
  const known = "ada@example.org";
  const unknown = "nobody@example.org";
  for (const [title, kinds] of Object.entries({
    "signing in": { known: signIn(known), unknown: signIn(unknown), disabled: signIn(email) },
    "asking for a link": { known: reset(known), unknown: reset(unknown), disabled: reset(email) },
  })) {
    const times = Object.entries(kinds).map(([kind, ask]) => ({ kind, ask, taken: new Array<number>() }));
    // Interleaved, so that whatever slows the machine slows all of them; the first rounds warm up.
    for (let round = -5; round < 60; round += 1) {
      for (const { ask, taken } of times) {
        const started = performance.now();
        await ask();
        if (round >= 0) taken.push(performance.now() - started);
      }
    }
    const medians = times.map(({ kind, taken }) => ({ kind, ms: median(taken) }));
    t.comment(title, medians.map(({ kind, ms }) => `${kind} ${ms.toFixed(1)} ms`).join(", "));
    const all = medians.map(({ ms }) => ms);
    t.ok(Math.max(...all) < Math.min(...all) * 1.5, `${title}: of one class`);
  }
});
