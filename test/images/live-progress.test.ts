import { setTimeout as wait } from "node:timers/promises";
import t from "tap";
import type { GenerationProgress, ImageProvider } from "../../src/image-providers/provider.ts";
import { forgetPreviews } from "../../src/images/forget-previews.ts";
import { sharp } from "../../src/infra/sharp.ts";
import { type Atelier, openAtelier, type Person } from "../support/atelier.ts";
import { eventually } from "../support/eventually.ts";
import { picture, standInProvider } from "../support/stand-ins.ts";
import { operations } from "../support/studio.ts";

const shown = "{ images(first: 1) { nodes { status phase progress progressKind previewUrl } } }";
const look = async (person: Person) => (await person.request(shown)).data.images.nodes[0];

/** An easel whose calls say what they are told to, until they are let go. */
function slowEasel(capabilities: Partial<ImageProvider["capabilities"]>) {
  const begun = Promise.withResolvers<(progress: GenerationProgress) => void>();
  const end = Promise.withResolvers<void>();
  const easel = standInProvider(async ({ onProgress }) => {
    begun.resolve(onProgress);
    await end.promise;
    return picture;
  }).get("easel");
  if (easel === undefined) throw new Error("The stand-in is called easel.");
  const provider = { ...easel, capabilities: { ...easel.capabilities, ...capabilities } };
  return { providers: new Map([["easel", provider]]), say: begun.promise, finish: () => end.resolve() };
}

const paper = (side: number) =>
  sharp({ create: { width: side, height: side / 2, channels: 3, background: "#204080" } })
    .png()
    .toBuffer();

const fetchFile = ({ app }: Atelier, url: string) => app.inject(url.replace("http://atelier.test", ""));

async function filesIn({ services }: Atelier): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of services.storage.list("previews/")) keys.push(key);
  return keys;
}

t.test("where the provider knows nothing, progress is estimated from what its pictures took before", async (t) => {
  const easel = slowEasel({ progress: "ESTIMATED" });
  const atelier = await openAtelier(t, { providers: easel.providers });
  const ada = await atelier.signUp("Ada");
  await ada.mutate(operations.generate, { prompt: "a boat" });
  t.match(await look(ada), { progressKind: "ESTIMATED", progress: 0 });
  const { db, clock } = atelier.services;
  const { id: imageId, workspaceId } = await db.image.findFirstOrThrow();
  const half = { startedAt: clock.now(), finishedAt: new Date(clock.now().getTime() + 500) };
  const names = { provider: "easel", model: "easel-1", outcome: "SUCCEEDED", width: 64, height: 64 } as const;
  await db.generationAttempt.create({ data: { imageId, workspaceId, number: 99, ...names, ...half } });

  const drained = atelier.drain();
  const say = await easel.say;
  say({ fraction: null, phase: "Waiting as number 3" });
  const seen: number[] = [];
  await eventually("the estimate comes near its end", async () => {
    const { progress, phase } = await look(ada);
    seen.push(progress);
    t.ok(phase === "Waiting as number 3" || phase === "Starting");
    return progress > 0.9;
  });
  await wait(300);
  seen.push((await look(ada)).progress);
  t.ok(
    seen.every((value) => value <= 0.95),
    "never beyond 0.95 before the end",
  );
  t.same(
    seen,
    seen.toSorted((a, b) => a - b),
    "never falls",
  );
  easel.finish();
  await drained;
  t.match(await look(ada), { status: "GENERATED", progress: 1, phase: null });
});

t.test("an unfinished picture is shown small while it is made, and gone afterwards", async (t) => {
  const easel = slowEasel({ preview: true });
  const atelier = await openAtelier(t, { providers: easel.providers });
  const ada = await atelier.signUp("Ada");
  await ada.mutate(operations.generate, { prompt: "a boat" });
  t.equal((await look(ada)).previewUrl, null);
  const drained = atelier.drain();
  const say = await easel.say;
  say({ fraction: 0.2, phase: "Drawing", preview: Buffer.from("<html>no picture</html>") });
  const previewAfter = async (old: string | null): Promise<string> => {
    let newest = old;
    await eventually("a preview", async () => {
      newest = (await look(ada)).previewUrl;
      return newest !== old;
    });
    return newest ?? "";
  };
  await wait(300);
  t.equal((await look(ada)).previewUrl, null, "what is no picture is not shown");
  say({ fraction: 0.3, phase: "Drawing", preview: await paper(1_024) });
  const first = await previewAfter(null);
  const file = await fetchFile(atelier, first);
  t.equal(file.statusCode, 200);
  t.match(file.headers, { "content-type": "image/webp", "content-security-policy": /sandbox/ });
  t.match(await sharp(file.rawPayload).metadata(), { format: "webp", width: 512, height: 256 });
  t.equal((await fetchFile(atelier, first.replace(/s=./, "s=_"))).statusCode, 404, "not without its signature");

  say({ fraction: 0.4, phase: "Drawing", preview: await paper(64) });
  const second = await previewAfter(first);
  t.match(await sharp((await fetchFile(atelier, second)).rawPayload).metadata(), { width: 64 });
  easel.finish();
  await drained;
  t.match(await look(ada), { status: "GENERATED", previewUrl: null });
  t.equal((await fetchFile(atelier, second)).statusCode, 404);
  t.same(await filesIn(atelier), []);
  t.equal((await atelier.services.db.image.findFirstOrThrow()).previewNumber, null);
});

t.test(
  "a flood of previews becomes one a second, and those of providers that declare none are not looked at",
  async (t) => {
    for (const preview of [true, false]) {
      const easel = slowEasel({ preview });
      const atelier = await openAtelier(t, { providers: easel.providers });
      const ada = await atelier.signUp("Ada");
      await ada.mutate(operations.generate, { prompt: "a boat" });
      const drained = atelier.drain();
      const say = await easel.say;
      const bytes = await paper(64);
      for (let n = 0; n < 500; n += 1) say({ fraction: n / 1_000, phase: "Drawing", preview: bytes });
      await wait(400);
      t.equal((await filesIn(atelier)).length, preview ? 1 : 0);
      easel.finish();
      await drained;
    }
  },
);

t.test("a storage that fails costs the previews, not the picture", async (t) => {
  const easel = slowEasel({ preview: true });
  const atelier = await openAtelier(t, { providers: easel.providers });
  const ada = await atelier.signUp("Ada");
  await ada.mutate(operations.generate, { prompt: "a boat" });
  const { put } = atelier.services.storage;
  atelier.services.storage.put = (key, ...rest) =>
    key.startsWith("previews/") ? Promise.reject(new Error("ENOSPC")) : put(key, ...rest);
  const drained = atelier.drain();
  (await easel.say)({ fraction: 0.3, phase: "Drawing", preview: await paper(64) });
  await wait(300);
  easel.finish();
  await drained;
  t.match(await look(ada), { status: "GENERATED", previewUrl: null });
});

t.test("what a dead process left is forgotten after an hour", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const { storage } = atelier.services;
  await storage.put("previews/01900000-0000-7000-8000-000000000000/unfinished-1001.webp", Buffer.from("x"), {
    contentType: "image/webp",
  });
  t.equal(await forgetPreviews(atelier.services), 0, "not while it may be shown");
  atelier.clock.advance(2 * 60 * 60_000);
  t.equal(await forgetPreviews(atelier.services), 1);
  t.same(await filesIn(atelier), []);
});
