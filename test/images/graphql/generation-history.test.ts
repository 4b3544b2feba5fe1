import t from "tap";
import { decodeGlobalId } from "../../../src/graphql/ids.ts";
import { openAtelier, personalWorkspace } from "../../support/atelier.ts";
import { fillGallery } from "../../support/many-pictures.ts";

t.test("the history of attempts", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  const bob = await atelier.signUp("Bob");
  const workspaceId = decodeGlobalId(await personalWorkspace(ada)).id;
  await fillGallery(atelier, workspaceId, 70);
  const history = `query ($workspaceId: ID, $filter: GenerationHistoryFilter, $after: String) {
    generationHistory(workspaceId: $workspaceId, filter: $filter, first: 25, after: $after) {
      totalCount pageInfo { hasNextPage endCursor }
      nodes { id number provider model outcome costState startedAt finishedAt cost { amount currency isReported } image { id prompt } }
    }
  }`;
  const ask = async (filter = {}, after: string | null = null) =>
    (await ada.request(history, { filter, after })).data.generationHistory;

  t.test("every attempt once, the newest first, a page a statement", async (t) => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      atelier.statements.clear();
      const { data } = await ada.request(history.replace("totalCount", ""), { filter: {}, after });
      t.equal(atelier.statements.all().length, 1);
      const { nodes, pageInfo } = data.generationHistory;
      seen.push(...nodes.map((node: { id: string }) => node.id));
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after !== null);
    t.equal(new Set(seen).size, 60);
    t.equal(seen.length, 60);
  });

  t.test("filters", async (t) => {
    t.match(await ask({ provider: ["p1"], outcome: ["FAILED"] }), { totalCount: 3 });
    const failed = (await ask({ outcome: ["FAILED"] })).nodes[0];
    t.match(failed, { costState: "UNKNOWN", cost: { amount: 0.04, isReported: false } });
    t.equal((await ask({ imageId: failed.image.id })).totalCount, 1);
    t.equal((await ask({ startedBefore: "2026-11-01T00:00:00Z" })).totalCount, 0);
    t.equal((await ask({ startedFrom: "2026-11-01T00:00:00Z" })).totalCount, 60);
    t.equal((await ask({ failureClass: ["TIMEOUT"] })).totalCount, 0);
    t.match((await ada.request(history, { filter: { imageId: ada.id } })).errors, [
      { extensions: { code: "VALIDATION_FAILED" } },
    ]);
  });

  t.test("it is the workspace's alone", async (t) => {
    const [{ id }] = (await ask()).nodes;
    const foreign = await bob.request(history, { workspaceId: await personalWorkspace(ada) });
    t.equal(foreign.data.generationHistory.totalCount, 0);
    const node = "query ($id: ID!) { node(id: $id) { id } }";
    t.same((await bob.request(node, { id })).data.node, null);
    t.same((await ada.request(node, { id })).data.node, { id });
    t.equal(decodeGlobalId(id).typename, "GenerationAttempt");
  });
});
