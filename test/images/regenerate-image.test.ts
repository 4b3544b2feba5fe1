import t from "tap";
import { openAtelier, type Person } from "../support/atelier.ts";
import { easelStudio } from "../support/easel-models.ts";
import { makeImages, missingId, operations, personalWorkspace, rowIdOf } from "../support/studio.ts";

const { generate } = operations;
const regenerate = `mutation ($input: RegenerateImageInput!) { regenerateImage(input: $input) {
  __typename ... on Error { code message } ... on ValidationError { issues { path code message } }
  ... on RegenerateImageSuccess { image { id prompt negativePrompt provider model seed width height status strength isFromParent
    options { name value } parent { id } } } } }`;

async function studio(t: Parameters<typeof openAtelier>[0]) {
  const easel = easelStudio();
  const atelier = await openAtelier(t, { providers: easel.providers });
  return { easel, atelier, ada: await atelier.signUp("Ada") };
}

/** Asks for a picture and answers its id. */
async function ask(person: Person, input: Record<string, unknown>): Promise<string> {
  return (await person.mutate(generate, { prompt: "a boat", ...input })).images[0].id;
}

const paths = (refused: { issues: { path: string[]; code: string }[] }) =>
  refused.issues.map(({ path, code }) => `${path.join(".")} ${code}`);

t.test("a picture is made once more as it was asked for, with a fresh seed, and knows its parent", async (t) => {
  const { atelier, ada } = await studio(t);
  const imageId = await ask(ada, { negativePrompt: "fog", model: "easel-2", width: 96, height: 48, seed: 7 });
  await atelier.drain();
  const { image } = await ada.mutate(regenerate, { imageId });
  const same = { prompt: "a boat", negativePrompt: "fog", provider: "easel", model: "easel-2", width: 96, height: 48 };
  t.match(image, { ...same, status: "PENDING", parent: { id: imageId }, isFromParent: false });
  t.not(image.seed, 7);
  await atelier.drain();
  const { data } = await ada.request("query ($id: ID!) { image(id: $id) { status } }", { id: image.id });
  t.equal(data.image.status, "GENERATED");
});

t.test("what is named changes, the rest stays", async (t) => {
  const { ada } = await studio(t);
  const options = [{ name: "quality", value: "high" }];
  const imageId = await ask(ada, { model: "easel-edit", width: 96, height: 64, options });
  const again = async (input: object) => (await ada.mutate(regenerate, { imageId, ...input })).image;
  t.match(await again({ prompt: "a ship", seed: 9 }), { prompt: "a ship", seed: 9, width: 96, options });
  t.match(await again({ height: 64, width: 64 }), { width: 64, height: 64, options });
  t.match(await again({ aspectRatio: "9:16" }), { width: 64, height: 112 });
  t.same((await again({ options: [] })).options, []);
  t.match(await again({ provider: "palette" }), { provider: "palette", model: "easel-1", options: [] });
  t.match(await again({ model: "easel-1" }), { model: "easel-1", width: 72, height: 48 }, "the same shape");
});

t.test("one that was started from a picture starts from that again, and may start from another", async (t) => {
  const { atelier, easel, ada } = await studio(t);
  const [first = ""] = await makeImages(atelier, ada);
  const [second = ""] = await makeImages(atelier, ada);
  const imageId = await ask(ada, { model: "easel-edit", inputImageId: first, strength: 0.4 });
  const again = async (input: object) => (await ada.mutate(regenerate, { imageId, ...input })).image;
  t.match(await again({}), { isFromParent: true, parent: { id: first }, strength: 0.4 });
  t.match(await again({ inputImageId: second, strength: 0.9 }), { parent: { id: second }, strength: 0.9 });
  await atelier.drain();
  t.ok(easel.asked.slice(-3).every((request) => request.inputImage !== undefined));
  t.same(paths(await ada.mutate(regenerate, { imageId, model: "easel-2" })), ["inputImageId NOT_SUPPORTED"]);
  const gone = { where: { id: rowIdOf(imageId) }, data: { parentImageId: null } };
  await atelier.services.db.image.update(gone);
  t.match(await ada.mutate(regenerate, { imageId }), { __typename: "ConflictError", message: /made from is gone/ });
});

t.test("what cannot be repeated is told why", async (t) => {
  const { atelier, ada } = await studio(t);
  const bob = await atelier.signUp("Bob");
  const imageId = await ask(ada, {});
  t.same(paths(await ada.mutate(regenerate, { imageId, width: 8, prompt: " " })), ["prompt EMPTY"]);
  t.same(paths(await ada.mutate(regenerate, { imageId, width: 8, seed: 1 })), ["width TOO_SMALL"]);
  t.match(await bob.mutate(regenerate, { imageId }), { __typename: "NotFoundError", message: /no such image/ });
  t.equal((await ada.mutate(regenerate, { imageId: missingId("Image") })).__typename, "NotFoundError");
  const workspaceId = rowIdOf(await personalWorkspace(ada));
  await atelier.services.db.member.create({ data: { workspaceId, userId: rowIdOf(bob.id), role: "REVIEWER" } });
  t.equal((await bob.mutate(regenerate, { imageId })).__typename, "ForbiddenError");
  await atelier.services.db.image.updateMany({ data: { provider: null, model: null } });
  t.match(await ada.mutate(regenerate, { imageId }), { __typename: "ConflictError", message: /not generated here/ });
  await atelier.services.db.image.updateMany({ data: { provider: "oracle", model: "oracle-1" } });
  t.match(await ada.mutate(regenerate, { imageId }), { issues: [{ path: ["provider"], code: "UNKNOWN_PROVIDER" }] });
  t.equal(await atelier.services.db.image.count(), 1, "nothing was written");
});

t.test("an idempotency key makes one picture, and is another mutation's than generateImages'", async (t) => {
  const { atelier, ada } = await studio(t);
  const imageId = await ask(ada, { idempotencyKey: "monday" });
  const input = { imageId, idempotencyKey: "monday" };
  const ids = await Promise.all([1, 2, 3].map(async () => (await ada.mutate(regenerate, input)).image.id));
  t.equal(new Set(ids).size, 1);
  t.equal(await atelier.services.db.image.count(), 2);
  const other = await ada.mutate(regenerate, { ...input, prompt: "a ship" });
  t.equal(other.__typename, "IdempotencyKeyReusedError");
});
