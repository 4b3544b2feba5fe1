import t from "tap";
import { forgetDerivatives } from "../../../src/images/derivatives/forget-derivatives.ts";
import { makeDerivative } from "../../../src/images/derivatives/make-derivative.ts";
import { openAtelier } from "../../support/atelier.ts";
import { standInProvider } from "../../support/stand-ins.ts";
import * as studio from "../../support/studio.ts";

const previews = `{ posts(first: 3) { nodes { targets { preview { text link images { url mimeType width height altText isMadeOver } } } } } }`;

async function open(t: Parameters<typeof openAtelier>[0]) {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const ada = await atelier.signUp("Ada");
  const imageIds = await studio.approvedImages(atelier, ada, 2);
  const accounts = [await studio.connectGallery(ada, "one"), await studio.connectGallery(ada, "two")];
  return { atelier, ada, imageIds, accounts };
}

t.test("a preview shows what each target sends, for a page of posts in one statement", async (t) => {
  const { atelier, ada, imageIds, accounts } = await open(t);
  const images = imageIds.map((imageId) => ({ imageId, altText: "A light." }));
  const targets = [{ socialAccountId: accounts[0] }, { socialAccountId: accounts[1], caption: "Another text." }];
  for (let n = 0; n < 3; n += 1) await ada.mutate(studio.operations.create, { caption: `Post ${n}`, images, targets });
  atelier.statements.clear();
  const { data } = await ada.request(previews);
  t.equal(atelier.statements.all().length, 1, atelier.statements.all().join("\n"));
  const [first, second] = data.posts.nodes[0].targets;
  t.match(first.preview, { text: "Post 2", link: /\/showcase\/one$/ });
  t.equal(second.preview.text, "Another text.");
  t.match(first.preview.images[1], {
    mimeType: "image/png",
    width: 64,
    height: 64,
    altText: "A light.",
    isMadeOver: false,
  });
  const { pathname, search } = new URL(first.preview.images[0].url);
  t.equal((await atelier.app.inject({ url: `${pathname}${search}` })).statusCode, 200);
});

t.test(
  "a picture is made over once, is served by its own address, and is forgotten when nothing needs it",
  async (t) => {
    const { atelier, imageIds } = await open(t);
    const { services, clock } = atelier;
    const row = await services.db.image.findUniqueOrThrow({ where: { id: studio.rowIdOf(imageIds[0] ?? "") } });
    const original = { ...row, sha256: row.sha256 ?? "", extension: row.extension ?? "", width: 64, height: 64 };
    const spec = { mime: "image/jpeg", crop: null, width: 32, height: 32, canvas: null, maxBytes: 10_000 } as const;
    const made = await makeDerivative(services, original, spec);
    t.match(made, { mime: "image/jpeg", width: 32, height: 32 });
    t.equal((await makeDerivative(services, original, spec)).id, made.id);
    const other = await makeDerivative(services, original, { ...spec, width: 16, height: 16 });
    t.not(other.id, made.id);

    await services.storage.delete(`derivatives/${made.hash.slice(0, 2)}/${made.hash}.jpg`);
    const again = await makeDerivative(services, original, spec);
    t.equal(again.id, made.id, "a lost file is made again");
    t.equal(again.hash, made.hash);

    t.equal(await forgetDerivatives(services), 0, "what was needed lately stays");
    clock.advance(13 * 86_400_000);
    await makeDerivative(services, original, spec);
    clock.advance(2 * 86_400_000);
    t.equal(await forgetDerivatives(services), 1);
    t.same(await services.db.derivative.findMany({ select: { id: true } }), [{ id: made.id }]);
  },
);
