import t from "tap";
import { joinWorkspace, personalWorkspace } from "../../support/atelier.ts";
import { rowOf } from "../../support/people.ts";
import { openWebhookDesk, webhookOperations } from "../../support/webhook-desk.ts";

const { create, update, test } = webhookOperations;
const document = "{ webhookEvent { type kind at post { id caption } image { id prompt } workspace { id name } } }";
const good = { name: "Site", url: "https://example.org/hooks", kinds: ["POST_FAILED"] };

t.test("the receiver chooses what it is told", async (t) => {
  const { receiver, ada, hook, happens, deliver, look } = await openWebhookDesk(t);
  const { id, secret } = await hook("/one", { document });
  await happens("POST_FAILED");
  await happens("IMAGE_READY");
  await ada.mutate(test, { webhookId: id });
  t.equal(await deliver(), 3);
  const messages = receiver.messages();
  const workspace = { id: await personalWorkspace(ada), name: String };
  const posts = {
    type: "post.failed",
    kind: "POST_FAILED",
    post: { id: String, caption: "A boat." },
    image: null,
    workspace,
  };
  t.match(
    messages.map(({ body }) => body),
    [
      { type: "post.failed", timestamp: String, data: posts },
      { type: "image.ready", data: { post: null, image: { prompt: "a kite" } } },
      { type: "webhook.test", data: { type: "webhook.test", kind: null, post: null, image: null } },
    ],
  );
  t.ok(messages.every((message) => receiver.isSigned(message, secret)));
  t.equal((await look(id)).deliveries.nodes.at(-1).body, messages[0]?.text, "the log has what was sent");
});

t.test("a document that asks for too much, or for something else, is refused when it is saved", async (t) => {
  const { atelier, ada } = await openWebhookDesk(t);
  const issue = async (text: string) => (await ada.mutate(create, { ...good, document: text })).issues?.[0];
  const wrong = { path: ["document"], code: "INVALID_DOCUMENT" };
  t.match(await issue("{ webhookEvent {"), { ...wrong, message: /Syntax Error/ });
  t.match(await issue("{ webhookEvent { colour } }"), { ...wrong, message: /colour/ });
  t.match(await issue("{ me { id } }"), { ...wrong, message: /alone/ });
  t.match(await issue("{ webhookEvent { type } me { id } }"), { ...wrong, message: /alone/ });
  t.match(await issue("query ($a: Boolean!) { webhookEvent { type @include(if: $a) } }"), {
    ...wrong,
    message: /variables/,
  });
  t.match(await issue("fragment F on Query { me { id } } { ...F }"), { ...wrong, message: /alone/ });
  t.match(await issue("subscription { notificationReceived { kind } }"), { ...wrong, message: /alone/ });
  t.match(await issue("{ __schema { types { name } } }"), wrong);
  const costly =
    "{ webhookEvent { workspace { members(first: 100) { nodes { workspace { members(first: 20) { nodes { id } } } } } } } }";
  t.match(await issue(costly), { ...wrong, message: /too large \(cost/ });
  t.equal(await atelier.services.db.webhook.count(), 0);
  t.match(await ada.mutate(create, { ...good, document }), { webhook: { document } });
});

t.test("what its owner may not read with a script of this workspace is missing, and says so", async (t) => {
  const { receiver, hook, happens, deliver } = await openWebhookDesk(t);
  await hook("/one", { document: "{ webhookEvent { type workspace { id invitations { totalCount } } } }" });
  await happens();
  await deliver();
  const [message] = receiver.messages();
  t.match(message?.body.data, { type: "post.failed", workspace: { invitations: null } });
  t.match(message?.body.data.errors, [{ path: ["webhookEvent", "workspace", "invitations"], message: /scope/ }]);
  t.match(
    await (await openWebhookDesk(t)).ada.request("{ webhookEvent { type } }"),
    { data: { webhookEvent: null } },
    "outside of a document there is none",
  );
});

t.test(
  "when whoever gave it its document no longer manages the webhook, it is paused, says why, and nothing is sent",
  async (t) => {
    const { atelier, receiver, ada, hook, happens, deliver, look } = await openWebhookDesk(t);
    const bob = await atelier.signUp("Bob");
    await joinWorkspace(atelier, bob, ada, "OWNER");
    const { id } = await hook("/one");
    const workspaceId = await personalWorkspace(ada);
    t.match(await bob.mutate(update, { webhookId: id, document }), { webhook: { document } });
    await happens();
    t.equal(await deliver(), 1);
    await atelier.services.db.member.updateMany({
      where: { userId: rowOf(bob), workspace: { personalOf: rowOf(ada) } },
      data: { role: "EDITOR" },
    });
    await happens();
    t.equal(await deliver(), 1);
    t.equal(receiver.messages().length, 1);
    const paused = await look(id);
    t.match(paused, { state: "PAUSED", stateReason: /no longer manages it: Your role in this workspace is EDITOR/ });
    t.match(paused.deliveries.nodes[0], {
      status: "PENDING",
      attempts: [{ httpStatus: null, failure: /no longer manages/ }],
    });
    t.match(await ada.mutate(update, { webhookId: id, document, active: true }), { webhook: { state: "ACTIVE" } });
    await deliver();
    t.match(receiver.messages()[1]?.body, { data: { workspace: { id: workspaceId } } }, "the message waited");
  },
);

t.test("a document that a newer schema no longer takes is told, not sent", async (t) => {
  const { atelier, receiver, hook, happens, deliver, look } = await openWebhookDesk(t);
  const { id } = await hook("/one", { document });
  await atelier.services.db.webhook.updateMany({ data: { document: "{ webhookEvent { formerly } }" } });
  await happens();
  await deliver();
  t.same(receiver.messages(), []);
  t.match(await look(id), { state: "PAUSED", stateReason: /no longer valid.*formerly/ });
});
