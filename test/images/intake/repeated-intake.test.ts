import t from "tap";
import { openPictureDesk, png } from "../../support/picture-desk.ts";

t.test("an upload that is repeated with its key", async (t) => {
  const { atelier, upload, keys } = await openPictureDesk(t);
  const [kite, boat] = [await png(16), await png(24)];
  const idempotencyKey = "upload-1";
  const files = [
    { name: "kite.png", bytes: kite },
    { name: "boat.png", bytes: boat },
  ];
  const images = () => atelier.services.db.image.count();

  t.test("answers the first one's images, and leaves no second file", async (t) => {
    const first = (await upload(files, { idempotencyKey, tags: ["Kites"] })).result;
    t.equal(first.__typename, "UploadImagesSuccess");
    const waiting = await keys("staged/");
    const again = (await upload(files, { idempotencyKey, tags: ["Kites"] })).result;
    t.same(again, first);
    t.same(await keys("staged/"), waiting, "what it brought is taken back");
    t.equal(await images(), 2);
    await atelier.drain();
    const late = (await upload(files, { idempotencyKey, tags: ["Kites"] })).result;
    t.equal(late.batchId, first.batchId);
    t.match(late.images, [{ status: "GENERATED" }, { status: "GENERATED" }], "as they are by now");
    t.same(await keys("staged/"), []);
    const renamed = files.map(({ bytes }, index) => ({ bytes, name: `copy ${index}.png` }));
    t.equal((await upload(renamed, { idempotencyKey, tags: ["Kites"] })).result.batchId, first.batchId, "same content");
  });

  t.test("is refused when the content, its order or the tags differ", async (t) => {
    const before = [await images(), await keys()];
    const others: [readonly { name: string; bytes: Uint8Array }[], object][] = [
      [files.toReversed(), { tags: ["Kites"] }],
      [files.slice(0, 1), { tags: ["Kites"] }],
      [[{ name: "kite.png", bytes: await png(17) }, ...files.slice(1)], { tags: ["Kites"] }],
      [files, { tags: ["Bay"] }],
    ];
    for (const [sent, input] of others) {
      const { result } = await upload(sent, { idempotencyKey, ...input });
      t.match(result, { __typename: "IdempotencyKeyReusedError", code: "IDEMPOTENCY_KEY_REUSED" });
    }
    t.same([await images(), await keys()], before, "and nothing stays");
  });

  t.test("makes one set of pictures even when both arrive at once", async (t) => {
    const before = await images();
    const answers = await Promise.all([1, 2, 3].map(() => upload(files, { idempotencyKey: "upload-2" })));
    const batches = new Set(answers.map(({ result }) => result.batchId));
    t.equal(batches.size, 1);
    t.equal(await images(), before + 2);
    t.equal((await keys("staged/")).length, 2);
    await atelier.drain();
    t.same(await keys("staged/"), []);
  });

  t.test("is somebody's own: the same key of another person makes other pictures", async (t) => {
    const bob = await atelier.signUp("Bob");
    const before = await images();
    const { result } = await upload(files, { idempotencyKey, tags: ["Kites"] }, bob);
    t.equal(result.__typename, "UploadImagesSuccess");
    t.equal(await images(), before + 2);
    t.match((await upload(files, { idempotencyKey: "" })).result, { issues: [{ path: ["idempotencyKey"] }] });
  });
});

t.test("an import that is repeated with its key is one picture", async (t) => {
  const { atelier, bring } = await openPictureDesk(t);
  const request = { idempotencyKey: "import-1", tags: ["Bay"] };
  const first = await bring("http://127.0.0.1:9/kite.png", request);
  t.equal(first.__typename, "ImportImageSuccess");
  t.same(await bring(" http://127.0.0.1:9/kite.png#top", request), first, "the address is the same once it is read");
  t.match(await bring("http://127.0.0.1:9/boat.png", request), { code: "IDEMPOTENCY_KEY_REUSED" });
  t.match(await bring("http://127.0.0.1:9/kite.png", { ...request, tags: [] }), { code: "IDEMPOTENCY_KEY_REUSED" });
  t.equal(await atelier.services.db.image.count(), 1);
  t.not((await bring("http://127.0.0.1:9/kite.png")).image.id, first.image.id, "without a key it is another one");
});
