import t from "tap";
import { joinWorkspace, next, openAtelier, personalWorkspace } from "../support/atelier.ts";
import { settledLog } from "../support/settled-log.ts";

t.test("what is shown is checked when it is delivered", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  const bea = await atelier.signUp("Bea");
  await joinWorkspace(atelier, bea, ada, "VIEWER");
  await atelier.listen();
  const generate = `mutation ($input: GenerateImagesInput!) { generateImages(input: $input) { __typename } }`;
  const input = { prompt: "a kite", width: 256, height: 256 };
  await ada.mutate(generate, input);
  // Otherwise its event may still come behind its snapshot.
  await settledLog(atelier.services);
  const watch = `subscription ($id: ID) { imageChanged(filter: { workspaceId: $id }) { kind image { prompt } } }`;
  const events = atelier.socket(bea).iterate({ query: watch, variables: { id: await personalWorkspace(ada) } });
  t.match(await next(events), { data: { imageChanged: { kind: "SNAPSHOT", image: { prompt: "a kite" } } } });
  await atelier.services.db.member.deleteMany({ where: { role: "VIEWER" } });
  await ada.mutate(generate, input);
  t.match(await next(events), { data: { imageChanged: { kind: "CREATED", image: null } } });
});
