import t from "tap";
import { claimIntake } from "../../../src/images/intake/claim-intake.ts";
import { sweepIntake } from "../../../src/images/intake/sweep-intake.ts";
import { leaseDuration } from "../../../src/infra/lease.ts";
import { serve } from "../../support/outbound.ts";
import { openPictureDesk, png } from "../../support/picture-desk.ts";
import { rowIdOf } from "../../support/studio.ts";

const cancel = `mutation ($input: CancelGenerationInput!) { cancelGeneration(input: $input) { ... on Error { code message }
  ... on CancelGenerationSuccess { results { outcome message } images { status phase failure { class } } } } }`;

t.test("an import that is being fetched is stopped, and leaves nothing", async (t) => {
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  const { promise: hungUp, resolve: hangUp } = Promise.withResolvers<void>();
  const web = await serve(t, (_request, response) => {
    response.on("close", hangUp);
    ask();
  });
  const { atelier, ada, bring, look, keys } = await openPictureDesk(t);
  const { image } = await bring(`${web}/slow.png`);
  const working = atelier.drain();
  await asked;
  t.match(await ada.mutate(cancel, { imageIds: [image.id] }), {
    results: [{ outcome: "STOPPING" }],
    images: [{ status: "GENERATING", phase: "Stopping" }],
  });
  await working;
  await hungUp;
  t.match(await look(image.id), { status: "CANCELLED", failure: null });
  t.same(await keys(), []);
});

t.test("an upload that waits is cancelled at once", async (t) => {
  const { atelier, ada, upload, look } = await openPictureDesk(t);
  const { result } = await upload([{ name: "kite.png", bytes: await png(40) }]);
  const [{ id }] = result.images;
  t.match(await ada.mutate(cancel, { imageIds: [id] }), { results: [{ outcome: "CANCELLED" }] });
  await atelier.drain();
  t.match(await look(id), { status: "CANCELLED", failure: null, url: null });
});

t.test("an upload whose worker died after it was told to stop is not taken in by the next one", async (t) => {
  const { atelier, ada, upload, look, row } = await openPictureDesk(t);
  const { result } = await upload([{ name: "kite.png", bytes: await png(40) }]);
  const [{ id }] = result.images;
  await claimIntake(atelier.services, rowIdOf(id));
  t.match(await ada.mutate(cancel, { imageIds: [id] }), { results: [{ outcome: "STOPPING" }] });
  await atelier.drain();
  t.match(await look(id), { status: "GENERATING" }, "its lease is alive");
  atelier.clock.advance(leaseDuration + 1);
  await sweepIntake(atelier.services);
  await atelier.drain();
  t.match(await look(id), { status: "CANCELLED", failure: null, url: null });
  t.match(await row(id), { fence: 1, leaseUntil: null }, "it is not begun again");
});
