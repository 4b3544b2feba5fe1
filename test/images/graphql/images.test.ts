import t from "tap";
import type { ImageProvider } from "../../../src/image-providers/provider.ts";
import { openAtelier } from "../../support/atelier.ts";
import { standInProvider } from "../../support/stand-ins.ts";
import * as studio from "../../support/studio.ts";

const everything = `query ($first: Int, $after: String, $filter: ImageFilter, $orderBy: ImageOrder! = CREATED_DESC) {
  images(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
    nodes { id prompt negativePrompt provider model seed status phase progress progressKind failure { class message } reviewState reviewReason
      reviewedAt altText width height mime bytes sha256 thumbhash dominantColour provenance original: url thumb: url(variant: THUMB)
      createdAt generatedAt workspace { id name } }
    edges { cursor } pageInfo { hasNextPage hasPreviousPage endCursor } } }`;

t.test("a page of images is one SQL statement, whatever is asked of them", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const ada = await atelier.signUp("Ada");
  await studio.makeImages(atelier, ada, 8);
  atelier.statements.clear();
  const { data } = await ada.request(everything, { first: 5 });
  t.equal(data.images.nodes.length, 5);
  t.same(atelier.statements.all().length, 1, atelier.statements.all().join("\n"));
  atelier.statements.clear();
  await ada.request(everything, { first: 5, after: data.images.pageInfo.endCursor });
  t.equal(atelier.statements.all().length, 1, "and so is the next");
});

t.test("paging shows each image once, in both orders", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const ada = await atelier.signUp("Ada");
  await studio.makeImages(atelier, ada, 7);
  const walk = async (orderBy: string) => {
    const ids: string[] = [];
    for (let after: string | null = null; ; ) {
      const { data } = await ada.request(everything, { first: 3, after, orderBy });
      ids.push(...data.images.nodes.map((node: { id: string }) => node.id));
      if (!data.images.pageInfo.hasNextPage) return ids;
      after = data.images.pageInfo.endCursor;
    }
  };
  const newestFirst = await walk("CREATED_DESC");
  t.equal(new Set(newestFirst).size, 7);
  t.same(await walk("CREATED_ASC"), [...newestFirst].reverse());
});

t.test("images are filtered by state, decision and batch", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const ada = await atelier.signUp("Ada");
  const [approved = ""] = await studio.approvedImages(atelier, ada);
  const { batchId } = await ada.mutate(studio.operations.generate, { prompt: "a boat", count: 2 });
  const count = async (filter: Record<string, unknown>) => {
    const { data } = await ada.request(
      "query ($filter: ImageFilter) { images(filter: $filter) { totalCount nodes { id } } }",
      { filter },
    );
    t.equal(data.images.totalCount, data.images.nodes.length);
    return data.images.totalCount;
  };
  t.equal(await count({}), 3);
  t.equal(await count({ status: ["GENERATED"] }), 1);
  t.equal(await count({ status: ["PENDING", "GENERATED"] }), 3);
  t.equal(await count({ status: [] }), 0);
  t.equal(await count({ reviewState: ["APPROVED"] }), 1);
  t.equal(await count({ batchId }), 2);
  t.equal(await count({ batchId, reviewState: ["APPROVED"] }), 0);
  const wrong = await ada.request('{ images(filter: { batchId: "monday" }) { totalCount } }');
  t.match(wrong.errors, [{ message: /no batch\. Pass the `batchId`/, extensions: { code: "BAD_USER_INPUT" } }]);
  const { data } = await ada.request("query ($id: ID!) { node(id: $id) { id ... on Image { status } } }", {
    id: approved,
  });
  t.same(data.node, { id: approved, status: "GENERATED" });
});

t.test("strangers see no image, by no path, and nobody sees any", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const [ada, bob] = [await atelier.signUp("Ada"), await atelier.signUp("Bob")];
  const [id = ""] = await studio.makeImages(atelier, ada);
  const workspaceId = await studio.personalWorkspace(ada);
  const byWorkspace = await bob.request("query ($w: ID) { images(workspaceId: $w) { totalCount nodes { id } } }", {
    w: workspaceId,
  });
  t.same(byWorkspace.data.images, { totalCount: 0, nodes: [] });
  const byNode = "query ($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }";
  for (const asked of [id, studio.missingId("Image"), "nonsense"]) {
    t.same((await bob.request(byNode, { id: asked })).data, { node: null, nodes: [null] });
  }
  const anonymous = await atelier.nobody.request("{ images { totalCount } }");
  t.equal(anonymous.errors?.[0]?.extensions.code, "UNAUTHENTICATED");
  t.equal((await atelier.nobody.request(byNode, { id })).errors?.[0]?.extensions.code, "UNAUTHENTICATED");
});

t.test("the providers of the server say what they accept", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const ada = await atelier.signUp("Ada");
  const { data } = await ada.request(
    `{ imageProviders { name label maxCount progressKind supportsPreview supportsCancel
       models { name label maxPromptLength width { min max step } height { max } sizes { width } defaultSize { width height ratio }
         supportsSeed supportsNegativePrompt inputImage { required } options { name } price { amount currency per } listed } } }`,
  );
  const easel = {
    ...{ name: "easel-1", label: "Easel One", maxPromptLength: 100, width: { min: 16, max: 256, step: 8 } },
    ...{ height: { max: 256 }, sizes: [], defaultSize: { width: 64, height: 64, ratio: null } },
    ...{ supportsSeed: true, supportsNegativePrompt: true, inputImage: null, options: [], listed: null },
    price: { amount: 0.04, currency: "USD", per: "PICTURE" },
  };
  t.same(data.imageProviders, [
    {
      ...{ name: "easel", label: "Easel", maxCount: 10, progressKind: "MEASURED" },
      ...{ supportsPreview: false, supportsCancel: true },
      models: [easel, { ...easel, name: "easel-2", label: "Easel Two", price: null }],
    },
  ]);
});

t.test("where a provider's API lists its models, they are shown and asked for", async (t) => {
  const [easel] = [...standInProvider().values()];
  const [first] = easel?.capabilities.models ?? [];
  if (easel === undefined || first === undefined) return void t.fail("there is a stand-in with a model");
  const big = { ...first, id: "easel-big", negativePrompt: false, inputImage: null, listed: true };
  const edits = { required: true, mimes: ["image/png"], maxBytes: 1_000, strength: false, mask: false } as const;
  const listing: ImageProvider = {
    ...easel,
    capabilities: { ...easel.capabilities, maxCount: 2 },
    listModels: () =>
      Promise.resolve({ models: [big, { ...big, id: "easel-edit", inputImage: edits }], listedAt: new Date() }),
  };
  const atelier = await openAtelier(t, { providers: new Map([["easel", listing]]) });
  const ada = await atelier.signUp("Ada");
  const { data } = await ada.request("{ imageProviders { models { name listed inputImage { required } } } }");
  t.same(data.imageProviders[0].models, [
    { name: "easel-big", listed: true, inputImage: null },
    { name: "easel-edit", listed: true, inputImage: { required: true } },
  ]);
  const { generate } = studio.operations;
  t.equal((await ada.mutate(generate, { prompt: "a boat" })).__typename, "GenerateImagesSuccess");
  t.equal((await atelier.services.db.image.findFirstOrThrow()).model, "easel-big");
  const codes = async (input: object) => {
    const refused = await ada.mutate(generate, { prompt: "a boat", ...input });
    return refused.issues?.map((issue: { path: string[]; code: string }) => `${issue.path.join(".")} ${issue.code}`);
  };
  t.same(await codes({ model: "easel-1" }), ["model UNKNOWN_MODEL"], "a declared model that is not listed");
  t.same(await codes({ model: "easel-edit" }), ["model NEEDS_INPUT_IMAGE"]);
  t.same(await codes({ negativePrompt: "people", count: 3 }), ["negativePrompt NOT_SUPPORTED", "count TOO_LARGE"]);
});

t.test("one image by its id, for those who can see it", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const [ada, bob] = [await atelier.signUp("Ada"), await atelier.signUp("Bob")];
  const [id = ""] = await studio.makeImages(atelier, ada);
  const query = "query ($id: ID!) { image(id: $id) { id prompt } }";
  t.match((await ada.request(query, { id })).data.image, { id });
  t.equal((await bob.request(query, { id })).data.image, null, "somebody else's looks as if it were not there");
  t.equal((await ada.request(query, { id: studio.missingId("Image") })).data.image, null);
  t.match((await ada.request(query, { id: ada.id })).errors, [
    { message: /is the id of a User. Pass the `id` of an? Image/, extensions: { code: "VALIDATION_FAILED" } },
  ]);
  t.equal((await atelier.nobody.request(query, { id })).errors?.[0]?.extensions.code, "UNAUTHENTICATED");
});
