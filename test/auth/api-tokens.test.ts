import t from "tap";
import { openAtelier, personalWorkspace } from "../support/atelier.ts";
import { readMails } from "../support/mailbox.ts";
import { init, openRawSocket, openSignedInSocket, subscribe } from "../support/raw-socket.ts";
import { missingId, rowIdOf } from "../support/studio.ts";
import { auditTrail, newWorkspace, operations } from "../support/team.ts";

const { createApiToken, revokeApiToken } = operations;
const day = 24 * 60 * 60_000;
const input = { name: "Nightly", scopes: ["IMAGES_READ"] };
const list = `query ($first: Int, $after: String) { apiTokens(first: $first, after: $after) { totalCount
  nodes { id name hint scopes workspace { id name } createdAt expiresAt lastUsedAt lastUsedAddress } pageInfo { hasNextPage endCursor } } }`;

t.test("a token is shown once and kept as a hash", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  const made = await ada.mutate(createApiToken, { ...input, scopes: ["PUBLISH", "IMAGES_READ", "PUBLISH"] });
  t.match(made.token, /^atl_[\w-]{43}$/);
  t.match(made.apiToken, {
    ...{ name: "Nightly", hint: made.token.slice(0, 8), scopes: ["IMAGES_READ", "PUBLISH"], workspace: null },
    expiresAt: new Date(atelier.clock.now().getTime() + 90 * day).toISOString(),
    lastUsedAt: null,
  });
  const { db } = atelier.services;
  const everything = JSON.stringify([await db.apiToken.findMany(), await db.auditEntry.findMany()]);
  t.notMatch(everything, made.token.slice(8));
  t.match(await auditTrail(atelier), ["API_TOKEN_CREATED"]);
  const script = atelier.personWith(made.token);
  t.match((await script.request("{ me { id email } }")).data.me, { id: ada.id, email: "ada@example.org" });
});

t.test("input out of rule is told with its path", async (t) => {
  const atelier = await openAtelier(t);
  const [ada, bob] = [await atelier.signUp("Ada"), await atelier.signUp("Bob")];
  const cases: readonly [object, string, string, RegExp][] = [
    [{ name: " " }, "name", "EMPTY", /name of the token is empty/],
    [{ name: "x".repeat(81) }, "name", "TOO_LONG", /81 characters; at most 80/],
    [{ name: "a\u0007" }, "name", "CONTROL_CHARACTER", /control character/],
    [{ scopes: [] }, "scopes", "TOO_FEW", /at least one/],
    [{ expiresInDays: 0 }, "expiresInDays", "TOO_SMALL", /1 to 365 days/],
    [{ expiresInDays: 366 }, "expiresInDays", "TOO_LARGE", /1 to 365 days/],
    [{ workspaceId: ada.id }, "workspaceId", "INVALID_ID", /id of a User/],
  ];
  for (const [wrong, path, code, message] of cases) {
    t.match(await ada.mutate(createApiToken, { ...input, ...wrong }), {
      ...{ __typename: "ValidationError", issues: [{ path: [path], code, message }] },
    });
  }
  for (const workspaceId of [await personalWorkspace(bob), missingId("Workspace")]) {
    t.match(await ada.mutate(createApiToken, { ...input, workspaceId }), {
      __typename: "NotFoundError",
      message: /no such workspace/,
    });
  }
  const unknown = await ada.request(createApiToken, { input: { ...input, scopes: ["EVERYTHING"] } });
  t.match(unknown.errors, [{ message: /"EVERYTHING".*ApiTokenScope/, extensions: { code: "BAD_USER_INPUT" } }]);
  t.equal(await atelier.services.db.apiToken.count(), 0);
});

t.test("at most fifty live ones, also when they are asked for at once", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  const answers = await Promise.all(
    Array.from({ length: 55 }, () => ada.mutate(createApiToken, { ...input, expiresInDays: 1 })),
  );
  const made = answers.filter(({ __typename }) => __typename === "CreateApiTokenSuccess");
  t.equal(made.length, 50);
  t.match(
    answers.find(({ __typename }) => __typename !== "CreateApiTokenSuccess"),
    {
      ...{
        __typename: "ConflictError",
        message: "You have 50 live API tokens; at most 50 are allowed. Revoke one first.",
      },
    },
  );
  await ada.mutate(revokeApiToken, { apiTokenId: made[0].apiToken.id });
  t.match(await ada.mutate(createApiToken, input), { __typename: "CreateApiTokenSuccess" }, "a revoked one makes room");
  atelier.clock.advance(day);
  const later = await atelier.signIn(ada);
  t.match(await later.mutate(createApiToken, input), { __typename: "CreateApiTokenSuccess" }, "and so do expired ones");
});

t.test("the list", async (t) => {
  const atelier = await openAtelier(t);
  const [ada, bob] = [await atelier.signUp("Ada"), await atelier.signUp("Bob")];
  const workspaceId = await newWorkspace(ada);
  for (let n = 0; n < 4; n += 1) {
    atelier.clock.advance(1_000);
    await ada.mutate(createApiToken, { ...input, name: `Number ${n}`, ...(n % 2 === 0 && { workspaceId }) });
  }
  await bob.mutate(createApiToken, input);
  atelier.statements.clear();
  const first = (await ada.request(list.replace("totalCount", ""), { first: 3 })).data.apiTokens;
  t.equal(atelier.statements.all().length, 1, "is one statement");
  t.match(first.nodes, [
    { name: "Number 3", workspace: null },
    { name: "Number 2", workspace: { id: workspaceId, name: "Studio" } },
    { name: "Number 1", workspace: null },
  ]);
  const second = (await ada.request(list, { first: 3, after: first.pageInfo.endCursor })).data.apiTokens;
  t.match(second, { totalCount: 4, nodes: [{ name: "Number 0" }], pageInfo: { hasNextPage: false } });
  await ada.mutate(revokeApiToken, { apiTokenId: second.nodes[0].id });
  t.equal((await ada.request(list)).data.apiTokens.nodes.length, 3, "revoked ones are gone from it");
});

t.test("only people make, list and revoke them", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  const script = await atelier.apiToken(ada, ["workspace:admin", "images:write", "posts:write", "publish"]);
  const refused = { message: "An API token cannot do this. Sign in with a password to do it." };
  t.match((await script.request(list)).errors, [{ ...refused, extensions: { code: "FORBIDDEN" } }]);
  t.match(await script.mutate(createApiToken, input), { __typename: "ForbiddenError", ...refused });
  t.match(await script.mutate(revokeApiToken, { apiTokenId: missingId("ApiToken") }), { __typename: "ForbiddenError" });
});

t.test("a revoked one counts no more, over HTTP and on a live socket", async (t) => {
  const atelier = await openAtelier(t);
  await atelier.listen();
  const [ada, bob] = [await atelier.signUp("Ada"), await atelier.signUp("Bob")];
  const made = await ada.mutate(createApiToken, input);
  const script = atelier.personWith(made.token);
  const { say, hear, closed } = await openSignedInSocket(atelier, script);
  say(subscribe("1", "subscription { imageChanged { kind } }"), subscribe("2", "{ me { id } }"));
  t.match(await hear(), { id: "2", payload: { data: { me: { id: ada.id } } } });
  const apiTokenId = made.apiToken.id;
  t.match(await bob.mutate(revokeApiToken, { apiTokenId }), {
    __typename: "NotFoundError",
    message: /no such API token/,
  });
  t.match(await bob.mutate(revokeApiToken, { apiTokenId: missingId("ApiToken") }), { __typename: "NotFoundError" });
  const started = performance.now();
  const revoked = await ada.mutate(revokeApiToken, { apiTokenId });
  t.equal(revoked.apiToken.revokedAt, atelier.clock.now().toISOString());
  t.match(await closed, { code: 4401 });
  t.ok(performance.now() - started < 5_000, "within five seconds");
  t.match((await script.request("{ me { id } }")).errors, [
    { message: /no such API token; it may have been revoked/, extensions: { code: "UNAUTHENTICATED" } },
  ]);
  const again = await openRawSocket(atelier);
  again.say(init(script));
  t.match(await again.closed, { code: 4401, reason: /no such API token/ });
  t.match(await ada.mutate(revokeApiToken, { apiTokenId }), { apiToken: { id: apiTokenId } }, "again changes nothing");
  t.match(await auditTrail(atelier), ["API_TOKEN_CREATED", "API_TOKEN_REVOKED"]);
});

t.test("one that has run out, and one whose user is disabled, count no more", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  const { token } = await ada.mutate(createApiToken, { ...input, expiresInDays: 1 });
  const script = atelier.personWith(token);
  atelier.clock.advance(day - 1);
  t.equal((await script.request("{ me { id } }")).data.me.id, ada.id);
  atelier.clock.advance(1);
  t.match((await script.request("{ me { id } }")).errors, [
    { message: /The API token has expired/, extensions: { code: "UNAUTHENTICATED" } },
  ]);
  atelier.clock.advance(-1);
  await atelier.services.db.user.updateMany({ data: { disabledAt: atelier.clock.now() } });
  t.match((await script.request("{ me { id } }")).errors, [{ extensions: { code: "UNAUTHENTICATED" } }]);
});

t.test("the last use is written down, at most once a minute", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  const script = await atelier.apiToken(ada, ["images:read"]);
  const writes = () => atelier.statements.all().filter((sql) => /^update .*api_token/i.test(sql)).length;
  const use = async () => {
    atelier.statements.clear();
    await script.request("{ me { id } }");
    return writes();
  };
  t.equal(await use(), 1);
  const first = atelier.clock.now();
  t.equal(await use(), 0);
  atelier.clock.advance(59_999);
  t.equal(await use(), 0);
  t.match((await ada.request(list)).data.apiTokens.nodes, [
    { lastUsedAt: first.toISOString(), lastUsedAddress: "127.0.0.1" },
  ]);
  atelier.clock.advance(2);
  t.equal(await use(), 1);
});

t.test("a token for one workspace reaches that one alone, and means it by default", async (t) => {
  const atelier = await openAtelier(t);
  await atelier.listen();
  const ada = await atelier.signUp("Ada");
  const [own, other] = [await newWorkspace(ada, "Own"), await newWorkspace(ada, "Other")];
  const personal = await personalWorkspace(ada);
  const script = await atelier.apiToken(ada, ["images:write", "posts:write", "publish", "workspace:admin"], own);
  const generate = (workspaceId?: string) =>
    script.mutate(
      "mutation ($input: GenerateImagesInput!) { generateImages(input: $input) { __typename ... on GenerateImagesSuccess { images { workspace { id } } } } }",
      { prompt: "a kite", width: 256, height: 256, ...(workspaceId !== undefined && { workspaceId }) },
    );
  t.match(await generate(), { images: [{ workspace: { id: own } }] }, "the default");
  for (const foreign of [other, personal]) t.match(await generate(foreign), { __typename: "NotFoundError" });
  const { db } = atelier.services;
  const post = async (workspaceId: string) =>
    (
      await db.post.create({
        data: { workspaceId: rowIdOf(workspaceId), authorId: rowIdOf(ada.id), caption: "A kite." },
      })
    ).id;
  await post(other);
  await post(own);

  const { data } = await script.request(`{
    me { workspaces { id } } workspaces { totalCount nodes { id } } images { totalCount }
    posts { nodes { caption workspace { id } author { workspaces { id } } } } }`);
  t.same(data, {
    ...{ me: { workspaces: [{ id: own }] }, workspaces: { totalCount: 1, nodes: [{ id: own }] } },
    images: { totalCount: 1 },
    posts: { nodes: [{ caption: "A kite.", workspace: { id: own }, author: { workspaces: [{ id: own }] } }] },
  });
  const byId = `query ($id: ID!) { workspace(id: $id) { id } node(id: $id) { id } nodes(ids: [$id]) { id }
    images(workspaceId: $id) { totalCount } posts(workspaceId: $id) { totalCount } socialAccounts(workspaceId: $id) { totalCount } }`;
  const none = { totalCount: 0 };
  for (const id of [other, personal]) {
    t.same((await script.request(byId, { id })).data, {
      ...{ workspace: null, node: null, nodes: [null], images: none, posts: none, socialAccounts: none },
    });
  }
  const { say, hear } = await openSignedInSocket(atelier, script);
  say(subscribe("1", "subscription ($id: ID!) { postChanged(filter: { workspaceId: $id }) { kind } }", { id: other }));
  t.match(await hear(), { payload: { errors: [{ extensions: { code: "NOT_FOUND" } }] } });
  await hear();
  say(subscribe("2", "subscription { workspaceChanged { kind workspace { id } } }"));
  t.match(await hear(), { payload: { data: { workspaceChanged: { kind: "SNAPSHOT", workspace: { id: own } } } } });
});

t.test("a new one is told by mail, without the token", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  const script = await atelier.apiToken(ada, ["images:read"]);
  await atelier.drain();
  const mails = (await readMails(atelier.services)).filter(({ subject }) => /API token/.test(subject));
  t.match(mails, [{ to: ada.email, subject: "An API token was made for your account" }]);
  t.notOk(JSON.stringify(mails).includes(script.token ?? "no token"));
});
