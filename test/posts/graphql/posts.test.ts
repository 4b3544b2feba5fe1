import t from "tap";
import { openAtelier } from "../../support/atelier.ts";
import { standInPlatform, standInProvider } from "../../support/stand-ins.ts";
import * as studio from "../../support/studio.ts";

const everything = `query ($first: Int, $after: String, $orderBy: PostOrder! = CREATED_DESC) {
  posts(first: $first, after: $after, orderBy: $orderBy) {
    nodes { id caption status version createdAt updatedAt author { id displayName } workspace { id }
      images { altText image { id status thumb: url(variant: THUMB) width height } }
      targets { id status caption scheduledAt publishedAt permalink externalId failure { code message retryable }
        socialAccount { id platform handle name state } } }
    pageInfo { hasNextPage endCursor } } }`;

t.test("a page of posts with pictures, targets and accounts is one SQL statement", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider(), ...standInPlatform() });
  const ada = await atelier.signUp("Ada");
  const [first = "", second = ""] = await studio.approvedImages(atelier, ada, 2);
  const accounts = [await studio.connectGallery(ada, "one"), await studio.connectGallery(ada, "two")];
  for (let n = 0; n < 5; n += 1) {
    await ada.mutate(studio.operations.create, {
      caption: `Post ${n}`,
      images: [{ imageId: second, altText: "The second." }, { imageId: first }],
      targets: [{ socialAccountId: accounts[1] }, { socialAccountId: accounts[0], caption: "" }],
    });
  }
  atelier.statements.clear();
  const { data } = await ada.request(everything, { first: 3 });
  t.equal(atelier.statements.all().length, 1, atelier.statements.all().join("\n"));
  t.same(
    data.posts.nodes.map((post: { caption: string }) => post.caption),
    ["Post 4", "Post 3", "Post 2"],
  );
  t.match(data.posts.nodes[0], {
    ...{ status: "DRAFT", author: { displayName: "Ada" } },
    images: [
      { altText: "The second.", image: { id: second } },
      { altText: null, image: { id: first } },
    ],
    targets: [
      { caption: "Post 4", socialAccount: { handle: "two", platform: "SHOWCASE" } },
      { caption: "", socialAccount: { handle: "one" } },
    ],
  });
  atelier.statements.clear();
  const rest = await ada.request(everything, { first: 3, after: data.posts.pageInfo.endCursor });
  t.equal(atelier.statements.all().length, 1);
  t.same(
    rest.data.posts.nodes.map((post: { caption: string }) => post.caption),
    ["Post 1", "Post 0"],
  );
  const oldest = await ada.request(everything, { first: 1, orderBy: "CREATED_ASC" });
  t.equal(oldest.data.posts.nodes[0].caption, "Post 0");
});

t.test("strangers see no post, by no path, and nobody sees any", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider(), ...standInPlatform() });
  const [ada, bob] = [await atelier.signUp("Ada"), await atelier.signUp("Bob")];
  const targets = [{ socialAccountId: await studio.connectGallery(ada, "ada") }];
  const { post } = await ada.mutate(studio.operations.create, { caption: "Mine.", images: [], targets });
  const workspaceId = await studio.personalWorkspace(ada);
  const list = await bob.request("query ($w: ID) { posts(workspaceId: $w) { totalCount nodes { id } } }", {
    w: workspaceId,
  });
  t.same(list.data.posts, { totalCount: 0, nodes: [] });
  const byNode = "query ($id: ID!) { node(id: $id) { id } }";
  for (const id of [post.id, post.targets[0].id, studio.missingId("Post")]) {
    t.equal((await bob.request(byNode, { id })).data.node, null);
    t.equal((await atelier.nobody.request(byNode, { id })).errors?.[0]?.extensions.code, "UNAUTHENTICATED");
  }
  t.equal((await ada.request(byNode, { id: post.targets[0].id })).data.node.id, post.targets[0].id);
  const anonymous = await atelier.nobody.request("{ posts { totalCount } }");
  t.equal(anonymous.errors?.[0]?.extensions.code, "UNAUTHENTICATED");
});

t.test("one post by its id, for those who can see it", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider(), ...standInPlatform() });
  const [ada, bob] = [await atelier.signUp("Ada"), await atelier.signUp("Bob")];
  const [imageId = ""] = await studio.approvedImages(atelier, ada);
  const socialAccountId = await studio.connectGallery(ada, "ada");
  const written = await ada.mutate(studio.operations.create, {
    caption: "Hers.",
    images: [{ imageId }],
    targets: [{ socialAccountId }],
  });
  const { id } = written.post;
  const query = "query ($id: ID!) { post(id: $id) { id caption } }";
  t.match((await ada.request(query, { id })).data.post, { id });
  t.equal((await bob.request(query, { id })).data.post, null, "somebody else's looks as if it were not there");
  t.equal((await ada.request(query, { id: studio.missingId("Post") })).data.post, null);
  t.match((await ada.request(query, { id: ada.id })).errors, [
    { message: /is the id of a User. Pass the `id` of an? Post/, extensions: { code: "VALIDATION_FAILED" } },
  ]);
  t.equal((await atelier.nobody.request(query, { id })).errors?.[0]?.extensions.code, "UNAUTHENTICATED");
});
