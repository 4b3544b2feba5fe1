import t from "tap";
import { openAtelier } from "../support/atelier.ts";
import { standInProvider } from "../support/stand-ins.ts";
import { fingerprint, missingId, operations, personalWorkspace, queuedJobs, rowIdOf } from "../support/studio.ts";

const { generate } = operations;

t.test("a prompt becomes pictures", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  const asked = await ada.mutate(generate, { prompt: "a red fox in snow", width: 256, height: 256, count: 2, seed: 7 });
  t.equal(asked.__typename, "GenerateImagesSuccess");
  t.match(asked.images, [
    { status: "PENDING", progress: 0, seed: 7, width: 256, url: null },
    { status: "PENDING", seed: 8 },
  ]);
  await atelier.drain();
  const { data } = await ada.request(
    "{ images(first: 5) { totalCount nodes { status progress mime sha256 thumbhash provenance generatedAt url(variant: THUMB) } } }",
  );
  t.equal(data.images.totalCount, 2);
  for (const image of data.images.nodes) {
    t.match(image, { status: "GENERATED", progress: 1, mime: "image/png", provenance: "algorithmicMedia" });
    const file = await atelier.app.inject(image.url.replace("http://atelier.test", ""));
    t.equal(file.statusCode, 200);
    t.equal(file.headers["content-type"], "image/webp");
  }
});

t.test("rows, jobs and events are written together", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const ada = await atelier.signUp("Ada");
  const { images } = await ada.mutate(generate, { prompt: "a boat", count: 10 });
  const ids = images.map((image: { id: string }) => rowIdOf(image.id));
  const jobs = await queuedJobs(atelier);
  t.same(jobs.map((job) => job.key).sort(), ids.map((id: string) => `generate-image:${id}`).sort());
  const events = await atelier.services.db.event.findMany({ where: { topic: "image", kind: "CREATED" } });
  t.same(events.map((event) => event.entityId).sort(), [...ids].sort());
});

t.test("what cannot be made is refused with what is allowed, and nothing is written", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const [ada, bob] = [await atelier.signUp("Ada"), await atelier.signUp("Bob")];
  const foreign = await personalWorkspace(bob);
  const before = await fingerprint(atelier);
  const cases: readonly [string, Record<string, unknown>, readonly [path: string, code: string, says: RegExp][]][] = [
    ["an empty prompt", { prompt: "   " }, [["prompt", "EMPTY", /Describe the picture/]]],
    ["an over-long prompt", { prompt: "é".repeat(101) }, [["prompt", "TOO_LONG", /101 characters.* at most 100/]]],
    [
      "an over-long negative prompt",
      { negativePrompt: "x".repeat(101) },
      [["negativePrompt", "TOO_LONG", /at most 100/]],
    ],
    ["an unknown provider", { provider: "oracle" }, [["provider", "UNKNOWN_PROVIDER", /"oracle".* Available: easel/]]],
    ["an unknown model", { model: "easel-9" }, [["model", "UNKNOWN_MODEL", /"easel-9".* Available: easel-1, easel-2/]]],
    ["none at all", { count: 0 }, [["count", "TOO_SMALL", /count is 0.* 1 to 10/]]],
    ["too many", { count: 11 }, [["count", "TOO_LARGE", /count is 11.* 1 to 10/]]],
    ["too narrow", { width: 8 }, [["width", "TOO_SMALL", /width is 8; Easel takes 16 to 256/]]],
    ["too high", { height: 264 }, [["height", "TOO_LARGE", /height is 264; Easel takes 16 to 256/]]],
    ["between two steps", { width: 65 }, [["width", "INVALID_STEP", /steps of 8/]]],
    [
      "too many pixels",
      { width: 256, height: 256 },
      [["width", "TOO_LARGE", /65536 pixels; Easel makes at most 32768/]],
    ],
    ["a negative seed", { seed: -1 }, [["seed", "TOO_SMALL", /negative/]]],
    ["an empty key", { idempotencyKey: "" }, [["idempotencyKey", "EMPTY", /empty/]]],
    [
      "an id that is none",
      { workspaceId: "nonsense" },
      [["workspaceId", "INVALID_ID", /Pass the `id` of a Workspace/]],
    ],
    [
      "several faults at once",
      { prompt: "x".repeat(101), width: 8, height: 8 },
      [
        ["prompt", "TOO_LONG", /./],
        ["width", "TOO_SMALL", /./],
        ["height", "TOO_SMALL", /./],
      ],
    ],
  ];
  for (const [name, input, issues] of cases) {
    const refused = await ada.mutate(generate, { prompt: "a boat", ...input });
    t.equal(refused.__typename, "ValidationError", name);
    t.equal(refused.code, "VALIDATION_FAILED", name);
    t.match(
      refused.issues,
      issues.map(([path, code, message]) => ({ path: [path], code, message })),
      name,
    );
    t.equal(refused.issues.length, issues.length, name);
  }
  for (const workspaceId of [foreign, missingId("Workspace")]) {
    const refused = await ada.mutate(generate, { prompt: "a boat", workspaceId });
    t.match(refused, {
      __typename: "NotFoundError",
      code: "NOT_FOUND",
      message: /no such workspace, or you cannot see it/,
    });
  }
  const anonymous = await atelier.nobody.request(generate, { input: { prompt: "a boat" } });
  t.equal(anonymous.errors?.[0]?.extensions.code, "UNAUTHENTICATED");
  t.same(await fingerprint(atelier), before, "nothing was written");
});

t.test("a role that does not create is told so, and writes nothing", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const [ada, bob] = [await atelier.signUp("Ada"), await atelier.signUp("Bob")];
  const workspaceId = await personalWorkspace(ada);
  await atelier.services.db.member.create({
    data: { workspaceId: rowIdOf(workspaceId), userId: rowIdOf(bob.id), role: "VIEWER" },
  });
  const before = await fingerprint(atelier);
  const refused = await bob.mutate(generate, { prompt: "a boat", workspaceId });
  t.match(refused, { __typename: "ForbiddenError", code: "FORBIDDEN", message: /Your role .* is VIEWER/ });
  t.same(await fingerprint(atelier), before);
});

t.test("an idempotency key", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const [ada, bob] = [await atelier.signUp("Ada"), await atelier.signUp("Bob")];
  const input = { prompt: "a boat", count: 2, idempotencyKey: "monday" };
  const idsOf = (result: { images: { id: string }[] }) => result.images.map((image) => image.id);

  const first = await ada.mutate(generate, input);
  await t.test("repeated, answers the first batch again", async (t) => {
    const before = await fingerprint(atelier);
    const again = await ada.mutate(generate, input);
    t.equal(again.batchId, first.batchId);
    t.same(idsOf(again), idsOf(first));
    t.same(await fingerprint(atelier), before);
  });
  await t.test("with other input, is refused", async (t) => {
    const before = await fingerprint(atelier);
    const refused = await ada.mutate(generate, { ...input, count: 3 });
    t.match(refused, { __typename: "IdempotencyKeyReusedError", code: "IDEMPOTENCY_KEY_REUSED", message: /fresh key/ });
    t.same(await fingerprint(atelier), before);
  });
  await t.test("belongs to one user", async (t) => {
    const other = await bob.mutate(generate, input);
    t.equal(other.__typename, "GenerateImagesSuccess");
    t.not(other.batchId, first.batchId);
  });
  await t.test("makes one batch of ten parallel requests", async (t) => {
    const parallel = { ...input, idempotencyKey: "tuesday" };
    const before = await atelier.services.db.image.count();
    const answers = await Promise.all(Array.from({ length: 10 }, () => ada.mutate(generate, parallel)));
    t.equal(new Set(answers.map((answer) => answer.batchId)).size, 1);
    t.equal(await atelier.services.db.image.count(), before + 2);
  });
  await t.test("of a refused request is free for the corrected one", async (t) => {
    t.equal((await ada.mutate(generate, { prompt: "", idempotencyKey: "wednesday" })).__typename, "ValidationError");
    t.equal(
      (await ada.mutate(generate, { prompt: "a boat", idempotencyKey: "wednesday" })).__typename,
      "GenerateImagesSuccess",
    );
  });
});
