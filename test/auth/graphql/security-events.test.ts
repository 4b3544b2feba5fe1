import { buffer } from "node:stream/consumers";
import t from "tap";
import { archiveOf } from "../../../src/auth/export/archive-of.ts";
import { openAtelier } from "../../support/atelier.ts";
import { rowOf } from "../../support/people.ts";
import { join, membersOf, newWorkspace, operations as team } from "../../support/team.ts";
import { operations, password, visit } from "../../support/visitor.ts";

const { login, changePassword, logout, logoutEverywhere, refresh } = operations;
const list = `query ($first: Int, $after: String) { securityEvents(first: $first, after: $after) {
  nodes { id action at address device byYou isCurrentSession details { name value } } pageInfo { hasNextPage endCursor } } }`;

t.test("what happened to an account", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  const bob = await atelier.signUp("Bob");
  const phone = visit(atelier.app, { address: "198.51.100.4", device: "Phone/1" });
  const step = async <T>(work: Promise<T>): Promise<T> => {
    const done = await work;
    atelier.clock.advance(1_000);
    return done;
  };
  const credentials = { email: ada.email, password };
  await step(phone.mutate(login, { ...credentials, password: "wrong horse battery" }));
  const session = await step(phone.mutate(login, credentials));
  const other = await step(phone.mutate(login, credentials));
  await step(phone.mutate(logout, {}, other.accessToken));
  await step(phone.mutate(logoutEverywhere, { keepCurrent: true }, session.accessToken));
  const fresh = "tangerine boat at dawn";
  await step(phone.mutate(changePassword, { currentPassword: password, newPassword: fresh }, session.accessToken));

  t.test("is told, the latest first, in one statement, and holds no secret", async (t) => {
    atelier.statements.clear();
    const { data } = await atelier.personWith(session.accessToken).request(list);
    t.equal(atelier.statements.all().length, 1);
    const { nodes } = data.securityEvents;
    t.same(
      nodes.map(({ action }: { action: string }) => action),
      [
        "PASSWORD_CHANGED",
        "SIGNED_OUT_EVERYWHERE",
        "SIGNED_OUT",
        "SIGNED_IN",
        "SIGNED_IN",
        "SIGN_IN_FAILED",
        "REGISTERED",
      ],
    );
    t.match(nodes[0], { address: "198.51.100.4", device: "Phone/1", byYou: true, isCurrentSession: true, details: [] });
    t.same(nodes[1].details, [
      { name: "ended", value: "1" },
      { name: "keptCurrent", value: "true" },
    ]);
    t.match(nodes[6], { address: "127.0.0.1", isCurrentSession: false });
    t.notMatch(JSON.stringify(data), new RegExp(`${password}|${fresh}|atr_|wrong horse`));
  });

  t.test("comes in pages", async (t) => {
    const seen: string[] = [];
    for (let after: string | null = null; ; ) {
      const { data } = await atelier.personWith(session.accessToken).request(list, { first: 2, after });
      seen.push(...data.securityEvents.nodes.map(({ id }: { id: string }) => id));
      if (!data.securityEvents.pageInfo.hasNextPage) break;
      after = data.securityEvents.pageInfo.endCursor;
    }
    t.equal(new Set(seen).size, 7);
  });

  t.test("is nobody else's business", async (t) => {
    const { data } = await atelier.personWith(session.accessToken).request(list);
    const [{ id }] = data.securityEvents.nodes;
    const node = "query ($id: ID!) { node(id: $id) { id } }";
    t.same((await bob.request(node, { id })).data, { node: null });
    t.match((await atelier.personWith(session.accessToken).request(node, { id })).data, { node: { id } });
    t.same(
      (await bob.request(list)).data.securityEvents.nodes.map(({ action }: { action: string }) => action),
      ["REGISTERED"],
    );
    t.match((await atelier.nobody.request(list)).errors, [{ extensions: { code: "UNAUTHENTICATED" } }]);
  });

  t.test("includes a copied refresh token", async (t) => {
    await phone.mutate(refresh, { refreshToken: session.refreshToken });
    atelier.clock.advance(60_000);
    await phone.mutate(refresh, { refreshToken: session.refreshToken });
    const again = await phone.mutate(login, { ...credentials, password: fresh });
    const { data } = await atelier.personWith(again.accessToken).request(list, { first: 2 });
    t.match(data.securityEvents.nodes, [{ action: "SIGNED_IN" }, { action: "REFRESH_TOKEN_REUSED" }]);
  });
});

t.test("what an owner did to a member tells the member neither where the owner is nor by what device", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  const bob = await atelier.signUp("Bob");
  const workspaceId = await newWorkspace(ada);
  await join(atelier, ada, { workspaceId, person: bob, role: "EDITOR" });
  const memberId = (await membersOf(ada, workspaceId))["Bob"]?.id;
  const office = visit(atelier.app, { address: "198.51.100.4", device: "Office/1" });
  await office.mutate(team.changeMemberRole, { memberId, role: "VIEWER" }, ada.token ?? "");
  const { data } = await bob.request(list, { first: 1 });
  t.match(data.securityEvents.nodes, [
    { action: "MEMBER_ROLE_CHANGED", byYou: false, address: null, device: null, isCurrentSession: false },
  ]);
  const row = await atelier.services.db.auditEntry.findFirstOrThrow({ where: { action: "MEMBER_ROLE_CHANGED" } });
  t.match(row, { address: "198.51.100.4", device: "Office/1" }, "the log itself knows");
  const archived: unknown[] = [];
  for await (const { path, content } of archiveOf(atelier.services, rowOf(bob), new Date())) {
    const bytes = await buffer(content);
    if (path === "security-events.json") archived.push(bytes.toString());
  }
  t.match(archived, [/MEMBER_ROLE_CHANGED/]);
  t.notMatch(archived[0], /198\.51\.100\.4|Office/);
});
