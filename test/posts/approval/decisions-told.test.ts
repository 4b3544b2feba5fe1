import t from "tap";
import { tellNotices } from "../../../src/notifications/tell-notices.ts";
import { approvalOperations, openApprovalDesk } from "../../support/approval-desk.ts";

const { reject, update } = approvalOperations;

t.test("who is told: reviewers of what waits, authors of decisions and comments", async (t) => {
  const desk = await openApprovalDesk(t);
  const { atelier, eve, rex } = desk;
  const told = async (person: typeof rex) => {
    await tellNotices(atelier.services);
    const query = "{ notifications(first: 50) { nodes { kind title body } } }";
    const { data } = await (await atelier.signIn(person)).request(query);
    const nodes: { kind: string; title: string; body: string }[] = data.notifications.nodes;
    return nodes.filter(({ kind }) => kind.startsWith("POST_"));
  };
  const { id: postId } = await desk.write("A boat.", 30);
  t.match(await told(rex), [{ kind: "POST_AWAITING_APPROVAL", title: "A post waits for your approval" }]);
  t.same(await told(eve), [], "not of what they did themselves");
  const comment = await rex.mutate(approvalOperations.comment, { postId, text: "Nice boat." });
  t.match(comment.comment, { text: "Nice boat.", user: { displayName: "Rex" } });
  const { contentHash } = await desk.read(postId);
  await rex.mutate(reject, { postId, contentHash, reason: "Too blue." });
  t.match(await told(eve), [
    { kind: "POST_REVIEWED", title: "A post was rejected", body: /Too blue/ },
    { kind: "POST_COMMENTED", title: "A comment on a post", body: /Nice boat/ },
  ]);
});

t.test("an edit and an approval at the same moment: what is scheduled was read", async (t) => {
  const desk = await openApprovalDesk(t);
  const { eve } = desk;
  let [scheduled, waiting] = [0, 0];
  for (let round = 0; round < 15; round += 1) {
    const { id: postId, version } = await desk.write(`A boat, ${round}.`, 30);
    const edit = () => eve.mutate(update, { postId, expectedVersion: version, caption: `A ship, ${round}.` });
    const [approved] = await Promise.all([desk.approve(postId), edit()]);
    const { status, targets, approvalState } = await desk.read(postId);
    if (status === "SCHEDULED") scheduled += 1;
    else waiting += 1;
    const read = approved.__typename === "ApprovePostSuccess" && approvalState === "APPROVED";
    t.equal(status, read ? "SCHEDULED" : "AWAITING_APPROVAL");
    t.equal(targets[0].awaitsApproval, !read, "as the last look will see it");
  }
  t.equal(scheduled + waiting, 15);
});
