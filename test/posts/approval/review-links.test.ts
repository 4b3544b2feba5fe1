import t from "tap";
import { approvalOperations, openApprovalDesk } from "../../support/approval-desk.ts";
import { membersOf, operations as team } from "../../support/team.ts";

const errors = "... on Error { code message } ... on ValidationError { issues { path code message } }";
const review = `workspaceName label status contentHash images { url altText } targets { platform handle text scheduledAt }
  history { by decision text }`;
const create = `mutation ($input: CreateReviewLinkInput!) { createReviewLink(input: $input) { __typename ${errors}
  ... on CreateReviewLinkSuccess { url reviewLink { id label expiresAt } } } }`;
const revoke = `mutation ($input: RevokeReviewLinkInput!) { revokeReviewLink(input: $input) { __typename ${errors}
  ... on RevokeReviewLinkSuccess { reviewLink { revokedAt } } } }`;
const decide = `mutation ($input: DecideByReviewLinkInput!) { decideByReviewLink(input: $input) { __typename ${errors}
  ... on ContentChangedError { contentHash } ... on DecideByReviewLinkSuccess { review { ${review} } } } }`;
const comment = `mutation ($input: CommentByReviewLinkInput!) { commentByReviewLink(input: $input) { __typename ${errors}
  ... on TooManyAttemptsError { retryAfter } ... on CommentByReviewLinkSuccess { review { ${review} } } } }`;
const day = 24 * 60;

async function open(t: Parameters<typeof openApprovalDesk>[0]) {
  const desk = await openApprovalDesk(t);
  const { nobody } = desk.atelier;
  const { id: postId } = await desk.write("A boat.", 2 * day);
  const link = async (person = desk.rex, days = 7) => {
    const made = await person.mutate(create, { postId, label: "The client", days });
    if (made.url === undefined) return made;
    return { ...made, token: new URL(made.url).hash.replace("#token=", "") };
  };
  const read = async (token: string) =>
    (await nobody.request(`query ($token: String!) { postReview(token: $token) { ${review} } }`, { token })).data
      .postReview;
  return { ...desk, postId, link, readByLink: read, nobody };
}

t.test("somebody without an account reads, comments, and approves what they read", async (t) => {
  const { link, readByLink, nobody, read, postId, atelier, ahead } = await open(t);
  const { token, url } = await link();
  t.match(url, /^http:\/\/atelier\.test\/review#token=[\w-]{43}$/);
  const seen = await readByLink(token);
  t.match(seen, {
    ...{ workspaceName: "Studio", label: "The client", status: "AWAITING_APPROVAL" },
    targets: [{ platform: "Showcase", handle: "ada", text: "A boat.", scheduledAt: ahead(2 * day) }],
    history: [{ by: "Eve", decision: "SUBMITTED" }],
  });
  const picture = await atelier.app.inject(new URL(seen.images[0].url).pathname + new URL(seen.images[0].url).search);
  t.equal(picture.statusCode, 200, "the picture needs no sign-in either");
  const guest = { token, name: "Grace" };
  t.match(await nobody.mutate(comment, { ...guest, text: "Lovely." }), {
    review: { history: [{ by: "Eve" }, { by: "Grace", decision: null, text: "Lovely." }] },
  });
  const { contentHash } = seen;
  t.match(await nobody.mutate(decide, { ...guest, decision: "APPROVE", contentHash }), {
    review: { status: "SCHEDULED" },
  });
  t.match(await read(postId), { status: "SCHEDULED", approvalState: "APPROVED" });
});

t.test("a guest rejects with a reason, and not what they did not read", async (t) => {
  const { link, readByLink, nobody, read, postId, eve } = await open(t);
  const { token } = await link();
  const { contentHash } = await readByLink(token);
  const guest = { token, name: "Grace", decision: "REJECT" };
  t.match(await nobody.mutate(decide, { ...guest, contentHash }), {
    __typename: "ValidationError",
    issues: [{ path: ["reason"] }],
  });
  t.match(await nobody.mutate(decide, { ...guest, name: " ", contentHash, reason: "No." }), {
    __typename: "ValidationError",
    issues: [{ path: ["name"] }],
  });
  const { version } = await read(postId);
  await eve.mutate(approvalOperations.update, { postId, expectedVersion: version, caption: "A ship." });
  t.match(await nobody.mutate(decide, { ...guest, contentHash, reason: "No." }), { __typename: "ContentChangedError" });
  const now = await readByLink(token);
  const rejected = await nobody.mutate(decide, { ...guest, contentHash: now.contentHash, reason: "No." });
  t.match(rejected, { review: { status: "DRAFT" } });
  t.match(rejected.review.history.at(-1), { by: "Grace", decision: "REJECTED", text: "No." });
});

t.test("a link can do no more than whoever made it, and ends", async (t) => {
  const desk = await open(t);
  const { link, readByLink, nobody, ada, eve, rex, atelier, workspaceId } = desk;
  t.match(await link(eve), { __typename: "ForbiddenError" }, "who writes cannot approve by a link of their own");
  t.match(await link(rex, 91), { issues: [{ path: ["days"], message: /1 to 90 days/ }] });
  const gone = async (token: string) => {
    t.equal(await readByLink(token), null);
    const guest = { token, name: "Grace" };
    t.match(await nobody.mutate(comment, { ...guest, text: "?" }), { __typename: "NotFoundError" });
    t.match(await nobody.mutate(decide, { ...guest, decision: "APPROVE", contentHash: "" }), {
      __typename: "NotFoundError",
    });
  };
  await gone("nothing");
  const revoked = await link();
  t.match(await rex.mutate(revoke, { reviewLinkId: revoked.reviewLink.id }), {
    reviewLink: { revokedAt: String },
  });
  await gone(revoked.token);
  const ofRex = await link();
  t.ok(await readByLink(ofRex.token));
  const members = await membersOf(ada, workspaceId);
  await ada.mutate(team.changeMemberRole, { memberId: members.Rex?.id, role: "EDITOR" });
  await gone(ofRex.token);
  await ada.mutate(team.changeMemberRole, { memberId: members.Rex?.id, role: "REVIEWER" });
  t.ok(await readByLink(ofRex.token), "and is back with the role");
  await ada.mutate(team.removeMember, { memberId: members.Rex?.id });
  await gone(ofRex.token);
  const short = await link(ada, 1);
  atelier.clock.advance((day + 1) * 60_000);
  await gone(short.token);
});

t.test("what members say among themselves stays among them, unless they share it", async (t) => {
  const { link, readByLink, nobody, rex, eve, read, postId, atelier } = await open(t);
  const { token } = await link();
  atelier.clock.advance(1_000);
  t.match(await rex.mutate(approvalOperations.comment, { postId, text: "They will hate it." }), {
    comment: { isShared: false },
  });
  t.match(await rex.mutate(approvalOperations.comment, { postId, text: "What do you think?", share: true }), {
    comment: { isShared: true },
  });
  await nobody.mutate(comment, { token, name: "Grace", text: "Lovely." });
  const { contentHash } = await read(postId);
  atelier.clock.advance(1_000);
  await rex.mutate(approvalOperations.reject, { postId, contentHash, reason: "They overspent." });
  t.same((await readByLink(token)).history, [
    { by: "Eve", decision: "SUBMITTED", text: "" },
    { by: "Rex", decision: null, text: "What do you think?" },
    { by: "Grace", decision: null, text: "Lovely." },
    { by: "Rex", decision: "REJECTED", text: "" },
  ]);
  const query = "query ($id: ID!) { post(id: $id) { comments { nodes { text isShared } } } }";
  t.same((await eve.request(query, { id: postId })).data.post.comments.nodes, [
    { text: "Lovely.", isShared: true },
    { text: "What do you think?", isShared: true },
    { text: "They will hate it.", isShared: false },
  ]);
});

t.test("only who decides sees links, never their secrets; one link writes only so much", async (t) => {
  const { link, nobody, eve, rex, postId, atelier } = await open(t);
  const { token } = await link();
  const query = "query ($id: ID!) { post(id: $id) { reviewLinks { label createdBy { displayName } } } }";
  t.same((await eve.request(query, { id: postId })).data.post.reviewLinks, []);
  t.match((await rex.request(query, { id: postId })).data.post.reviewLinks, [
    { label: "The client", createdBy: { displayName: "Rex" } },
  ]);
  const stored = JSON.stringify(await atelier.services.db.reviewLink.findMany());
  t.notMatch(stored, token);
  const say = (text: string) => nobody.mutate(comment, { token, name: "Grace", text });
  for (let said = 0; said < 30; said += 1) await say(`${said}`);
  t.match(await say("Too much."), { __typename: "TooManyAttemptsError", retryAfter: Number });
});
