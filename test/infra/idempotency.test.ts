import { randomUUID } from "node:crypto";
import t from "tap";
import { z } from "zod";
import { openDb } from "../../src/infra/db.ts";
import { idempotencyKey, once } from "../../src/infra/idempotency.ts";
import { createDatabase, type Teardown } from "../support/database.ts";

const result = z.object({ id: z.string() });

/** Somebody who asks for things, and how often something was made. */
async function setUp(t: Teardown) {
  const db = openDb({ url: await createDatabase(t), poolSize: 12 });
  t.teardown(() => db.$disconnect());
  const user = (email: string) =>
    db.user.create({ data: { email, emailKey: email, displayName: "x", passwordHash: "x" } });
  const [{ id: userId }, { id: otherId }] = [await user("a@example.org"), await user("b@example.org")];
  const made: string[] = [];
  const make = async () => {
    const id = randomUUID();
    made.push(id);
    return { id };
  };
  const request = {
    userId,
    operation: "createPost",
    key: "k" as string | null,
    input: { caption: "hello" } as unknown,
  };
  const ask = (change: Partial<typeof request> = {}, work = make) =>
    db.$transaction((tx) => once(tx, { ...request, ...change }, result, work));
  return { db, ask, made, make, otherId };
}

t.test("a repetition gets the first answer", async (t) => {
  const { ask, made } = await setUp(t);
  const first = await ask();
  t.same(await ask(), first);
  t.equal(made.length, 1);
});

t.test("repetitions that arrive together wait for the first, and all get its answer", async (t) => {
  const { ask, made } = await setUp(t);
  const answers = await Promise.all(Array.from({ length: 10 }, () => ask()));
  t.equal(made.length, 1);
  t.same(new Set(answers.map(({ id }) => id)), new Set(made));
});

t.test("when the first fails, the one that waited for it does the work", async (t) => {
  const { ask, made, make } = await setUp(t);
  const begun = Promise.withResolvers<void>();
  const mayFail = Promise.withResolvers<void>();
  const failing = ask({}, async () => {
    begun.resolve();
    await mayFail.promise;
    throw new Error("disk full");
  });
  await begun.promise;
  const waiting = ask({}, make);
  mayFail.resolve();
  await t.rejects(failing, { message: "disk full" });
  t.same(await waiting, { id: made[0] });
  t.equal(made.length, 1);
});

t.test("the same key with other input is refused", async (t) => {
  const { ask, made } = await setUp(t);
  await ask();
  await t.rejects(ask({ input: { caption: "goodbye" } }), { code: "IDEMPOTENCY_KEY_REUSED" });
  t.equal(made.length, 1);
});

t.test("keys of other people and other mutations do not meet, and without a key everything runs", async (t) => {
  const { ask, made, otherId } = await setUp(t);
  await ask();
  await ask({ userId: otherId });
  await ask({ operation: "generateImages" });
  await ask({ key: null });
  await ask({ key: null });
  t.equal(made.length, 5);
});

t.test("keys are neither empty nor endless", async (t) => {
  t.ok(idempotencyKey.safeParse("k".repeat(128)).success);
  t.notOk(idempotencyKey.safeParse("").success);
  t.notOk(idempotencyKey.safeParse("k".repeat(129)).success);
});
