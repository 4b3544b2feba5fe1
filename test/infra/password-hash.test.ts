import t from "tap";
import { createPasswordHasher } from "../../src/infra/password-hash.ts";

t.test("a password fits its own hash and no other, and every hash is salted", async (t) => {
  const { hash, verify } = createPasswordHasher({ concurrency: 2, queue: 10 });
  const [one, two] = await Promise.all([hash("correct horse"), hash("correct horse")]);
  t.not(one, two);
  t.match(one, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  t.ok(await verify(one, "correct horse"));
  t.notOk(await verify(one, "correct house"));
});

t.test("beyond the queue callers are turned away at once, and there is room again afterwards", async (t) => {
  const { hash } = createPasswordHasher({ concurrency: 1, queue: 2 });
  const ends = await Promise.allSettled(["a", "b", "c", "d", "e"].map((password) => hash(password)));
  t.same(
    ends.map(({ status }) => status),
    ["fulfilled", "fulfilled", "fulfilled", "rejected", "rejected"],
  );
  t.match(ends[4], { reason: { code: "OVERLOADED", retryAfter: 1 } });
  t.match(await hash("f"), "$argon2id$");
});

t.test("a hash that cannot be read fails for its caller and frees the place", async (t) => {
  const { verify, hash } = createPasswordHasher({ concurrency: 1, queue: 0 });
  await t.rejects(verify("no hash", "x"));
  t.match(await hash("x"), "$argon2id$");
});

t.test("somebody unknown costs the same work and is never let in", async (t) => {
  const { hash, verify } = createPasswordHasher({ concurrency: 1, queue: 0 });
  const stored = await hash("x");
  await verify(null, "warm");
  const time = async (work: () => Promise<unknown>) => {
    const started = performance.now();
    for (let round = 0; round < 5; round += 1) await work();
    return performance.now() - started;
  };
  const known = await time(() => verify(stored, "wrong"));
  const unknown = await time(() => verify(null, "wrong"));
  t.ok(unknown > known / 3, `${Math.round(unknown)} ms against ${Math.round(known)} ms`);
  const first = verify(null, "a password that nobody has");
  await t.rejects(verify(null, "x"), { code: "OVERLOADED" }, "it takes a place like anybody else");
  t.notOk(await first);
});
