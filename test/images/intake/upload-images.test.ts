import { Readable } from "node:stream";
import t from "tap";
import { claimIntake } from "../../../src/images/intake/claim-intake.ts";
import { forgetStagedFiles } from "../../../src/images/intake/forget-staged-files.ts";
import { stageFile } from "../../../src/images/intake/staged-files.ts";
import { sweepIntake } from "../../../src/images/intake/sweep-intake.ts";
import { sharp } from "../../../src/infra/sharp.ts";
import { joinWorkspace, next, personalWorkspace } from "../../support/atelier.ts";
import { openPictureDesk, png } from "../../support/picture-desk.ts";
import { leftovers } from "../../support/uploads.ts";

t.test("pictures of somebody's", async (t) => {
  const desk = await openPictureDesk(t);
  const { atelier, ada, upload, look, row, keys } = desk;

  t.test("are taken in by a worker, and watched on the way", async (t) => {
    await atelier.listen();
    const events = atelier
      .socket(ada)
      .iterate({ query: "subscription { imageChanged { kind image { status phase } } }" });
    const withPlace = await sharp(await png(90, 60))
      .withExif({ IFD0: { Artist: "Ada at home" } })
      .jpeg()
      .toBuffer();
    const first = next(events);
    const { result } = await upload([
      { name: "Kites_over the bay.PNG", bytes: await png(64, 48) },
      { name: "evening.jpg", bytes: withPlace },
    ]);
    t.match(result, { __typename: "UploadImagesSuccess", images: [{ status: "PENDING" }, { status: "PENDING" }] });
    t.equal((await keys("staged/")).length, 2, "the files wait for a worker");
    t.same(await keys("images/"), []);
    const seen = [await first, await next(events)];
    t.match(seen, [{ data: { imageChanged: { image: { status: "PENDING" } } } }, {}]);
    await atelier.drain();
    const told: string[] = [];
    while (told.filter((status) => status === "GENERATED").length < 2) {
      const { data } = (await next(events)) as { data: { imageChanged: { image: { status: string } } } };
      told.push(data.imageChanged.image.status);
    }
    await events.return?.();
    const [kites, evening] = await Promise.all(result.images.map(({ id }: { id: string }) => look(id)));
    t.match(kites, {
      ...{ status: "GENERATED", width: 64, height: 48, mime: "image/png", progress: 1 },
      ...{ provider: null, prompt: "", provenance: null, sourceUrl: null, failure: null },
    });
    t.match(evening, { status: "GENERATED", width: 90, height: 60, mime: "image/jpeg" });
    const stored = await atelier.app.inject(new URL(evening.url).pathname + new URL(evening.url).search);
    t.equal((await sharp(stored.rawPayload).metadata()).exif, undefined, "what the file said about home is gone");
    t.match(await row(kites.id), {
      title: "Kites over the bay",
      origin: "UPLOADED",
      leaseUntil: null,
      phase: null,
      batchId: result.batchId,
    });
    t.same(await keys("staged/"), [], "and so are the files as they came");
    t.same(await leftovers(), []);
  });

  t.test("get tags, which are made where there are none", async (t) => {
    const first = (await upload([{ name: "a.png", bytes: await png(8) }], { tags: ["Kites", "kites", "Bay"] })).result;
    const second = (await upload([{ name: "b.png", bytes: await png(9) }], { tags: ["KITES"] })).result;
    const [a, b] = [await row(first.images[0].id), await row(second.images[0].id)];
    t.same(a.tags.map(({ tag }) => tag.name).toSorted(), ["Bay", "Kites"]);
    t.same(
      b.tags.map(({ tag }) => tag.name),
      ["Kites"],
      "the one that is there",
    );
    t.same([a.tagNames, b.tagNames], ["Bay Kites", "Kites"], "and the search finds them by it");
  });

  t.test("are refused at once when they plainly are none, all of them or none", async (t) => {
    const before = [await keys(), await atelier.services.db.image.count(), await atelier.services.db.tag.count()];
    const { result } = await upload(
      [
        { name: "a.png", bytes: await png(8) },
        { name: "b.png", bytes: Buffer.from("<!doctype html><p>hello") },
        { name: "c.png", bytes: Buffer.alloc(0) },
        { name: "d.png", bytes: Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>") },
      ],
      { tags: ["Never"] },
    );
    t.match(result, {
      __typename: "ValidationError",
      issues: [
        { path: ["files", "1"], code: "NOT_AN_IMAGE", message: /This is a web page/ },
        { path: ["files", "2"], code: "EMPTY" },
        { path: ["files", "3"], code: "UNSUPPORTED_FORMAT", message: /SVG drawing/ },
      ],
    });
    t.match((await upload([])).result, { issues: [{ path: ["files"], code: "TOO_FEW" }] });
    const long = { tags: ["x".repeat(51)] };
    t.match((await upload([{ name: "a.png", bytes: await png(8) }], long)).result, {
      issues: [{ path: ["tags", "0"], code: "TOO_LONG" }],
    });
    t.same([await keys(), await atelier.services.db.image.count(), await atelier.services.db.tag.count()], before);
  });

  t.test("fail with a reason when their pixels are found to be bad, and leave nothing", async (t) => {
    await atelier.drain();
    const before = await keys();
    const whole = await png(400);
    const bomb = await sharp({ create: { width: 8_000, height: 8_000, channels: 3, background: "#000" } })
      .png({ compressionLevel: 9 })
      .toBuffer();
    const { result } = await upload([
      { name: "half.png", bytes: whole.subarray(0, whole.length / 2) },
      { name: "bomb.png", bytes: bomb },
      { name: "good.png", bytes: await png(64, 48) },
    ]);
    await atelier.drain();
    const [half, large, good] = await Promise.all(result.images.map(({ id }: { id: string }) => look(id)));
    t.match(half, {
      status: "FAILED",
      url: null,
      failure: { class: "UNUSABLE_FILE", message: /damaged or incomplete/ },
    });
    t.match(large, { status: "FAILED", failure: { message: /more than 40 million pixels/ } });
    t.match(good, { status: "GENERATED" });
    t.same(await keys(), before, "the good one was there already");
  });

  t.test("are for those who may make pictures", async (t) => {
    const file = [{ name: "a.png", bytes: await png(8) }];
    const workspaceId = await personalWorkspace(ada);
    const bob = await atelier.signUp("Bob");
    t.match((await upload(file, { workspaceId }, bob)).result, { code: "NOT_FOUND" });
    await joinWorkspace(atelier, bob, ada, "REVIEWER");
    t.match((await upload(file, { workspaceId }, bob)).result, { code: "FORBIDDEN" });
    t.same(await keys("staged/"), []);
    t.match((await upload(file, {}, atelier.nobody)).body.errors, [{ extensions: { code: "UNAUTHENTICATED" } }]);
  });
});

t.test("what dead processes leave of uploads", async (t) => {
  const { atelier, upload, look, row, keys } = await openPictureDesk(t);
  const { services, clock } = atelier;
  const dropJobs = () => services.db.$executeRaw`delete from graphile_worker._private_jobs`;
  const sendOne = async () => (await upload([{ name: "a.png", bytes: await png(16) }])).result.images[0].id as string;

  t.test("an upload that cannot be written down takes its files back", async (t) => {
    const { put } = services.storage;
    const before = await keys("staged/");
    t.teardown(() => Object.assign(services.storage, { put }));
    let puts = 0;
    Object.assign(services.storage, {
      put: async (...request: Parameters<typeof put>) => {
        puts += 1;
        if (puts === 2) throw new Error("the disk is full");
        await put(...request);
      },
    });
    const file = { name: "a.png", bytes: await png(16) };
    t.match((await upload([file, file])).body.errors, [{ extensions: { code: "INTERNAL" } }]);
    t.same(await keys("staged/"), before);
  });

  t.test("a picture whose worker died is taken in by another", async (t) => {
    const id = await sendOne();
    await dropJobs();
    t.equal(await sweepIntake(services), 0, "its job may still be on its way");
    t.match(await claimIntake(services, (await row(id)).id), { fence: 1, status: "GENERATING" });
    t.equal(await claimIntake(services, (await row(id)).id), null, "it is leased");
    clock.advance(60_000);
    t.equal(await sweepIntake(services), 1);
    t.equal(await sweepIntake(services), 0, "it has its job now");
    await atelier.drain();
    t.match(await look(id), { status: "GENERATED" });
    t.equal((await row(id)).fence, 2);
    t.same(await keys("staged/"), []);
  });

  t.test("a picture that kills its worker every time goes to a person", async (t) => {
    const id = await sendOne();
    for (let start = 1; start <= 5; start += 1) {
      t.match(await claimIntake(services, (await row(id)).id), { fence: start });
      clock.advance(60_000);
    }
    await atelier.drain();
    t.match(await look(id), { status: "FAILED", failure: { message: /begun 5 times/ } });
  });

  t.test("a file without a picture that waits for it is removed after an hour", async (t) => {
    const waiting = await row(await sendOne());
    await stageFile(services.storage, "019a0000-0000-7000-8000-000000000000", Readable.from([await png(16)]));
    clock.set(new Date());
    t.equal(await forgetStagedFiles(services), 0, "an upload may be under way");
    clock.advance(61 * 60_000);
    t.equal(await forgetStagedFiles(services), 2, "the orphan, and the one of the picture that failed");
    t.same(await keys("staged/"), [`staged/${waiting.id}`]);
    await services.storage.delete(`staged/${waiting.id}`);
    await atelier.drain();
    t.match(await services.db.image.findUnique({ where: { id: waiting.id } }), {
      ...{ status: "FAILED", failureClass: "storage_error" },
    });
  });
});
