import t from "tap";
import { joinWorkspace, openAtelier } from "../support/atelier.ts";
import { standInProvider } from "../support/stand-ins.ts";
import * as studio from "../support/studio.ts";

const { review } = studio.operations;
const comment = `mutation ($input: CommentOnImageInput!) { commentOnImage(input: $input) { __typename
  ... on Error { code message } ... on ValidationError { issues { path code } }
  ... on CommentOnImageSuccess { comment { id text createdAt user { displayName email } image { id } } } } }`;
const history = `query ($id: ID!, $first: Int, $after: String) { image(id: $id) { reviewState reviewedBy { displayName }
  decisions(first: $first, after: $after) { totalCount nodes { state reason at user { displayName } image { id } } pageInfo { hasNextPage endCursor } }
  comments(first: $first, after: null) { totalCount nodes { id text user { displayName } } pageInfo { hasNextPage } } } }`;

t.test("every decision is kept, with who, when and why", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const [ada, rex] = [await atelier.signUp("Ada"), await atelier.signUp("Rex")];
  await joinWorkspace(atelier, rex, ada, "REVIEWER");
  const [one = "", two = ""] = await studio.makeImages(atelier, ada, 2);
  const first = atelier.clock.now().toISOString();
  await rex.mutate(review, { imageIds: [one, two], decision: "REJECT", reason: "Six fingers." });
  atelier.clock.advance(1_000);
  const second = atelier.clock.now().toISOString();
  await ada.mutate(review, { imageIds: [one], decision: "APPROVE" });
  const { data } = await rex.request(history, { id: one });
  t.match(data.image, {
    ...{ reviewState: "APPROVED", reviewedBy: { displayName: "Ada" } },
    decisions: {
      totalCount: 2,
      nodes: [
        { state: "APPROVED", reason: null, at: second, user: { displayName: "Ada" }, image: { id: one } },
        { state: "REJECTED", reason: "Six fingers.", at: first, user: { displayName: "Rex" } },
      ],
    },
  });
  const page = await ada.request(history, { id: one, first: 1 });
  t.equal(page.data.image.decisions.pageInfo.hasNextPage, true);
  const next = await ada.request(history, { id: one, first: 1, after: page.data.image.decisions.pageInfo.endCursor });
  t.match(next.data.image.decisions, { nodes: [{ state: "REJECTED" }], pageInfo: { hasNextPage: false } });
  t.equal((await ada.request(history, { id: two })).data.image.decisions.totalCount, 1);
  await ada.mutate(review, { imageIds: [one], decision: "REJECT" });
  t.equal(await atelier.services.db.reviewDecision.count(), 3, "a refused one is not kept");

  atelier.statements.clear();
  await ada.request("query ($id: ID!) { image(id: $id) { decisions { nodes { state user { displayName } } } } }", {
    id: one,
  });
  t.equal(atelier.statements.all().length, 2, "the image, and its decisions with those who took them");
});

t.test("who edits or reviews comments, and the others hear of it", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const ada = await atelier.signUp("Ada");
  const [imageId = ""] = await studio.makeImages(atelier, ada);
  const row = { id: studio.rowIdOf(imageId) };
  const { image, event } = atelier.services.db;
  const { statusVersion, version } = await image.findUniqueOrThrow({ where: row });
  for (const role of ["EDITOR", "REVIEWER", "VIEWER"] as const) {
    const member = await atelier.signUp(role);
    await joinWorkspace(atelier, member, ada, role);
    atelier.clock.advance(1_000);
    const said = await member.mutate(comment, { imageId, text: ` ${role} was here ` });
    if (role === "VIEWER") t.match(said, { __typename: "ForbiddenError", message: /VIEWER.*images:comment/ });
    else {
      t.match(said.comment, {
        ...{ text: `${role} was here`, createdAt: atelier.clock.now().toISOString(), image: { id: imageId } },
        user: { displayName: role },
      });
    }
  }
  const after = await image.findUniqueOrThrow({ where: row });
  t.match(after, { statusVersion: statusVersion + 2, version }, "a comment is no edit");
  const told = await event.findFirst({ where: { entityId: row.id }, orderBy: { id: "desc" } });
  t.match(told, { kind: "UPDATED", version: after.statusVersion });

  const { data } = await ada.request(history, { id: imageId });
  t.match(data.image.comments, {
    totalCount: 2,
    nodes: [
      { text: "REVIEWER was here", user: { displayName: "REVIEWER" } },
      { text: "EDITOR was here", user: { displayName: "EDITOR" } },
    ],
  });
  const commentId = data.image.comments.nodes[0].id;
  const byId = "query ($id: ID!) { node(id: $id) { ... on ImageComment { text } } }";
  t.equal((await ada.request(byId, { id: commentId })).data.node.text, "REVIEWER was here");

  const eve = await atelier.signUp("Eve");
  t.equal((await eve.request(byId, { id: commentId })).data.node, null);
  const before = await studio.fingerprint(atelier);
  t.match(await eve.mutate(comment, { imageId, text: "hello" }), { __typename: "NotFoundError" });
  t.match(await ada.mutate(comment, { imageId: studio.missingId("Image"), text: "hello" }), {
    __typename: "NotFoundError",
  });
  t.match(await ada.mutate(comment, { imageId, text: "  " }), { issues: [{ path: ["text"], code: "EMPTY" }] });
  t.match(await ada.mutate(comment, { imageId, text: "x".repeat(5_001) }), { issues: [{ code: "TOO_LONG" }] });
  await image.update({ where: row, data: { trashedAt: atelier.clock.now() } });
  t.match(await ada.mutate(comment, { imageId, text: "hello" }), { __typename: "ConflictError", message: /trash/ });
  await image.update({ where: row, data: { trashedAt: null } });
  t.same(await studio.fingerprint(atelier), before);
  const anonymous = await atelier.nobody.request(comment, { input: { imageId, text: "hello" } });
  t.equal(anonymous.errors?.[0]?.extensions.code, "UNAUTHENTICATED");
});
