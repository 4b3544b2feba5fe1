import { randomBytes } from "node:crypto";
import t from "tap";
import { signingKeys } from "../../../src/notifications/webhooks/webhook-secret.ts";
import { resealSecrets } from "../../../src/reseal-secrets.ts";
import { rowIdOf } from "../../support/studio.ts";
import { openWebhookDesk, webhookOperations } from "../../support/webhook-desk.ts";

t.test("a webhook's secrets, both during a rotation, follow the newest key", async (t) => {
  const desk = await openWebhookDesk(t);
  const { services, clock } = desk.atelier;
  const { id, secret: first } = await desk.hook("/in");
  const { secret: second } = await desk.ada.mutate(webhookOperations.rotate, { webhookId: id });
  const fresh = { id: "fresh", secret: randomBytes(32) };
  const { resealed, unopenable } = await resealSecrets({ ...services, secretKeys: [fresh, ...services.secretKeys] });
  t.same([Object.values(resealed), unopenable], [[2], {}]);
  const stored = await services.db.webhook.findUniqueOrThrow({ where: { id: rowIdOf(id) } });
  t.same(
    signingKeys([fresh], stored, clock.now()).map((key) => `whsec_${key.toString("base64")}`),
    [second, first],
    "the old keys are no longer needed",
  );
});
