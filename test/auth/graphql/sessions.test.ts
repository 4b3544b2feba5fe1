import t from "tap";
import { openAtelier } from "../../support/atelier.ts";
import { operations, password, visit } from "../../support/visitor.ts";

const { login, logout, logoutEverywhere, refresh, revokeSession } = operations;
const list = `{ sessions { nodes { id device address createdAt lastUsedAt expiresAt endedAt isCurrent } totalCount } }`;
const day = 24 * 60 * 60_000;

t.test("where somebody is signed in", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  const bob = await atelier.signUp("Bob");
  const phone = visit(atelier.app, { address: "198.51.100.4", device: "Phone/1" });
  const credentials = { email: ada.email, password };
  const signIn = async () => {
    atelier.clock.advance(1_000);
    return phone.mutate(login, credentials);
  };
  const idOf = async (accessToken: string): Promise<string> => {
    const { data } = await atelier.personWith(accessToken).request(list);
    return data.sessions.nodes.find((session: { isCurrent: boolean }) => session.isCurrent).id;
  };

  t.test("is listed, the latest first, in one statement", async (t) => {
    const { accessToken } = await signIn();
    atelier.statements.clear();
    const { data } = await atelier.personWith(accessToken).request(list.replace("totalCount", ""));
    t.equal(atelier.statements.all().length, 1);
    t.match(data.sessions.nodes, [
      {
        ...{ device: "Phone/1", address: "198.51.100.4", isCurrent: true, endedAt: null },
        ...{ createdAt: atelier.clock.now().toISOString(), lastUsedAt: atelier.clock.now().toISOString() },
        expiresAt: new Date(atelier.clock.now().getTime() + 30 * day).toISOString(),
      },
      { device: "lightMyRequest", address: "127.0.0.1", isCurrent: false },
    ]);
    t.equal((await ada.request(list)).data.sessions.totalCount, 2);
    t.equal((await bob.request(list)).data.sessions.totalCount, 1, "nobody sees another's");
  });

  t.test("comes in pages", async (t) => {
    const page = `query ($after: String) { sessions(first: 1, after: $after, orderBy: CREATED_ASC) { nodes { device } pageInfo { hasNextPage endCursor } } }`;
    const one = (await ada.request(page)).data.sessions;
    const two = (await ada.request(page, { after: one.pageInfo.endCursor })).data.sessions;
    t.same([...one.nodes, ...two.nodes], [{ device: "lightMyRequest" }, { device: "Phone/1" }]);
    t.equal(two.pageInfo.hasNextPage, false);
  });

  t.test("one session ends another", async (t) => {
    const { accessToken, refreshToken } = await signIn();
    const sessionId = await idOf(accessToken);
    t.match(await ada.mutate(revokeSession, { sessionId }), {
      __typename: "RevokeSessionSuccess",
      session: { id: sessionId, endedAt: atelier.clock.now().toISOString() },
    });
    t.match((await atelier.personWith(accessToken).request("{ me { id } }")).errors, [
      { message: "This session was ended. Sign in again.", extensions: { code: "UNAUTHENTICATED" } },
    ]);
    t.match(await phone.mutate(refresh, { refreshToken }), { code: "INVALID_REFRESH_TOKEN" });
    t.equal((await ada.request(list)).data.sessions.totalCount, 2, "ended ones are not listed");
    t.match(await ada.mutate(revokeSession, { sessionId }), { code: "NOT_FOUND" }, "and not ended again");
  });

  t.test("not-yours and not-there answer alike", async (t) => {
    const theirs = await idOf(bob.token ?? "");
    const nobodys = Buffer.from("Session:01900000-0000-7000-8000-000000000000").toString("base64url");
    const answers = await Promise.all([theirs, nobodys].map((sessionId) => ada.mutate(revokeSession, { sessionId })));
    t.match(answers[0], { __typename: "NotFoundError", message: "There is no such session, or you cannot see it." });
    t.same(answers[0], answers[1]);
    t.match(await ada.mutate(revokeSession, { sessionId: ada.id }), { __typename: "ValidationError" });
    const node = "query ($id: ID!) { node(id: $id) { id ... on Session { device } } }";
    t.same((await ada.request(node, { id: theirs })).data, { node: null });
    t.match((await bob.request(node, { id: theirs })).data, { node: { id: theirs } });
    t.match((await bob.request(list)).data.sessions, { totalCount: 1 });
  });

  t.test("signing out ends the session of the access token, or of the refresh token without one", async (t) => {
    const one = await signIn();
    const id = await idOf(one.accessToken);
    t.match(await phone.mutate(logout, {}, one.accessToken), { __typename: "LogoutSuccess", sessionId: id });
    t.match((await atelier.personWith(one.accessToken).request("{ me { id } }")).errors, [{ message: /was ended/ }]);
    const two = await signIn();
    atelier.clock.advance(60_000);
    const renewed = await phone.mutate(refresh, { refreshToken: two.refreshToken });
    t.match(await phone.mutate(logout, { refreshToken: two.refreshToken }), { __typename: "LogoutSuccess" });
    t.match((await atelier.personWith(renewed.accessToken).request("{ me { id } }")).errors, [
      { message: /was ended/ },
    ]);
    t.match(await phone.mutate(logout, { refreshToken: two.refreshToken }), { code: "INVALID_REFRESH_TOKEN" });
    t.match((await phone.send(logout, {})).json().errors, [{ extensions: { code: "UNAUTHENTICATED" } }]);
  });

  t.test("signing out everywhere ends all, or all others", async (t) => {
    const one = await signIn();
    const two = await signIn();
    const count = () => atelier.services.db.session.count({ where: { user: { email: ada.email }, revokedAt: null } });
    const live = await count();
    t.match(await phone.mutate(logoutEverywhere, { keepCurrent: true }, two.accessToken), { ended: live - 1 });
    t.match((await atelier.personWith(one.accessToken).request("{ me { id } }")).errors, [{ message: /was ended/ }]);
    t.equal((await atelier.personWith(two.accessToken).request("{ me { id } }")).errors, undefined);
    t.match(await phone.mutate(logoutEverywhere, {}, two.accessToken), { ended: 1 });
    t.match((await atelier.personWith(two.accessToken).request("{ me { id } }")).errors, [{ message: /was ended/ }]);
    t.equal(await count(), 0);
    t.equal((await bob.request("{ me { id } }")).errors, undefined, "somebody else goes on");
  });

  t.test("nobody, and no API token, sees or ends sessions", async (t) => {
    t.match((await atelier.nobody.request(list)).errors, [{ extensions: { code: "UNAUTHENTICATED" } }]);
    const { apiTokenHash } = await import("../../../src/auth/read-api-token.ts");
    const token = "atl_0123456789abcdefghijklmnopqrstuvwxyz";
    const user = await atelier.services.db.user.findUniqueOrThrow({ where: { emailKey: bob.email } });
    const expiresAt = new Date(atelier.clock.now().getTime() + day);
    await atelier.services.db.apiToken.create({
      data: { userId: user.id, name: "script", hash: apiTokenHash(token), hint: "atl_0123", scopes: [], expiresAt },
    });
    const script = atelier.personWith(token);
    const answers = [
      await script.request(list),
      await script.request("{ securityEvents { nodes { action } } }"),
      await script.request(logoutEverywhere, { input: {} }),
    ];
    for (const { errors } of answers)
      t.match(errors, [{ message: /An API token cannot do this/, extensions: { code: "FORBIDDEN" } }]);
  });
});
