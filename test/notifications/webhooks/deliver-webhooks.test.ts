import t from "tap";
import { beginAttempt } from "../../../src/notifications/webhooks/begin-attempt.ts";
import { claimWebhooks } from "../../../src/notifications/webhooks/claim-webhooks.ts";
import { tablesWith } from "../../support/canary.ts";
import { eventually } from "../../support/eventually.ts";
import { openWebhookDesk, webhookOperations } from "../../support/webhook-desk.ts";

const minute = 60_000;

t.test("what happens is sent once, signed, to every webhook that asked for its kind", async (t) => {
  const { atelier, receiver, hook, happens, deliver, look } = await openWebhookDesk(t);
  const one = await hook("/one");
  const two = await hook("/two", { kinds: ["IMAGE_READY"] });
  await happens("POST_FAILED");
  t.equal(await deliver(), 1);
  t.equal(await deliver(), 0, "once");
  const [message, ...none] = receiver.messages();
  t.same(none, []);
  t.match(message, { path: "/one", body: { type: "post.failed", data: { postId: String, workspaceId: String } } });
  t.ok(receiver.isSigned(message, one.secret));
  t.notOk(receiver.isSigned(message, two.secret));
  t.equal(message?.timestamp, Math.floor(atelier.clock.now().getTime() / 1_000));
  const { deliveries } = await look(one.id);
  t.match(deliveries.nodes, [
    {
      ...{ kind: "POST_FAILED", status: "DELIVERED", messageId: message?.id, body: message?.text },
      subjectId: message?.body.data.postId,
      attempts: [{ number: 1, httpStatus: 200, answer: "taken", failure: null }],
    },
  ]);
  t.same((await look(two.id)).deliveries.nodes, []);
});

t.test("several couriers send everything once, in order", async (t) => {
  const { receiver, hook, happens, deliver } = await openWebhookDesk(t);
  await hook("/one");
  await hook("/two");
  for (let n = 0; n < 6; n += 1) await happens();
  const tries = await Promise.all([deliver(), deliver(), deliver()]);
  t.equal(
    tries.reduce((sum, count) => sum + count, 0),
    12,
  );
  const [one, two] = ["/one", "/two"].map((path) => receiver.messages(path).map(({ id }) => id));
  t.equal(new Set(one).size, 6);
  t.same(one, two, "both hear the same, in the same order");
});

t.test(
  "what fails is tried again, later and later, and then given up: the webhook is paused and its owners are told",
  async (t) => {
    const { atelier, receiver, hook, happens, deliver, look } = await openWebhookDesk(t);
    const { id, secret } = await hook("/one");
    receiver.answers("/one", ...Array.from({ length: 8 }, () => ({ status: 500, body: "broken" })));
    await happens();
    const pauses: number[] = [];
    for (let n = 1; n <= 8; n += 1) {
      t.equal(await deliver(), 1, `try ${n}`);
      t.equal(await deliver(), 0, "not before its time");
      const { dueAt, status } = (await look(id)).deliveries.nodes[0];
      t.equal(status, n === 8 ? "FAILED" : "PENDING");
      if (n === 8) break;
      const pause = new Date(dueAt).getTime() - atelier.clock.now().getTime();
      pauses.push(Math.round(pause / minute));
      atelier.clock.advance(pause);
    }
    for (const [index, planned] of [1, 5, 20, 60, 180, 480, 1_440].entries()) {
      const pause = pauses[index] ?? 0;
      t.ok(pause >= planned * 0.89 && pause <= planned * 1.11, `${pause} minutes after try ${index + 1}`);
    }
    const messages = receiver.messages();
    t.equal(new Set(messages.map((message) => message.id)).size, 1, "one message");
    t.equal(new Set(messages.map(({ text }) => text)).size, 1, "with one body");
    t.equal(new Set(messages.map(({ timestamp }) => timestamp)).size, 8, "signed anew each time");
    t.ok(messages.every((message) => receiver.isSigned(message, secret)));
    const hooked = await look(id);
    t.match(hooked, { state: "PAUSED", stateReason: /failed 8 times.*answered 500/, failures: 8 });
    t.match(hooked.deliveries.nodes[0].attempts.at(-1), {
      number: 8,
      httpStatus: 500,
      answer: "broken",
      failure: /500/,
    });
    await happens();
    t.equal(await deliver(), 0, "nothing is sent while it is paused");
    const ada = await atelier.signIn({ ...atelier.nobody, email: "ada@example.org" });
    const { data } = await ada.request(
      "{ notifications(filter: { kinds: [WEBHOOK_PAUSED] }) { nodes { title subjectIds } } }",
    );
    t.match(data.notifications.nodes, [{ title: /\/one.* is paused/, subjectIds: [id] }]);
    t.match(await ada.mutate(webhookOperations.update, { webhookId: id, active: true }), {
      webhook: { state: "ACTIVE", stateReason: null, failures: 0 },
    });
    t.equal(await deliver(), 1, "what waited is sent once it is active");
    t.equal((await look(id)).deliveries.nodes[0].status, "DELIVERED");
  },
);

t.test("a receiver is given the time it asks for, and 410 ends it", async (t) => {
  const { atelier, receiver, hook, happens, deliver, look } = await openWebhookDesk(t);
  const { id } = await hook("/one");
  receiver.answers(
    "/one",
    { status: 503, body: "later", headers: { "retry-after": "7200" } },
    { status: 410, body: "gone" },
  );
  await happens();
  await deliver();
  atelier.clock.advance(100 * minute);
  t.equal(await deliver(), 0);
  atelier.clock.advance(20 * minute);
  t.equal(await deliver(), 1);
  t.match(await look(id), { state: "DISABLED", stateReason: /410/, deliveries: { nodes: [{ status: "FAILED" }] } });
  await happens();
  t.equal((await look(id)).deliveries.nodes.length, 1, "what happens is not kept for it");
});

t.test("a redirect, a broken connection and an address that may not be reached are failures that say so", async (t) => {
  const { receiver, hook, happens, deliver, look } = await openWebhookDesk(t);
  const [moved, cut] = [await hook("/moved"), await hook("/cut")];
  const inside = await hook("/", { url: "http://192.168.0.1/hooks" });
  receiver.answers("/moved", { status: 307, body: "", headers: { location: `${receiver.url}/elsewhere` } });
  receiver.answers("/cut", "cut");
  await happens();
  await deliver();
  t.same(receiver.messages("/elsewhere"), []);
  const failure = async ({ id }: { id: string }) => (await look(id)).deliveries.nodes[0].attempts[0];
  t.match(await failure(moved), { httpStatus: 307, failure: /redirect, which is not followed/ });
  t.match(await failure(cut), { httpStatus: null, answer: null, failure: /connection.*failed/ });
  t.match(await failure(inside), { httpStatus: null, failure: /not allowed to connect/ });
});

t.test("a receiver that hangs holds up nobody else, and a stop gives its message back", async (t) => {
  const { receiver, hook, happens, deliver, look } = await openWebhookDesk(t);
  const [slow, quick] = [await hook("/slow"), await hook("/quick")];
  receiver.answers("/slow", "hang");
  const stopping = new AbortController();
  await happens();
  const arrived = receiver.arrival(/\/slow/);
  const running = deliver(stopping.signal);
  await arrived;
  for (let n = 0; n < 2; n += 1) await happens();
  await eventually("three messages", () => receiver.messages("/quick").length === 3);
  t.equal(receiver.messages("/slow").length, 1);
  stopping.abort();
  await running;
  const [first] = (await look(slow.id)).deliveries.nodes.toReversed();
  t.match(first, { status: "PENDING", attempts: [{ failure: /sent again/ }] });
  t.equal((await look(slow.id)).failures, 0);
  await deliver();
  t.equal(
    (await look(slow.id)).deliveries.nodes.every(({ status }: { status: string }) => status === "DELIVERED"),
    true,
  );
  t.equal((await look(quick.id)).deliveries.nodes.length, 3);
});

t.test("a message whose sender died is sent again when the claim has run out", async (t) => {
  const { atelier, receiver, hook, happens, deliver, look } = await openWebhookDesk(t);
  const { id } = await hook("/one");
  await happens();
  const [claim] = await claimWebhooks(atelier.services, 1);
  if (claim === undefined) throw new Error("Nothing was claimed.");
  await beginAttempt(atelier.services, claim);
  t.equal(await deliver(), 0, "it is claimed");
  atelier.clock.advance(2 * minute);
  t.equal(await deliver(), 1);
  t.match((await look(id)).deliveries.nodes, [
    { status: "DELIVERED", attempts: [{ failure: /died/ }, { number: 2, httpStatus: 200 }] },
  ]);
  t.equal(receiver.messages().length, 1);
});

t.test("a secret stands in no table, readable, and in no answer but the first", async (t) => {
  const { atelier, hook, happens, deliver, ada } = await openWebhookDesk(t);
  const { id, secret } = await hook("/one");
  const rotated = await ada.mutate(webhookOperations.rotate, { webhookId: id });
  await happens();
  await deliver();
  for (const text of [secret, rotated.secret]) t.same(await tablesWith(atelier, text.slice(6)), []);
});
