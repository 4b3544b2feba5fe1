/** What a person decides about one target: trying again, saying how an unclear send ended, a second post. */
import t from "tap";
import { openDesk, type PublishingDesk } from "../support/publishing-desk.ts";
import { operations } from "../support/studio.ts";

const targetIdOf = ({ targetId }: PublishingDesk) => Buffer.from(`PostTarget:${targetId}`).toString("base64url");

async function unclear(t: Parameters<typeof openDesk>[0]) {
  const desk = await openDesk(t, { capability: "none" });
  desk.platform.publish = () => Promise.resolve({ kind: "ambiguous", message: "The connection broke." });
  await desk.publishNow();
  await desk.drain();
  desk.platform.publish = ({ key }) =>
    Promise.resolve({ kind: "published", externalId: key, permalink: "https://example.org/1" });
  return { desk, input: { targetId: targetIdOf(desk) } };
}

t.test("what failed is tried again at once, under the same key", async (t) => {
  const desk = await openDesk(t);
  desk.platform.publish = () => Promise.resolve({ kind: "refused", code: "NO", message: "No." });
  await desk.publishNow();
  await desk.drain();
  desk.platform.publish = ({ key }) => Promise.resolve({ kind: "published", externalId: key, permalink: null });
  const input = { targetId: targetIdOf(desk), idempotencyKey: "again" };
  const answer = await desk.ada.mutate(operations.retry, input);
  t.match(answer, {
    __typename: "RetryTargetSuccess",
    target: { status: "SCHEDULED", failure: null, attempts: [{ number: 1, state: "REFUSED", code: "NO" }] },
  });
  await desk.drain();
  t.match(await desk.post(), { status: "PUBLISHED" });
  t.equal(new Set(desk.platform.arrived.map(({ key }) => key)).size, 1);
  t.match(
    await desk.ada.mutate(operations.retry, input),
    { target: { status: "PUBLISHED" } },
    "the first answer again",
  );
  t.match(await desk.ada.mutate(operations.retry, { targetId: input.targetId }), {
    __typename: "ConflictError",
    message: /It is out.*republishTarget/,
  });
  await desk.drain();
  t.equal(desk.platform.arrived.length, 2, "and nothing is sent for them");
});

t.test("what may be out is not tried again before somebody looked", async (t) => {
  const { desk, input } = await unclear(t);
  t.match(await desk.ada.mutate(operations.retry, input), {
    __typename: "ConflictError",
    message: /may be out.*resolveUnknownTarget/,
  });
  t.match(await desk.ada.mutate(operations.republish, { ...input, confirmSecondPost: true }), {
    __typename: "ConflictError",
  });
  t.match(await desk.ada.mutate(operations.resolve, { ...input, outcome: "NOT_PUBLISHED" }), {
    target: {
      status: "FAILED",
      failure: { code: "NOT_PUBLISHED", retryable: true },
      attempts: [{ state: "RECONCILED_ABSENT", resolvedBy: { displayName: "Ada" } }],
    },
  });
  t.match(await desk.ada.mutate(operations.retry, input), { __typename: "RetryTargetSuccess" });
  await desk.drain();
  t.match(await desk.post(), { status: "PUBLISHED" });
  t.equal(desk.platform.arrived.length, 2);
});

t.test("somebody who found it pastes its link", async (t) => {
  const { desk, input } = await unclear(t);
  const { services } = desk.atelier;
  await services.db.socialAccount.updateMany({ data: { url: "https://www.example.org/@ada" } });
  const found = (url?: string) =>
    desk.ada.mutate(operations.resolve, { ...input, outcome: "PUBLISHED", ...(url !== undefined && { url }) });
  const refusals: [string | undefined, string][] = [
    [undefined, "REQUIRED"],
    ["https://example.com/1", "OTHER_SITE"],
    ["https://example.org.evil.test/1", "OTHER_SITE"],
    ["https://evilexample.org/1", "OTHER_SITE"],
  ];
  for (const [url, code] of refusals) {
    t.match(await found(url), { __typename: "ValidationError", issues: [{ path: ["url"], code }] }, url ?? "none");
  }
  t.match(await found("javascript:alert(1)"), { __typename: "ValidationError" });
  t.match(await found("https://example.org/@ada/1"), {
    target: {
      status: "PUBLISHED",
      permalink: "https://example.org/@ada/1",
      failure: null,
      attempts: [{ state: "RECONCILED_PRESENT", evidence: [{ what: "Sent." }, {}, { what: /Somebody.*ada\/1/ }] }],
    },
  });
  t.match(await found("https://example.org/@ada/1"), { __typename: "ConflictError", message: /not UNKNOWN/ });
  t.equal(desk.platform.arrived.length, 1);
});

t.test("a second post takes a clear word, and a key of its own", async (t) => {
  const desk = await openDesk(t);
  await desk.publishNow();
  await desk.drain();
  const input = { targetId: targetIdOf(desk) };
  t.match(await desk.publishNow(), { __typename: "ConflictError" }, "scheduling never makes one");
  t.match(await desk.ada.mutate(operations.republish, { ...input, confirmSecondPost: false }), {
    __typename: "ValidationError",
    issues: [{ path: ["confirmSecondPost"] }],
  });
  const wish = { ...input, confirmSecondPost: true, idempotencyKey: "twice" };
  t.match(await desk.ada.mutate(operations.republish, wish), { target: { status: "SCHEDULED", permalink: null } });
  await desk.drain();
  t.match(await desk.ada.mutate(operations.republish, wish), { target: { status: "PUBLISHED" } });
  await desk.drain();
  t.equal(desk.platform.arrived.length, 2);
  t.equal(new Set(desk.platform.arrived.map(({ key }) => key)).size, 2);
  const attempts = await desk.attempts();
  t.same(
    attempts.map(({ externalId }) => externalId),
    desk.platform.arrived.map(({ key }) => key),
    "the attempts remember both",
  );
});

t.test("strangers see no target, and two attempts of many posts cost no statement each", async (t) => {
  const desk = await openDesk(t);
  const eve = await desk.atelier.signUp("Eve");
  const input = { targetId: targetIdOf(desk) };
  for (const [operation, more] of [
    [operations.retry, {}],
    [operations.resolve, { outcome: "NOT_PUBLISHED" }],
    [operations.republish, { confirmSecondPost: true }],
  ] as const) {
    t.match(await eve.mutate(operation, { ...input, ...more }), { __typename: "NotFoundError" });
  }
  const { atelier, ada } = desk;
  atelier.statements.clear();
  await ada.request("{ posts(first: 50) { nodes { targets { attempts { number evidence { what } } } } } }");
  const few = atelier.statements.all().length;
  const target = await atelier.services.db.postTarget.findFirstOrThrow();
  const { workspaceId, socialAccountId } = target;
  for (let index = 0; index < 20; index += 1) {
    await atelier.services.db.post.create({
      data: {
        ...{ workspaceId, caption: `${index}` },
        targets: {
          create: {
            ...{ workspaceId, socialAccountId, position: 0 },
            attempts: { create: { number: 1, fence: 1, contentHash: "x", state: "REFUSED" } },
          },
        },
      },
    });
  }
  atelier.statements.clear();
  await ada.request("{ posts(first: 50) { nodes { targets { attempts { number evidence { what } } } } } }");
  t.equal(atelier.statements.all().length, few);
});
