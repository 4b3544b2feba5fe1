import fc from "fast-check";
import t from "tap";
import { applyStyle } from "../../../src/images/styles/apply-style.ts";
import { joinWorkspace, openAtelier } from "../../support/atelier.ts";
import { standInProvider } from "../../support/stand-ins.ts";
import * as studio from "../../support/studio.ts";

const errors = "__typename ... on Error { code message } ... on ValidationError { issues { path code } }";
const fields = "id name isBuiltIn isDeleted current { number template negativePrompt description previewImage { id } }";
const save = `mutation ($input: SaveStyleInput!) { saveStyle(input: $input) { ${errors} ... on SaveStyleSuccess { style { ${fields} } } } }`;
const remove = `mutation ($input: DeleteStyleInput!) { deleteStyle(input: $input) { ${errors} ... on DeleteStyleSuccess { deletedId } } }`;
const list = `query ($workspaceId: ID, $filter: StyleFilter, $first: Int, $after: String) {
  styles(workspaceId: $workspaceId, filter: $filter, first: $first, after: $after) { totalCount nodes { ${fields} } pageInfo { hasNextPage endCursor } } }`;
const one = `query ($id: ID!) { node(id: $id) { ... on Style { ${fields} versions { totalCount nodes { number template } } } } }`;

t.test("at least twelve built-in styles are there, each whole, for everybody and for nobody to change", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const ada = await atelier.signUp("Ada");
  const { data } = await ada.request(list, { first: 100, filter: { builtIn: true } });
  const { nodes, totalCount } = data.styles;
  t.equal(nodes.length, totalCount);
  t.ok(totalCount >= 12);
  for (const { name, isBuiltIn, current } of nodes) {
    t.ok(isBuiltIn, name);
    t.equal(current.template.split("{prompt}").length, 2, name);
    t.ok(current.description !== "" && current.negativePrompt !== "", name);
  }
  const [builtIn] = nodes;
  const before = await atelier.services.db.styleVersion.count();
  const changed = { styleId: builtIn.id, name: "Mine", template: "{prompt}" };
  t.match(await ada.mutate(save, changed), { __typename: "ConflictError", message: /built in/ });
  t.match(await ada.mutate(remove, { styleId: builtIn.id }), { __typename: "ConflictError", message: /built in/ });
  t.equal(await atelier.services.db.styleVersion.count(), before);
  const anonymous = await atelier.nobody.request(list);
  t.equal(anonymous.errors?.[0]?.extensions.code, "UNAUTHENTICATED");
});

t.test("a style is saved, changes by versions, and goes without taking them along", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const ada = await atelier.signUp("Ada");
  const [previewImageId = ""] = await studio.makeImages(atelier, ada);
  const wording = { template: "etching of {prompt}", negativePrompt: "colour", description: "Fine lines." };
  const { style } = await ada.mutate(save, { name: " Etching ", ...wording, previewImageId });
  t.match(style, {
    ...{ name: "Etching", isBuiltIn: false, isDeleted: false },
    current: { number: 1, ...wording, previewImage: { id: previewImageId } },
  });
  const { id: styleId } = style;
  const again = await ada.mutate(save, { styleId, name: "Old etching", ...wording, previewImageId });
  t.match(again.style, { id: styleId, name: "Old etching", current: { number: 1 } }, "a name is no wording");
  const next = await ada.mutate(save, { styleId, name: "Old etching", template: "fine etching of {prompt}" });
  t.match(next.style.current, { number: 2, negativePrompt: "", description: "", previewImage: null });
  t.match((await ada.request(one, { id: styleId })).data.node.versions, {
    totalCount: 2,
    nodes: [
      { number: 2, template: "fine etching of {prompt}" },
      { number: 1, template: "etching of {prompt}" },
    ],
  });
  t.match(await ada.mutate(save, { name: "OLD ETCHING", template: "{prompt}" }), {
    __typename: "ConflictError",
    message: /"Old etching" is there already/,
  });

  const { db } = atelier.services;
  const version = await db.styleVersion.findFirstOrThrow({ where: { styleId: studio.rowIdOf(styleId), number: 1 } });
  const image = { id: studio.rowIdOf(previewImageId) };
  await db.image.update({ where: image, data: { styleVersionId: version.id } });
  const styled =
    "query ($filter: ImageFilter) { images(filter: $filter) { nodes { id styleVersion { number style { name isDeleted } } } } }";
  t.same(await ada.mutate(remove, { styleId }), { __typename: "DeleteStyleSuccess", deletedId: styleId });
  t.same((await ada.request(styled, { filter: { styleIds: [styleId] } })).data.images.nodes, [
    { id: previewImageId, styleVersion: { number: 1, style: { name: "Old etching", isDeleted: true } } },
  ]);
  t.equal((await ada.request(list, { filter: { builtIn: false } })).data.styles.totalCount, 0);
  t.match(await ada.mutate(remove, { styleId }), { __typename: "NotFoundError" });
  t.match(await ada.mutate(save, { styleId, name: "Back", template: "{prompt}" }), { __typename: "NotFoundError" });
  t.match(await ada.mutate(save, { name: "Old etching", template: "{prompt}" }), { style: { name: "Old etching" } });
});

t.test("styles are read page by page, by name, in one statement each", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const ada = await atelier.signUp("Ada");
  await ada.mutate(save, { name: "Aquatint", template: "{prompt}" });
  const names: string[] = [];
  for (let after: string | null = null; ; ) {
    atelier.statements.clear();
    const page =
      "query ($after: String) { styles(first: 4, after: $after) { nodes { name current { template } } pageInfo { hasNextPage endCursor } } }";
    const { data } = await ada.request(page, { after });
    t.equal(atelier.statements.all().length, 1);
    names.push(...data.styles.nodes.map(({ name }: { name: string }) => name));
    if (!data.styles.pageInfo.hasNextPage) break;
    after = data.styles.pageInfo.endCursor;
  }
  t.equal(names[0], "Aquatint");
  t.equal(new Set(names).size, await atelier.services.db.style.count());
  t.match((await ada.request(list, { filter: { name: "WATER" } })).data.styles.nodes, [{ name: "Watercolour" }]);
});

t.test("who does not edit changes no style, and strangers see none but the built-in ones", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const ada = await atelier.signUp("Ada");
  const workspaceId = await studio.personalWorkspace(ada);
  const { style } = await ada.mutate(save, { name: "Etching", template: "etching of {prompt}" });
  for (const role of ["REVIEWER", "VIEWER", "STRANGER"] as const) {
    const person = await atelier.signUp(role);
    if (role !== "STRANGER") await joinWorkspace(atelier, person, ada, role);
    const refused = role === "STRANGER" ? "NotFoundError" : "ForbiddenError";
    const changed = { workspaceId, styleId: style.id, name: "Mine", template: "{prompt}" };
    t.match(await person.mutate(save, changed), { __typename: refused });
    t.match(await person.mutate(remove, { styleId: style.id }), { __typename: refused });
    const { data } = await person.request(list, { workspaceId, filter: { builtIn: false } });
    t.equal(data.styles.totalCount, role === "STRANGER" ? 0 : 1);
    t.equal((await person.request(one, { id: style.id })).data.node === null, role === "STRANGER");
  }
  const eve = await atelier.signUp("Eve");
  t.match(await eve.mutate(save, { styleId: style.id, name: "Mine", template: "{prompt}" }), {
    __typename: "NotFoundError",
  });
  const [theirs = ""] = await studio.makeImages(atelier, eve);
  t.match(await ada.mutate(save, { name: "B", template: "{prompt}", previewImageId: theirs }), {
    __typename: "NotFoundError",
    message: /no such image/,
  });
  const issues = async (input: object) =>
    (await ada.mutate(save, { name: "C", template: "{prompt}", ...input })).issues?.map(
      ({ path, code }: { path: string[]; code: string }) => `${path.join(".")} ${code}`,
    );
  t.same(await issues({ template: "no mark" }), ["template PROMPT_MARK"]);
  t.same(await issues({ template: "{prompt} {prompt}", name: " " }), ["template PROMPT_MARK", "name EMPTY"]);
  t.same(await issues({ description: "x".repeat(501) }), ["description TOO_LONG"]);
});

t.test("a prompt in a style stands where the template says, whatever it holds", async (t) => {
  const style = { template: "ink drawing of {prompt}, fine lines", negativePrompt: "colour" };
  t.same(applyStyle("a $& boat", "people", style), {
    prompt: "ink drawing of a $& boat, fine lines",
    negativePrompt: "people, colour",
  });
  t.equal(applyStyle("a boat", "", style).negativePrompt, "colour");
  t.equal(applyStyle("a boat", "people", { ...style, negativePrompt: "" }).negativePrompt, "people");
  fc.assert(
    fc.property(
      fc.string(),
      (prompt) => applyStyle(prompt, "", style).prompt === `ink drawing of ${prompt}, fine lines`,
    ),
  );
});
