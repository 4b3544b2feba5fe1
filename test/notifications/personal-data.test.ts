import t from "tap";
import { eraseTraces } from "../../src/auth/erasure/erase-traces.ts";
import { archiveOf } from "../../src/auth/export/archive-of.ts";
import { joinWorkspace } from "../support/atelier.ts";
import { rowOf } from "../support/people.ts";
import * as studio from "../support/studio.ts";
import { tell } from "../support/told.ts";
import { openWebhookDesk, webhookOperations } from "../support/webhook-desk.ts";

t.test("an archive has what somebody was told and the webhooks they made, and no secret", async (t) => {
  const { atelier, ada, hook } = await openWebhookDesk(t);
  const { secret } = await hook("/one");
  await tell(atelier, ada, { kind: "POST_FAILED" });
  await tell(atelier, await atelier.signUp("Bob"), { kind: "POST_MISSED" });
  const files = new Map<string, string>();
  for await (const { path, content } of archiveOf(atelier.services, rowOf(ada), atelier.clock.now())) {
    const parts: string[] = [];
    for await (const part of content) parts.push(String(part));
    files.set(path, parts.join(""));
  }
  const read = (name: string) => JSON.parse(files.get(name) ?? "null");
  t.match(read("notifications.json"), [{ kind: "POST_FAILED" }]);
  t.equal(read("notifications.json").length, 1);
  t.match(read("webhooks.json"), [{ name: "/one" }]);
  t.match(read("notification-settings.json"), { settings: null, preferences: [] });
  const stored = await atelier.services.db.webhook.findFirstOrThrow();
  const whole = [...files.values()].join("\n");
  for (const text of [secret, secret.slice(6), stored.secret]) t.notOk(whole.includes(text));
});

t.test("who is erased is told nothing any more, and stands behind nothing that others were told", async (t) => {
  const { atelier, ada, hook } = await openWebhookDesk(t);
  const { db } = atelier.services;
  const bob = await atelier.signUp("Bob");
  await joinWorkspace(atelier, bob, ada, "OWNER");
  const { id } = await hook("/one");
  await bob.mutate(webhookOperations.update, { webhookId: id, document: "{ webhookEvent { type } }" });
  await tell(atelier, ada);
  await tell(atelier, bob);
  const imageId = await db.image.findFirstOrThrow({ where: { createdById: rowOf(ada) } });
  const input = { imageIds: [Buffer.from(`Image:${imageId.id}`).toString("base64url")], decision: "APPROVE" };
  await bob.mutate(studio.operations.review, input);
  const named = async () => [
    await db.notification.count({ where: { userId: rowOf(bob) } }),
    await db.notice.count({ where: { actorId: rowOf(bob) } }),
    await db.webhook.count({ where: { createdById: rowOf(bob) } }),
  ];
  t.same(await named(), [1, 1, 1]);
  await eraseTraces(atelier.services, rowOf(bob), new AbortController().signal);
  t.same(await named(), [0, 0, 0]);
  t.equal(await db.notification.count({ where: { userId: rowOf(ada) } }), 1);
  t.equal(await db.webhook.count(), 1);
});
