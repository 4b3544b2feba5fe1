import t from "tap";
import { openAtelier, personalWorkspace } from "../../support/atelier.ts";
import { newUser } from "../../support/authorisation/places.ts";
import { missingId, rowIdOf } from "../../support/studio.ts";
import { invite, newWorkspace } from "../../support/team.ts";

t.test("the list of workspaces", async (t) => {
  const atelier = await openAtelier(t);
  const [ada, bob] = [await atelier.signUp("Ada"), await atelier.signUp("Bob")];
  for (const name of ["One", "Two", "Three", "Four"]) {
    // Registration goes by the database's clock, which runs ahead of a test's.
    atelier.clock.advance(60_000);
    await newWorkspace(ada, name);
  }
  await newWorkspace(bob, "His");
  const query = `query ($first: Int, $after: String, $orderBy: WorkspaceOrder! = CREATED_ASC) {
    workspaces(first: $first, after: $after, orderBy: $orderBy) {
      totalCount nodes { id name role isPersonal timeZone reviewPolicy version createdAt } pageInfo { hasNextPage endCursor } } }`;

  t.test("holds the viewer's, in order, each once", async (t) => {
    const names: string[] = [];
    for (let after: string | null = null; ; ) {
      const { data } = await ada.request(query, { first: 2, after });
      t.equal(data.workspaces.totalCount, 5);
      names.push(...data.workspaces.nodes.map(({ name }: { name: string }) => name));
      after = data.workspaces.pageInfo.endCursor;
      if (!data.workspaces.pageInfo.hasNextPage) break;
    }
    t.same(names, ["Ada's workspace", "One", "Two", "Three", "Four"]);
    const { data } = await ada.request(query, { first: 1, orderBy: "CREATED_DESC" });
    t.match(data.workspaces.nodes, [{ name: "Four", role: "OWNER", isPersonal: false }]);
  });

  t.test("is one statement, and one for the count", async (t) => {
    atelier.statements.clear();
    await ada.request(query.replace("totalCount", ""), { first: 3 });
    t.equal(atelier.statements.all().length, 1, atelier.statements.all().join("\n"));
    atelier.statements.clear();
    await ada.request(query, { first: 3 });
    t.equal(atelier.statements.all().length, 2);
  });

  t.test("one by its id, for its members", async (t) => {
    const byId = "query ($id: ID!) { workspace(id: $id) { id name } }";
    const id = await personalWorkspace(ada);
    t.same((await ada.request(byId, { id })).data.workspace, { id, name: "Ada's workspace" });
    t.equal((await bob.request(byId, { id })).data.workspace, null);
    t.equal((await ada.request(byId, { id: missingId("Workspace") })).data.workspace, null);
    t.match((await ada.request(byId, { id: ada.id })).errors, [{ extensions: { code: "VALIDATION_FAILED" } }]);
  });
});

t.test("the lists of members and invitations", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  const id = await newWorkspace(ada);
  const { db, clock } = atelier.services;
  for (let n = 0; n < 7; n += 1) {
    const joinedAt = new Date(clock.now().getTime() + 1_000 * Math.floor(n / 2));
    await db.member.create({ data: { workspaceId: rowIdOf(id), userId: await newUser(db), role: "VIEWER", joinedAt } });
  }
  for (let n = 0; n < 4; n += 1)
    await invite(atelier, ada, { workspaceId: id, email: `n${n}@example.org`, role: "VIEWER" });

  const list = (name: string, fields: string) =>
    `query ($id: ID!, $first: Int, $after: String) { workspace(id: $id) { ${name}(first: $first, after: $after) {
      nodes { id ${fields} } pageInfo { hasNextPage endCursor } } } }`;
  const members = list("members", "role joinedAt user { id displayName } workspace { name }");
  const invitations = list(
    "invitations",
    "email role status createdAt expiresAt invitedBy { displayName } workspace { name }",
  );

  for (const [name, query, count] of [
    ["members", members, 8],
    ["invitations", invitations, 4],
  ] as const) {
    t.test(`${name} come in pages, each once`, async (t) => {
      const ids: string[] = [];
      for (let after: string | null = null; ; ) {
        const { data } = await ada.request(query, { id, first: 3, after });
        ids.push(...data.workspace[name].nodes.map((node: { id: string }) => node.id));
        after = data.workspace[name].pageInfo.endCursor;
        if (!data.workspace[name].pageInfo.hasNextPage) break;
      }
      t.equal(ids.length, count);
      t.equal(new Set(ids).size, count);
    });
    t.test(`${name} are as many statements for three as for a hundred`, async (t) => {
      const cost = async (first: number) => {
        atelier.statements.clear();
        await ada.request(query, { id, first });
        return atelier.statements.all().length;
      };
      // The workspace, the list, and for invitations the role that it takes.
      const wanted = name === "members" ? 2 : 3;
      t.equal(await cost(3), wanted, atelier.statements.all().join("\n"));
      t.equal(await cost(100), wanted);
    });
  }
});

t.test("of a workspace that one has left, nothing is reached by any way", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  const eve = await atelier.signUp("Eve");
  const id = await newWorkspace(ada);
  const ways = `query ($id: ID!) { node(id: $id) { ... on Workspace { name members { nodes { id } } } } }`;
  t.same((await eve.request(ways, { id })).data, { node: null });
  t.match((await ada.request(ways, { id })).data, { node: { name: "Studio", members: { nodes: { length: 1 } } } });
});
