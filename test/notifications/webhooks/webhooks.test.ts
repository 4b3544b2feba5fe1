import t from "tap";
import { openAtelier, personalWorkspace } from "../../support/atelier.ts";
import { auditOf } from "../../support/people.ts";
import { missingId } from "../../support/studio.ts";
import { openWebhookDesk, webhookOperations } from "../../support/webhook-desk.ts";

const { create, update, remove, rotate, test, replay } = webhookOperations;
const day = 24 * 60 * 60_000;
const good = { name: "Site", url: "https://example.org/hooks", kinds: ["POST_PUBLISHED"] };

t.test("a webhook is made, changed and deleted, and each is on record", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  const made = await ada.mutate(create, { ...good, kinds: ["POST_PUBLISHED", "POST_PUBLISHED"] });
  t.match(made.webhook, { ...good, state: "ACTIVE", stateReason: null, failures: 0, version: 1, document: null });
  t.match(made.secret, /^whsec_[\w+/]{43}=$/);
  const webhookId = made.webhook.id;
  t.match(await ada.mutate(update, { webhookId, name: " Shop ", active: false, expectedVersion: 1 }), {
    webhook: {
      name: "Shop",
      url: good.url,
      kinds: good.kinds,
      state: "PAUSED",
      stateReason: "Somebody paused it.",
      version: 2,
    },
  });
  t.match(await ada.mutate(update, { webhookId, name: "Late", expectedVersion: 1 }), {
    ...{ __typename: "VersionConflictError", currentVersion: 2 },
  });
  t.match(await ada.mutate(remove, { webhookId }), { deletedWebhookId: webhookId });
  t.match(await ada.mutate(remove, { webhookId }), { __typename: "NotFoundError" });
  const actions = (await auditOf(atelier, ada))
    .map(({ action }) => action)
    .filter((action) => action.startsWith("WEBHOOK"));
  t.same(actions, ["WEBHOOK_CREATED", "WEBHOOK_CHANGED", "WEBHOOK_DELETED"]);
});

t.test("what is out of rule is told with its path, all of it, and nothing is written", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  const issues = async (input: object) => (await ada.mutate(create, { ...good, ...input })).issues;
  t.match(await issues({ name: " ", kinds: [], url: "nonsense" }), [
    { path: ["name"], code: "EMPTY" },
    { path: ["url"], code: "INVALID_URL" },
    { path: ["kinds"], code: "TOO_FEW" },
  ]);
  t.match(await issues({ url: "http://example.org/hooks" }), [{ path: ["url"], message: /https/ }]);
  t.match(await issues({ url: "https://ada:pw@example.org/" }), [{ path: ["url"], message: /user name/ }]);
  t.match(await issues({ url: `https://example.org/${"x".repeat(2_000)}` }), [{ path: ["url"], code: "TOO_LONG" }]);
  t.match(await issues({ kinds: ["INVITATION"] }), [{ path: ["kinds", "0"], message: /concerns people/ }]);
  t.match(await ada.mutate(update, { webhookId: "nonsense" }), {
    issues: [{ path: ["webhookId"], code: "INVALID_ID" }],
  });
  t.equal(await atelier.services.db.webhook.count(), 0);
});

t.test("a workspace has at most twenty, in one statement beside the membership", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  for (let n = 0; n < 20; n += 1) await ada.mutate(create, { ...good, name: `Hook ${n}` });
  t.match(await ada.mutate(create, good), { __typename: "ConflictError", message: /has 20/ });
  atelier.statements.clear();
  const list = "{ webhooks(first: 20) { nodes { id deliveries(first: 2) { nodes { id } } } } }";
  t.equal((await ada.request(list.replace(/ deliveries.*?\} \}/, ""))).data.webhooks.nodes.length, 20);
  t.equal(atelier.statements.all().length, 2);
});

t.test("for a day after a rotation both secrets sign, then the new one alone", async (t) => {
  const { atelier, receiver, ada, hook, happens, deliver } = await openWebhookDesk(t);
  const { id: webhookId, secret: first } = await hook("/one");
  const { secret: second, webhook } = await ada.mutate(rotate, { webhookId });
  t.equal(webhook.previousSecretUntil, new Date(atelier.clock.now().getTime() + day).toISOString());
  await happens();
  await deliver();
  const [both] = receiver.messages();
  t.same(
    [first, second].map((secret) => receiver.isSigned(both, secret)),
    [true, true],
  );
  atelier.clock.advance(day);
  await happens();
  await deliver();
  const after = receiver.messages()[1];
  t.same(
    [first, second].map((secret) => receiver.isSigned(after, secret)),
    [false, true],
  );
});

t.test("a test is sent once, also to a paused webhook, and says nothing about it", async (t) => {
  const { atelier, receiver, ada, hook, happens, deliver, look } = await openWebhookDesk(t);
  const { id: webhookId } = await hook("/one");
  await ada.mutate(update, { webhookId, active: false });
  await happens();
  receiver.answers("/one", { status: 500, body: "" });
  const { delivery } = await ada.mutate(test, { webhookId });
  t.match(delivery, { kind: null, status: "PENDING" });
  t.match(await ada.mutate(test, { webhookId }), { __typename: "ConflictError", message: /on its way/ });
  t.equal(await deliver(), 1);
  t.match(receiver.messages(), [{ body: { type: "webhook.test", data: { webhookId } } }]);
  t.match(await look(webhookId), {
    state: "PAUSED",
    failures: 0,
    deliveries: { nodes: [{ kind: null, status: "FAILED" }, { status: "PENDING" }] },
  });
  await atelier.services.db.webhook.updateMany({ data: { state: "DISABLED" } });
  t.match(await ada.mutate(test, { webhookId }), { __typename: "ConflictError", message: /DISABLED/ });
});

t.test("a message is sent once more as it was, under the same id", async (t) => {
  const { atelier, receiver, ada, hook, happens, deliver, look } = await openWebhookDesk(t);
  const { id: webhookId } = await hook("/one");
  await happens();
  const deliveryId = async () => (await look(webhookId)).deliveries.nodes.at(-1).id;
  t.match(await ada.mutate(replay, { deliveryId: await deliveryId() }), {
    __typename: "ConflictError",
    message: /PENDING/,
  });
  await deliver();
  atelier.clock.advance(1_000);
  t.match(await ada.mutate(replay, { deliveryId: await deliveryId() }), { delivery: { status: "PENDING" } });
  t.equal(await deliver(), 1);
  const [first, again] = receiver.messages();
  t.equal(again?.id, first?.id);
  t.equal(again?.text, first?.text);
  await ada.mutate(update, { webhookId, active: false });
  t.match(await ada.mutate(replay, { deliveryId: await deliveryId() }), {
    __typename: "ConflictError",
    message: /PAUSED/,
  });
  t.match(await ada.mutate(replay, { deliveryId: missingId("WebhookDelivery") }), {
    message: /no such webhook delivery/,
  });
});

t.test("webhooks are the owners' business", async (t) => {
  const { atelier, ada, hook, happens, deliver, look } = await openWebhookDesk(t);
  const { id: webhookId } = await hook("/one");
  await happens();
  await deliver();
  const deliveryId = (await look(webhookId)).deliveries.nodes[0].id;
  const eve = await atelier.signUp("Eve");
  const verbs = [
    [update, { webhookId, name: "Mine" }],
    [remove, { webhookId }],
    [rotate, { webhookId }],
    [test, { webhookId }],
    [replay, { deliveryId }],
    [create, { ...good, workspaceId: await personalWorkspace(ada) }],
  ] as const;
  for (const [verb, input] of verbs) {
    t.match(await eve.mutate(verb, input), { __typename: "NotFoundError" });
    t.match((await atelier.nobody.request(verb, { input })).errors, [{ extensions: { code: "UNAUTHENTICATED" } }]);
    const script = await atelier.apiToken(ada, ["images:write"]);
    t.match(await script.mutate(verb, input), { __typename: "ForbiddenError", message: /workspace:admin/ });
  }
  t.equal(await atelier.services.db.webhookDelivery.count(), 1);
});
