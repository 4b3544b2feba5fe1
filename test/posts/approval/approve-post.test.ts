import t from "tap";
import { approvalOperations, openApprovalDesk } from "../../support/approval-desk.ts";
import { operations } from "../../support/studio.ts";

const { submit, reject, hold, schedule, update } = approvalOperations;
const minute = 60_000;

t.test("what is scheduled waits for approval, keeps its time, and goes out then", async (t) => {
  const desk = await openApprovalDesk(t);
  const { atelier, platform } = desk;
  const written = await desk.write("A boat.", 30);
  t.match(written, { status: "AWAITING_APPROVAL", targets: [{ scheduledAt: desk.ahead(30) }] });
  t.match(await desk.read(written.id), { approvalState: "PENDING", targets: [{ awaitsApproval: true }] });
  atelier.clock.advance(10 * minute);
  await desk.work();
  const approved = await desk.approve(written.id);
  t.match(approved, {
    __typename: "ApprovePostSuccess",
    post: { status: "SCHEDULED", approvalState: "APPROVED", scheduledAt: desk.ahead(20) },
  });
  t.match(approved.post.targets, [{ awaitsApproval: false }]);
  t.equal(platform.arrived.length, 0);
  atelier.clock.advance(20 * minute);
  await desk.work();
  t.match(await desk.read(written.id), { status: "PUBLISHED" });
  t.match(platform.arrived, [{ caption: "A boat." }]);
});

t.test("nobody approves what they did not read", async (t) => {
  const desk = await openApprovalDesk(t);
  const { eve, rex } = desk;
  const { id: postId, version } = await desk.write("A boat.", 30);
  const { contentHash } = await desk.read(postId);
  await eve.mutate(update, { postId, expectedVersion: version, caption: "A ship." });
  for (const operation of [approvalOperations.approve, reject]) {
    const reason = operation === reject ? { reason: "No." } : {};
    const answer = await rex.mutate(operation, { postId, contentHash, ...reason });
    t.match(answer, { __typename: "ContentChangedError", code: "VERSION_CONFLICT" });
    t.equal(answer.contentHash, (await desk.read(postId)).contentHash, "and learns what it is now");
  }
  t.match(await desk.read(postId), { status: "AWAITING_APPROVAL", approvalState: "PENDING" });
});

t.test("a later change asks again; another time does not", async (t) => {
  const desk = await openApprovalDesk(t);
  const { atelier, platform, eve, imageId, socialAccountId } = desk;
  const { id: postId } = await desk.write("A boat.", 30);
  await desk.approve(postId);
  t.match(await eve.mutate(schedule, { postId, schedule: { at: desk.ahead(40) } }), { post: { status: "SCHEDULED" } });
  const changes = [
    { caption: "A ship." },
    { images: [{ imageId, altText: "Another ship" }] },
    { targets: [{ socialAccountId, caption: "Its own." }] },
  ];
  for (const change of changes) {
    const { version } = await desk.read(postId);
    const changed = await eve.mutate(update, { postId, expectedVersion: version, ...change });
    t.match(changed, { post: { status: "AWAITING_APPROVAL", approvalState: "PENDING", scheduledAt: desk.ahead(40) } });
    t.match(await desk.approve(postId), { post: { status: "SCHEDULED" } });
  }
  atelier.clock.advance(40 * minute);
  await desk.work();
  t.match(platform.arrived, [{ caption: "Its own." }]);
  const { data } = await (await atelier.signIn(eve)).request(
    "query ($id: ID!) { post(id: $id) { decisions { nodes { kind user { displayName } } } } }",
    { id: postId },
  );
  t.same(data.post.decisions.nodes.map(({ kind }: { kind: string }) => kind).toReversed(), [
    "SUBMITTED",
    "APPROVED",
    "CHANGED",
    "APPROVED",
    "CHANGED",
    "APPROVED",
    "CHANGED",
    "APPROVED",
  ]);
});

t.test(
  "of a post for two accounts, what changes for one waits with the other, and both go out once approved",
  async (t) => {
    const desk = await openApprovalDesk(t);
    const { atelier, platform, ada, eve, imageId, socialAccountId, workspaceId } = desk;
    const account = { showcase: { handle: "ada-too", name: "Ada" } };
    const other = (await ada.mutate(operations.connect, { workspaceId, account })).socialAccount.id;
    const both = (caption: string) => [{ socialAccountId }, { socialAccountId: other, caption }];
    const made = await eve.mutate(operations.create, {
      ...{ workspaceId, caption: "A boat.", images: [{ imageId }], targets: both("Its own.") },
      schedule: { at: desk.ahead(30) },
    });
    const postId = made.post.id;
    await desk.approve(postId);
    const { version } = await desk.read(postId);
    t.match(await eve.mutate(update, { postId, expectedVersion: version, targets: both("Another.") }), {
      post: {
        targets: [
          { status: "AWAITING_APPROVAL", scheduledAt: desk.ahead(30) },
          { status: "AWAITING_APPROVAL", scheduledAt: desk.ahead(30) },
        ],
      },
    });
    t.match(await desk.approve(postId), { post: { targets: [{ status: "SCHEDULED" }, { status: "SCHEDULED" }] } });
    atelier.clock.advance(30 * minute);
    await desk.work();
    t.same(platform.arrived.map(({ caption }) => caption).toSorted(), ["A boat.", "Another."]);
  },
);

t.test("an account that comes to an approved post has the others wait as well", async (t) => {
  const desk = await openApprovalDesk(t);
  const { ada, eve, rex, imageId, socialAccountId, workspaceId } = desk;
  const account = { showcase: { handle: "ada-too", name: "Ada" } };
  const other = (await ada.mutate(operations.connect, { workspaceId, account })).socialAccount.id;
  const { id: postId } = await desk.write("A boat.", 30);
  await desk.approve(postId);
  const { version } = await desk.read(postId);
  const targets = [{ socialAccountId }, { socialAccountId: other }];
  await eve.mutate(update, { postId, expectedVersion: version, images: [{ imageId }], targets });
  t.match((await desk.read(postId)).targets, [{ status: "SCHEDULED" }, { status: "DRAFT" }]);
  t.match(await eve.mutate(submit, { postId }), {
    post: { targets: [{ status: "AWAITING_APPROVAL", scheduledAt: desk.ahead(30) }, { status: "AWAITING_APPROVAL" }] },
  });
  const { contentHash } = await desk.read(postId);
  t.match(await rex.mutate(approvalOperations.approve, { postId, contentHash }), {
    post: { targets: [{ status: "SCHEDULED", scheduledAt: desk.ahead(30) }, { status: "DRAFT" }] },
  });
});

t.test("a rejection says why, gives the post back, and is overcome by submitting again", async (t) => {
  const desk = await openApprovalDesk(t);
  const { eve, rex } = desk;
  const { id: postId } = await desk.write("A boat.", 30);
  const { contentHash } = await desk.read(postId);
  t.match(await rex.mutate(reject, { postId, contentHash, reason: " " }), {
    __typename: "ValidationError",
    issues: [{ path: ["reason"], message: /Say why/ }],
  });
  t.match(await rex.mutate(reject, { postId, contentHash, reason: "Too blue." }), {
    post: { status: "DRAFT", approvalState: "REJECTED", scheduledAt: null },
  });
  t.match(await eve.mutate(schedule, { postId, schedule: { at: desk.ahead(30) } }), {
    post: { status: "AWAITING_APPROVAL", approvalState: "PENDING" },
  });
  t.match(await desk.approve(postId), { post: { status: "SCHEDULED" } });
});

t.test("holding takes a scheduled post back at once, in any workspace, and approving lets it go", async (t) => {
  const desk = await openApprovalDesk(t, "NONE");
  const { atelier, platform, eve, rex } = desk;
  const { id: postId } = await desk.write("A boat.", 30);
  t.match(await rex.mutate(hold, { postId, reason: "Wait for the press release." }), {
    post: { status: "AWAITING_APPROVAL", approvalState: "HELD", scheduledAt: desk.ahead(30) },
  });
  t.match(await eve.mutate(schedule, { postId, schedule: { at: desk.ahead(20) } }), {
    post: { status: "AWAITING_APPROVAL", approvalState: "HELD" },
  });
  t.match(await desk.approve(postId), { post: { status: "SCHEDULED", scheduledAt: desk.ahead(20) } });
  atelier.clock.advance(20 * minute);
  await desk.work();
  t.equal(platform.arrived.length, 1);
  t.match(await (await atelier.signIn(rex)).mutate(hold, { postId }), {
    __typename: "ConflictError",
    message: /PUBLISHED/,
  });
});

t.test("what nobody approved in time is MISSED, says why, and asks", async (t) => {
  const desk = await openApprovalDesk(t);
  const { atelier, platform, eve } = desk;
  const { id: postId } = await desk.write("A boat.", 30);
  atelier.clock.advance(89 * minute);
  await desk.work();
  t.match(await desk.read(postId), { status: "AWAITING_APPROVAL" }, "an hour of grace");
  atelier.clock.advance(2 * minute);
  await desk.work();
  t.match(await desk.read(postId), {
    targets: [{ status: "MISSED", failure: { code: "NOT_APPROVED_IN_TIME", message: /nobody approved it/ } }],
  });
  await desk.approve(postId);
  await desk.work();
  t.equal(platform.arrived.length, 0, "approving late sends nothing by itself");
  const again = await (await atelier.signIn(eve)).mutate(schedule, { postId, schedule: { at: desk.ahead(5) } });
  t.match(again, { post: { status: "SCHEDULED" } });
});

t.test("approved inside the grace, it goes out at once", async (t) => {
  const desk = await openApprovalDesk(t);
  const { atelier, platform } = desk;
  const { id: postId } = await desk.write("A boat.", 30);
  atelier.clock.advance(50 * minute);
  t.match(await desk.approve(postId), { post: { status: "SCHEDULED" } });
  await desk.work();
  t.equal(platform.arrived.length, 1);
});
