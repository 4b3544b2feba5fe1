import t from "tap";
import { decodeGlobalId, encodeGlobalId } from "../../../src/graphql/ids.ts";
import { joinWorkspace, openAtelier, personalWorkspace } from "../../support/atelier.ts";

t.test("workspaces", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  const bob = await atelier.signUp("Bob");
  const query = "{ me { workspaces { id name timeZone role isPersonal } } }";

  t.test("everybody owns a personal one", async (t) => {
    atelier.statements.clear();
    const { data } = await ada.request(query);
    t.ok(atelier.statements.all().length <= 2, "in two statements");
    t.match(data.me.workspaces, [{ name: "Ada's workspace", timeZone: "UTC", role: "OWNER", isPersonal: true }]);
    t.equal(data.me.workspaces.length, 1);
  });

  t.test("a member sees it too, with a role of their own", async (t) => {
    await joinWorkspace(atelier, bob, ada, "REVIEWER");
    const { data } = await bob.request(query);
    t.match(data.me.workspaces, [
      { name: "Ada's workspace", role: "REVIEWER", isPersonal: false },
      { name: "Bob's workspace", role: "OWNER", isPersonal: true },
    ]);
    t.equal((await ada.request(query)).data.me.workspaces.length, 1, "and hers is not changed by it");
  });

  t.test("others do not see it", async (t) => {
    const eve = await atelier.signUp("Eve");
    const id = await personalWorkspace(ada);
    const byId = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Workspace { name } } }";
    const absent = encodeGlobalId("Workspace", "0190a7b0-1111-7111-8111-111111111111");
    t.same((await ada.request(byId, { ids: [id, absent] })).data.nodes, [{ name: "Ada's workspace" }, null]);
    t.same((await bob.request(byId, { ids: [id] })).data.nodes, [{ name: "Ada's workspace" }]);
    t.same((await eve.request(byId, { ids: [id] })).data.nodes, [null]);
  });

  t.test("of a fellow member one sees neither the address nor the other workspaces", async (t) => {
    const cleo = await atelier.signUp("Cleo");
    await joinWorkspace(atelier, ada, cleo, "VIEWER");
    const workspaceId = await personalWorkspace(ada);
    const [rowId, authorId] = [workspaceId, ada.id].map((id) => decodeGlobalId(id).id);
    if (rowId === undefined || authorId === undefined) throw new Error("Ada has no workspace.");
    await atelier.services.db.post.create({ data: { workspaceId: rowId, authorId, caption: "Hers" } });
    const posts =
      "query ($id: ID) { posts(workspaceId: $id) { nodes { author { displayName email workspaces { name } } } } }";
    t.same((await bob.request(posts, { id: workspaceId })).data.posts.nodes, [
      { author: { displayName: "Ada", email: null, workspaces: [{ name: "Ada's workspace" }] } },
    ]);
    const own = (await ada.request(posts, { id: workspaceId })).data.posts.nodes[0].author;
    t.match(own, { email: "ada@example.org", workspaces: { length: 2 } });
  });
});
