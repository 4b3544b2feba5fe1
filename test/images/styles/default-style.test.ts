import t from "tap";
import { openAtelier } from "../../support/atelier.ts";

t.test("a workspace has a default style for pictures for which nobody names one", async (t) => {
  const atelier = await openAtelier(t);
  const [ada, bob] = [await atelier.signUp("Ada"), await atelier.signUp("Bob")];
  const save = `mutation ($input: SaveStyleInput!) { saveStyle(input: $input) { ... on SaveStyleSuccess { style { id } } } }`;
  const set = `mutation ($input: UpdateWorkspaceInput!) { updateWorkspace(input: $input) { __typename
    ... on UpdateWorkspaceSuccess { workspace { defaultStyle { name } } } ... on ValidationError { issues { path message } } } }`;
  const make = `mutation ($input: GenerateImagesInput!) { generateImages(input: $input) {
    ... on GenerateImagesSuccess { images { styleVersion { style { name } } } } } }`;
  const styleOf = async (input: object) =>
    (await ada.mutate(make, { prompt: "a boat", ...input })).images[0].styleVersion?.style.name ?? null;
  const template = "{prompt}, ink";
  const { style: ink } = await ada.mutate(save, { name: "Ink", template });
  const { style: foreign } = await bob.mutate(save, { name: "Foreign", template });

  t.equal(await styleOf({}), null, "none, until one is set");
  t.match(await ada.mutate(set, { defaultStyleId: ink.id }), { workspace: { defaultStyle: { name: "Ink" } } });
  t.equal(await styleOf({}), "Ink");
  t.equal(await styleOf({ styleId: null }), null, "null asks for none");
  t.match(await ada.mutate(set, { name: "Studio" }), { workspace: { defaultStyle: { name: "Ink" } } }, "it stays");
  t.match(await ada.mutate(set, { defaultStyleId: foreign.id }), {
    ...{ __typename: "ValidationError", issues: [{ path: ["defaultStyleId"], message: /no such style/ }] },
  });
  t.match(await ada.mutate(set, { defaultStyleId: null }), { workspace: { defaultStyle: null } });
  t.equal(await styleOf({}), null);
});
