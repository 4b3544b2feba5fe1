import t from "tap";
import { openAtelier, type Person } from "../support/atelier.ts";
import { easelStudio } from "../support/easel-models.ts";
import { fingerprint, makeImages, missingId, operations, personalWorkspace, rowIdOf } from "../support/studio.ts";

const { generate } = operations;

const shown = `{ images(first: 1) { nodes { id provider model width height strength isFromParent parent { id }
  options { name value } costEstimated { amount currency isReported } } } }`;

/** Asks for one picture; answers what is written of it. */
async function asked(person: Person, input: Record<string, unknown>) {
  const made = await person.mutate(generate, { prompt: "a boat", ...input });
  if (made.__typename !== "GenerateImagesSuccess") throw new Error(JSON.stringify(made));
  return (await person.request(shown)).data.images.nodes[0];
}

/** What is wrong with a request, as "path CODE". */
async function faults(person: Person, input: Record<string, unknown>): Promise<string[]> {
  const refused = await person.mutate(generate, { prompt: "a boat", ...input });
  return (refused.issues ?? []).map(
    (issue: { path: string[]; code: string }) => `${issue.path.join(".")} ${issue.code}`,
  );
}

async function studio(t: Parameters<typeof openAtelier>[0]) {
  const easel = easelStudio();
  const atelier = await openAtelier(t, { providers: easel.providers });
  return { easel, atelier, ada: await atelier.signUp("Ada") };
}

t.test("an aspect ratio becomes the model's best size for it", async (t) => {
  const { ada } = await studio(t);
  t.match(await asked(ada, { model: "easel-edit", aspectRatio: "3:2" }), { width: 96, height: 64 });
  t.match(await asked(ada, { model: "easel-edit", aspectRatio: " 9:16 " }), { width: 64, height: 112 });
  t.match(await asked(ada, { aspectRatio: "2:1" }), { width: 96, height: 48 }, "of a range");
  t.same(await faults(ada, { aspectRatio: "wide" }), ["aspectRatio INVALID_RATIO"]);
  t.same(await faults(ada, { aspectRatio: "3:2", width: 96 }), ["aspectRatio CONFLICTING"]);
  t.same(await faults(ada, { model: "easel-edit", aspectRatio: "4:1" }), ["aspectRatio UNKNOWN_RATIO"]);
});

t.test("a picture to start from reaches the provider as it is stored, with the strength", async (t) => {
  const { atelier, easel, ada } = await studio(t);
  const [inputImageId = ""] = await makeImages(atelier, ada);
  const image = await asked(ada, { model: "easel-edit", inputImageId, strength: 0.3 });
  t.match(image, { isFromParent: true, parent: { id: inputImageId }, strength: 0.3 });
  t.match(image, { width: 64, height: 64 }, "its shape is the default");
  await atelier.drain();
  const start = easel.asked.at(-1)?.inputImage;
  t.equal(start?.mime, "image/png");
  t.equal(start?.strength, 0.3);
  const stored = await atelier.services.db.image.findUniqueOrThrow({ where: { id: rowIdOf(inputImageId) } });
  t.equal(start?.bytes.length, stored.bytes);
});

t.test("a picture that cannot be started from is refused, each for its reason", async (t) => {
  const { atelier, ada } = await studio(t);
  const bob = await atelier.signUp("Bob");
  const [mine = ""] = await makeImages(atelier, ada);
  const [his = ""] = await makeImages(atelier, bob);
  const { images } = await ada.mutate(generate, { prompt: "a boat" });
  const model = "easel-edit";
  const before = await fingerprint(atelier);

  t.same(await faults(ada, { inputImageId: mine }), ["inputImageId NOT_SUPPORTED"], "words alone");
  t.same(await faults(ada, { model, inputImageId: images[0].id }), ["inputImageId NOT_READY"]);
  t.same(await faults(ada, { model, inputImageId: "nonsense" }), ["inputImageId INVALID_ID"]);
  t.same(await faults(ada, { model: "easel-remake" }), ["model NEEDS_INPUT_IMAGE"]);
  t.same(await faults(ada, { model: "easel-remake", inputImageId: mine, strength: 1 }), [
    "inputImageId UNSUPPORTED_TYPE",
    "strength NOT_SUPPORTED",
  ]);
  t.same(await faults(ada, { model, strength: 0.5 }), ["strength NEEDS_INPUT_IMAGE"]);
  t.same(await faults(ada, { model, inputImageId: mine, strength: 1.5 }), ["strength TOO_LARGE"]);
  for (const inputImageId of [his, missingId("Image")]) {
    const refused = await ada.mutate(generate, { prompt: "a boat", model, inputImageId });
    t.match(refused, { __typename: "NotFoundError", message: /no such image in this workspace/ });
  }
  t.same(await fingerprint(atelier), before, "nothing was written");

  const edit = async (data: object) => {
    await atelier.services.db.image.update({ where: { id: rowIdOf(mine) }, data });
    return faults(ada, { model, inputImageId: mine });
  };
  t.same(await edit({ bytes: 100_001 }), ["inputImageId TOO_LARGE"]);
  t.same(await edit({ bytes: 100, failureClass: "storage_error" }), ["inputImageId FILE_LOST"]);
  t.same(await edit({ failureClass: null, trashedAt: new Date() }), ["inputImageId IN_TRASH"]);
});

t.test("a picture of another workspace of one's own is not started from", async (t) => {
  const { atelier, ada } = await studio(t);
  const [mine = ""] = await makeImages(atelier, ada);
  const bob = await atelier.signUp("Bob");
  const workspaceId = await personalWorkspace(bob);
  const member = { workspaceId: rowIdOf(workspaceId), userId: rowIdOf(ada.id), role: "EDITOR" } as const;
  await atelier.services.db.member.create({ data: member });
  const input = { prompt: "a boat", workspaceId, model: "easel-edit", inputImageId: mine };
  t.equal((await ada.mutate(generate, input)).__typename, "NotFoundError");
});

t.test("a start whose file is gone, or cannot be read, by the time of the work is told as that", async (t) => {
  const { atelier, easel, ada } = await studio(t);
  const [inputImageId = ""] = await makeImages(atelier, ada);
  const calls = easel.asked.length;
  const failure = async () => {
    await atelier.drain();
    return (await ada.request("{ images(first: 1) { nodes { status failure { class message } } } }")).data.images
      .nodes[0];
  };
  await asked(ada, { model: "easel-edit", inputImageId });
  const { open } = atelier.services.storage;
  atelier.services.storage.open = () => Promise.reject(new Error("EIO"));
  t.match(await failure(), { status: "FAILED", failure: { class: "STORAGE_ERROR", message: /could not be read/ } });
  atelier.services.storage.open = open;
  await asked(ada, { model: "easel-edit", inputImageId });
  await atelier.services.db.image.update({ where: { id: rowIdOf(inputImageId) }, data: { sha256: null } });
  t.match(await failure(), { status: "FAILED", failure: { message: /no longer there/ } });
  t.equal(easel.asked.length, calls, "the provider was not asked");
});

t.test("options reach the provider, and wrong ones are refused by their place in the list", async (t) => {
  const { atelier, easel, ada } = await studio(t);
  const options = [{ name: "quality", value: "high" }];
  t.same((await asked(ada, { model: "easel-edit", options })).options, options);
  await atelier.drain();
  t.same(easel.asked.at(-1)?.options, { quality: "high" });
  const wrong = [{ name: "ground", value: "wall" }, ...options, ...options, { name: "frame", value: "gold" }];
  t.same(await faults(ada, { model: "easel-edit", options: wrong }), [
    "options.0.value UNKNOWN_VALUE",
    "options.2.name DUPLICATE",
    "options.3.name UNKNOWN_OPTION",
  ]);
  const refused = await ada.mutate(generate, { prompt: "a boat", options });
  t.match(refused.issues, [{ message: /Easel One has no option "quality". It has: none/ }]);
});

t.test("the cost is estimated from the model's price before anything is made", async (t) => {
  const { ada } = await studio(t);
  t.same((await asked(ada, {})).costEstimated, { amount: 0.04, currency: "USD", isReported: false });
  t.equal((await asked(ada, { model: "easel-2" })).costEstimated, null, "nobody knows");
  const { costEstimated } = await asked(ada, { model: "easel-edit", width: 96, height: 64 });
  t.same(costEstimated, { amount: 0.012288, currency: "EUR", isReported: false }, "by the megapixel");
});

t.test("the workspace's default provider is asked, and one that is gone is told", async (t) => {
  const { atelier, ada } = await studio(t);
  const prefer = (defaultProvider: string) => atelier.services.db.workspace.updateMany({ data: { defaultProvider } });
  t.equal((await asked(ada, {})).provider, "easel", "the server's first");
  await prefer("palette");
  t.equal((await asked(ada, {})).provider, "palette");
  t.equal((await asked(ada, { provider: "easel" })).provider, "easel");
  await prefer("oracle");
  const refused = await ada.mutate(generate, { prompt: "a boat" });
  t.match(refused.issues, [
    {
      path: ["provider"],
      code: "UNKNOWN_PROVIDER",
      message: /workspace's default, "oracle".* Available: easel, palette/,
    },
  ]);
});

t.test("a stranger learns nothing of a workspace's default", async (t) => {
  const { atelier, ada } = await studio(t);
  const bob = await atelier.signUp("Bob");
  await atelier.services.db.workspace.updateMany({ data: { defaultProvider: "oracle" } });
  const refused = await bob.mutate(generate, { prompt: "a boat", workspaceId: await personalWorkspace(ada) });
  t.equal(refused.__typename, "NotFoundError");
});

t.test("a page of images with their parents is as many statements as one without", async (t) => {
  const { atelier, ada } = await studio(t);
  const count = async (fields: string) => {
    atelier.statements.clear();
    await ada.request(`{ images(first: 20) { nodes { id ${fields} } } }`);
    return atelier.statements.all().length;
  };
  const [inputImageId = ""] = await makeImages(atelier, ada);
  await ada.mutate(generate, { prompt: "a boat", count: 5, model: "easel-edit", inputImageId });
  const plain = await count("prompt");
  t.equal(await count("parent { id } options { name } costEstimated { amount }"), plain);
});

t.test("tags are named with the request, made where there are none, and found by the search", async (t) => {
  const { atelier, ada } = await studio(t);
  const saveTag = "mutation ($input: SaveTagInput!) { saveTag(input: $input) { __typename } }";
  await ada.mutate(saveTag, { name: "Sea" });
  const tags = ["boats", "sea", "Boats"];
  await ada.mutate(generate, { prompt: "a boat", count: 2, tags });
  const { data } = await ada.request("{ images(first: 5) { nodes { tags { name } } } }");
  for (const image of data.images.nodes)
    t.same(image.tags.map((tag: { name: string }) => tag.name).sort(), ["Sea", "boats"]);
  const rows = await atelier.services.db.image.findMany();
  t.ok(rows.every((row) => row.tagNames === "boats Sea"));
  t.same(await faults(ada, { tags: ["  "] }), ["tags.0 EMPTY"]);
});

t.test("a style goes round the prompt in its newest version, and stays what it was when made anew", async (t) => {
  const { atelier, easel, ada } = await studio(t);
  const saveStyle = `mutation ($input: SaveStyleInput!) { saveStyle(input: $input) {
    __typename ... on SaveStyleSuccess { style { id } } } }`;
  const saved = await ada.mutate(saveStyle, { name: "Ink", template: "{prompt}, in ink", negativePrompt: "colour" });
  const styleId = saved.style.id;
  const made = await ada.mutate(generate, { prompt: "a boat", negativePrompt: "fog", styleId });
  await atelier.drain();
  t.match(easel.asked.at(-1), { prompt: "a boat, in ink", negativePrompt: "fog, colour" });
  t.match(await ada.request(shown.replace("id provider", "prompt negativePrompt provider")), {
    data: { images: { nodes: [{ prompt: "a boat", negativePrompt: "fog" }] } },
  });
  await ada.mutate(generate, { prompt: "a boat", model: "easel-edit", styleId });
  await atelier.drain();
  t.match(
    easel.asked.at(-1),
    { prompt: "a boat, in ink", negativePrompt: "" },
    "a model that heeds no negative prompt",
  );

  const regenerate = "mutation ($input: RegenerateImageInput!) { regenerateImage(input: $input) { __typename } }";
  await ada.mutate(saveStyle, { styleId, name: "Ink", template: "ink: {prompt}" });
  await ada.mutate(regenerate, { imageId: made.images[0].id, prompt: "a ship" });
  await atelier.drain();
  t.match(easel.asked.at(-1), { prompt: "a ship, in ink", negativePrompt: "fog, colour" });
  const long = await ada.mutate(generate, { prompt: "x".repeat(97), styleId });
  t.match(long.issues, [{ path: ["prompt"], code: "TOO_LONG" }], "what counts is what the provider gets");
  const bob = await atelier.signUp("Bob");
  t.equal((await bob.mutate(generate, { prompt: "a boat", styleId })).__typename, "NotFoundError");
});
