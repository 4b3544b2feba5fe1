import t from "tap";
import { approvalOperations, openApprovalDesk } from "../../support/approval-desk.ts";
import { operations } from "../../support/studio.ts";

const { submit, schedule } = approvalOperations;
const minute = 60_000;

t.test("the last look refuses what was not approved as it is", async (t) => {
  const desk = await openApprovalDesk(t);
  const { atelier, platform } = desk;
  const { id: postId } = await desk.write("A boat.", 30);
  await desk.approve(postId);
  // Behind every verb's back: what is sent must still be what was approved (I-12).
  await atelier.services.db.post.updateMany({ data: { caption: "A submarine." } });
  atelier.clock.advance(30 * minute);
  await desk.work();
  t.match(await desk.read(postId), { targets: [{ status: "FAILED", failure: { code: "POST_NOT_APPROVED" } }] });
  t.equal(platform.arrived.length, 0);
});

t.test("what was scheduled before the policy asked for approval is not sent without", async (t) => {
  const desk = await openApprovalDesk(t, "NONE");
  const { atelier, ada, platform, workspaceId } = desk;
  const { id: postId } = await desk.write("A boat.", 30);
  t.match(await desk.read(postId), { status: "SCHEDULED", approvalState: "NOT_SUBMITTED" });
  const policy = "mutation ($input: UpdateWorkspaceInput!) { updateWorkspace(input: $input) { __typename } }";
  await ada.mutate(policy, { workspaceId, postApprovalPolicy: "REQUIRED" });
  t.match(await desk.read(postId), { targets: [{ awaitsApproval: true }] });
  atelier.clock.advance(30 * minute);
  await desk.work();
  t.match(await desk.read(postId), { targets: [{ status: "FAILED", failure: { code: "POST_NOT_APPROVED" } }] });
  t.equal(platform.arrived.length, 0);
});

t.test("nothing goes out at once without approval", async (t) => {
  const desk = await openApprovalDesk(t);
  const { eve, platform } = desk;
  const { id: postId } = await desk.write("A boat.");
  const now = { postId, schedule: { now: true } };
  t.match(await eve.mutate(schedule, now), { __typename: "PostNotApprovedError", message: /submitPost/ });
  t.match(await eve.mutate(operations.publishNow, { postId }), { __typename: "PostNotApprovedError" });
  t.match(await eve.mutate(submit, now), { __typename: "PostNotApprovedError" });
  t.match(await desk.read(postId), { status: "DRAFT", approvalState: "NOT_SUBMITTED" });
  t.match(await eve.mutate(submit, { postId }), { post: { status: "AWAITING_APPROVAL", scheduledAt: null } });
  t.match(await eve.mutate(submit, { postId }), { __typename: "ConflictError", message: /AWAITING_APPROVAL/ });
  t.match(await desk.approve(postId), { post: { status: "DRAFT", approvalState: "APPROVED" } });
  t.match(await eve.mutate(operations.publishNow, { postId }), { __typename: "PublishPostNowSuccess" });
  await desk.work();
  t.equal(platform.arrived.length, 1);
});
