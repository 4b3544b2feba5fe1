import t from "tap";
import { openAtelier } from "../support/atelier.ts";
import { standInPlatform } from "../support/stand-ins.ts";
import * as studio from "../support/studio.ts";

const { connect } = studio.operations;
const gallery = (handle: string, name = "A gallery", bio?: string) => ({
  account: { showcase: { handle, name, bio } },
});

t.test("a gallery is connected, and connecting it again refreshes it", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  const first = await ada.mutate(connect, gallery("  Ada-Paints ", "Ada paints"));
  t.match(first, {
    __typename: "ConnectSocialAccountSuccess",
    socialAccount: {
      platform: "SHOWCASE",
      handle: "ada-paints",
      name: "Ada paints",
      state: "ACTIVE",
      url: "http://atelier.test/showcase/ada-paints",
    },
  });
  await atelier.services.db.socialAccount.updateMany({ data: { state: "NEEDS_RECONNECT", lastError: "Gone." } });
  const again = await ada.mutate(connect, gallery("ada-paints", "Ada paints boats"));
  t.match(again.socialAccount, {
    id: first.socialAccount.id,
    name: "Ada paints boats",
    state: "ACTIVE",
    lastError: null,
  });
  t.equal(await atelier.services.db.socialAccount.count(), 1);
});

t.test("of two who want one handle at once, one gets it; ten connections of one are one", async (t) => {
  const atelier = await openAtelier(t);
  const [ada, bob] = [await atelier.signUp("Ada"), await atelier.signUp("Bob")];
  const answers = await Promise.all(
    [...Array(5).keys()].flatMap(() => [ada.mutate(connect, gallery("sea")), bob.mutate(connect, gallery("sea"))]),
  );
  const kinds = answers.map((answer) => answer.__typename);
  t.equal(kinds.filter((kind) => kind === "ConnectSocialAccountSuccess").length, 5);
  t.equal(kinds.filter((kind) => kind === "ValidationError").length, 5);
  t.equal(await atelier.services.db.socialAccount.count(), 1);
  const refused = answers.find((answer) => answer.__typename === "ValidationError");
  t.match(refused.issues, [
    { path: ["account", "showcase", "handle"], code: "TAKEN", message: /"sea" is taken.*another/ },
  ]);
});

t.test("what the platform refuses is told beside the field, and nothing is written", async (t) => {
  const atelier = await openAtelier(t);
  const [ada, bob] = [await atelier.signUp("Ada"), await atelier.signUp("Bob")];
  const workspaceId = await studio.personalWorkspace(bob);
  const before = await studio.fingerprint(atelier);
  const cases = [
    ...["a", "-sea", "sea-", "säa", "../etc", "x".repeat(31), ""].map(
      (handle) => [gallery(handle), "handle", /3 to 30 lower-case letters/] as const,
    ),
    [gallery("sea", "  "), "name", /empty/] as const,
    [gallery("sea", "x".repeat(81)), "name", /80 characters/] as const,
    [gallery("sea", "Sea", "x".repeat(501)), "bio", /500 characters/] as const,
  ];
  for (const [input, field, message] of cases) {
    t.match(await ada.mutate(connect, input), {
      __typename: "ValidationError",
      issues: [{ path: ["account", "showcase", field], message }],
    });
  }
  for (const id of [workspaceId, studio.missingId("Workspace")]) {
    t.match(await ada.mutate(connect, { ...gallery("sea"), workspaceId: id }), {
      __typename: "NotFoundError",
      message: /no such workspace/,
    });
  }
  const anonymous = await atelier.nobody.request(connect, { input: gallery("sea") });
  t.equal(anonymous.errors?.[0]?.extensions.code, "UNAUTHENTICATED");
  t.same(await studio.fingerprint(atelier), before);
});

t.test("a form that opens two accounts is a fault of the platform's code, and connects neither", async (t) => {
  const { platforms } = standInPlatform();
  const showcase = platforms.get("showcase");
  if (showcase === undefined) throw new Error("The stand-in has no showcase.");
  const accounts = ["one", "two"].map((handle) => ({
    account: { remoteId: handle, handle, name: handle, url: null, method: "showcase", details: {} },
    ...{ credentials: {}, expiresAt: null, scopes: [] },
  }));
  const connectTwo = () => Promise.resolve({ kind: "connected" as const, accounts });
  const atelier = await openAtelier(t, { platforms: new Map([["showcase", { ...showcase, connect: connectTwo }]]) });
  const ada = await atelier.signUp("Ada");
  const answer = await ada.request(connect, { input: gallery("sea") });
  t.match(answer.errors, [{ extensions: { code: "INTERNAL" } }]);
  t.equal(await atelier.services.db.socialAccount.count(), 0);
});

t.test("only an owner connects accounts", async (t) => {
  const atelier = await openAtelier(t);
  const [ada, bob] = [await atelier.signUp("Ada"), await atelier.signUp("Bob")];
  const workspaceId = await studio.personalWorkspace(ada);
  await atelier.services.db.member.create({
    data: { workspaceId: studio.rowIdOf(workspaceId), userId: studio.rowIdOf(bob.id), role: "EDITOR" },
  });
  const before = await studio.fingerprint(atelier);
  t.match(await bob.mutate(connect, { ...gallery("sea"), workspaceId }), {
    __typename: "ForbiddenError",
    message: /EDITOR/,
  });
  t.same(await studio.fingerprint(atelier), before);
});

t.test("a page of accounts is one SQL statement, and shows one's own alone", async (t) => {
  const atelier = await openAtelier(t);
  const [ada, bob] = [await atelier.signUp("Ada"), await atelier.signUp("Bob")];
  for (const handle of ["one", "two", "three"]) await studio.connectGallery(ada, handle);
  const list = `query ($first: Int, $after: String, $workspaceId: ID) { socialAccounts(first: $first, after: $after, workspaceId: $workspaceId) {
    nodes { id platform handle name url state lastSuccessAt lastError createdAt workspace { id } } pageInfo { hasNextPage endCursor } } }`;
  atelier.statements.clear();
  const { data } = await ada.request(list, { first: 2 });
  t.equal(atelier.statements.all().length, 1, atelier.statements.all().join("\n"));
  t.match(data.socialAccounts, { nodes: [{ handle: "three" }, { handle: "two" }], pageInfo: { hasNextPage: true } });
  const rest = await ada.request(list, { after: data.socialAccounts.pageInfo.endCursor });
  t.match(rest.data.socialAccounts, { nodes: [{ handle: "one" }], pageInfo: { hasNextPage: false } });

  const workspaceId = await studio.personalWorkspace(ada);
  t.same((await bob.request(list, { workspaceId })).data.socialAccounts.nodes, []);
  const [account] = data.socialAccounts.nodes;
  const byNode = "query ($id: ID!) { node(id: $id) { id } }";
  t.equal((await ada.request(byNode, { id: account.id })).data.node.id, account.id);
  t.equal((await bob.request(byNode, { id: account.id })).data.node, null);
  t.equal((await atelier.nobody.request(list)).errors?.[0]?.extensions.code, "UNAUTHENTICATED");
});
