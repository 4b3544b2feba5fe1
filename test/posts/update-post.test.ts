import t from "tap";
import { dispatchDueTargets } from "../../src/publishing/dispatch-due-targets.ts";
import { openAtelier } from "../support/atelier.ts";
import { standInPlatform, standInProvider } from "../support/stand-ins.ts";
import * as studio from "../support/studio.ts";

const { create, schedule } = studio.operations;
const errors = "... on Error { code message } ... on ValidationError { issues { path code message } }";
const fields = `post { id version caption scheduledAt status images { altText image { id } }
  targets { id status caption plannedAt scheduledAt socialAccount { id handle } } }`;
const update = `mutation ($input: UpdatePostInput!) { updatePost(input: $input) { __typename ${errors}
  ... on VersionConflictError { currentVersion } ... on ImageNotApprovedError { imageIds } ... on UpdatePostSuccess { ${fields} } } }`;
const duplicate = `mutation ($input: DuplicatePostInput!) { duplicatePost(input: $input) { __typename ${errors}
  ... on DuplicatePostSuccess { ${fields} } } }`;
const move = `mutation ($input: ReschedulePostsInput!) { reschedulePosts(input: $input) { __typename ${errors} } }`;
const remove = `mutation ($input: DeletePostInput!) { deletePost(input: $input) { __typename ${errors}
  ... on DeletePostSuccess { deletedPostId } } }`;

async function open(t: Parameters<typeof openAtelier>[0]) {
  const platform = standInPlatform();
  const atelier = await openAtelier(t, { providers: standInProvider(), platforms: platform.platforms });
  const ada = await atelier.signUp("Ada");
  const [imageId = "", other = ""] = await studio.approvedImages(atelier, ada, 2);
  const accounts = [await studio.connectGallery(ada, "one"), await studio.connectGallery(ada, "two")];
  const targets = accounts.map((socialAccountId) => ({ socialAccountId }));
  const content = { caption: "A boat.", images: [{ imageId }], targets };
  const later = (minutes: number) => new Date(atelier.clock.now().getTime() + minutes * 60_000).toISOString();
  return { atelier, platform, ada, imageId, other, accounts, targets, content, later };
}

t.test("a draft changes in all its parts; what is absent stays", async (t) => {
  const { ada, other, accounts, content } = await open(t);
  const { post } = await ada.mutate(create, content);
  const first = await ada.mutate(update, { postId: post.id, expectedVersion: 1, caption: "Two boats." });
  t.match(first, { post: { version: 2, caption: "Two boats.", images: [{}], targets: [{}, {}] } });
  const second = await ada.mutate(update, {
    ...{ postId: post.id, expectedVersion: 2, images: [{ imageId: other, altText: "Another." }] },
    targets: [{ socialAccountId: accounts[1], caption: "Mine." }],
  });
  t.match(second.post, {
    ...{ version: 3, caption: "Two boats.", images: [{ altText: "Another.", image: { id: other } }] },
    targets: [{ caption: "Mine.", socialAccount: { handle: "two" } }],
  });
  t.equal(second.post.targets[0].id, post.targets[1].id, "a target that stays is the same one");
});

t.test("somebody else's edit is not overwritten", async (t) => {
  const { ada, content } = await open(t);
  const { post } = await ada.mutate(create, content);
  await ada.mutate(update, { postId: post.id, expectedVersion: 1, caption: "Ada's." });
  t.match(await ada.mutate(update, { postId: post.id, expectedVersion: 1, caption: "Late." }), {
    ...{ __typename: "VersionConflictError", currentVersion: 2 },
  });
});

t.test("a scheduled post stays scheduled, as it is now written, or does not change", async (t) => {
  const { atelier, ada, platform, content, later } = await open(t);
  const { post } = await ada.mutate(create, { ...content, schedule: { at: later(5) } });
  t.match(await ada.mutate(update, { postId: post.id, expectedVersion: 1, caption: "x".repeat(5_001) }), {
    ...{ __typename: "ValidationError", issues: [{ path: ["targets", "0", "caption"], code: "TOO_LONG" }] },
  });
  const [unreviewed = ""] = await studio.makeImages(atelier, ada);
  t.match(await ada.mutate(update, { postId: post.id, expectedVersion: 1, images: [{ imageId: unreviewed }] }), {
    ...{ __typename: "ImageNotApprovedError", imageIds: [unreviewed] },
  });
  const changed = await ada.mutate(update, { postId: post.id, expectedVersion: 1, caption: "Final." });
  t.match(changed.post, { status: "SCHEDULED", version: 2, scheduledAt: later(5) });
  atelier.clock.advance(5 * 60_000);
  await dispatchDueTargets(atelier.services);
  await atelier.drain();
  t.same(
    platform.arrived.map(({ caption }) => caption),
    ["Final.", "Final."],
  );
});

t.test("a target's own time is its own", async (t) => {
  const { ada, accounts, content, later } = await open(t);
  const targets = [{ socialAccountId: accounts[0] }, { socialAccountId: accounts[1], at: later(90) }];
  const { post } = await ada.mutate(create, { ...content, targets, schedule: { at: later(60) } });
  t.match(post.targets, [{ scheduledAt: later(60) }, { scheduledAt: later(90) }]);
  const moved = await ada.mutate(schedule, { postId: post.id, schedule: { at: later(120) } });
  t.match(moved.post.targets, [{ scheduledAt: later(120) }, { scheduledAt: later(90) }]);
  const early = [{ socialAccountId: accounts[0] }, { socialAccountId: accounts[1], at: later(-1) }];
  t.match(await ada.mutate(create, { ...content, targets: early, schedule: { at: later(60) } }), {
    issues: [{ path: ["targets", "1", "at"], code: "IN_THE_PAST" }],
  });
});

t.test("an edited time of a target is looked at like every other, and moves it", async (t) => {
  const { ada, accounts, content, later } = await open(t);
  const at = (minutes: number) => [
    { socialAccountId: accounts[0] },
    { socialAccountId: accounts[1], at: later(minutes) },
  ];
  const { post } = await ada.mutate(create, { ...content, targets: at(90), schedule: { at: later(60) } });
  const edit = (targets: object[]) => ada.mutate(update, { postId: post.id, expectedVersion: 1, targets });
  t.match(await edit(at(-1)), { issues: [{ path: ["targets", "1", "at"], code: "IN_THE_PAST" }] });
  t.match(await edit(at(6 * 366 * 24 * 60)), { issues: [{ path: ["targets", "1", "at"], code: "TOO_FAR_AHEAD" }] });
  t.match((await edit(at(30))).post.targets, [{ scheduledAt: later(60) }, { scheduledAt: later(30) }]);
});

t.test(
  "a target's own time moves along with its post, and an edit of the text does not bring the old one back",
  async (t) => {
    const { ada, accounts, content, later } = await open(t);
    const targets = [{ socialAccountId: accounts[0] }, { socialAccountId: accounts[1], at: later(90) }];
    const { post } = await ada.mutate(create, { ...content, targets, schedule: { at: later(60) } });
    await ada.mutate(move, { postIds: [post.id], move: { byMinutes: 60 } });
    const edited = await ada.mutate(update, { postId: post.id, expectedVersion: 1, caption: "Two boats." });
    t.match(edited.post.targets, [
      { scheduledAt: later(120), plannedAt: null },
      { scheduledAt: later(150), plannedAt: later(150) },
    ]);
  },
);

t.test("what is out is fixed; the rest may still change", async (t) => {
  const { atelier, ada, accounts, content, later } = await open(t);
  const targets = [{ socialAccountId: accounts[0] }, { socialAccountId: accounts[1], at: later(600) }];
  const { post } = await ada.mutate(create, { ...content, targets, schedule: { at: later(1) } });
  atelier.clock.advance(60_000);
  await dispatchDueTargets(atelier.services);
  await atelier.drain();
  const ada2 = await atelier.signIn(ada);
  const change = (input: Record<string, unknown>) =>
    ada2.mutate(update, { postId: post.id, expectedVersion: 1, ...input });
  t.match(await change({ caption: "New." }), { __typename: "ConflictError", message: /post is out.*duplicate/ });
  t.match(await change({ targets: [targets[1]] }), { __typename: "ConflictError", message: /out on one/ });
  const own = await change({ targets: [targets[0], { ...targets[1], caption: "Only here." }] });
  t.match(own.post.targets, [
    { status: "PUBLISHED", caption: "A boat." },
    { status: "SCHEDULED", caption: "Only here." },
  ]);
  t.match(await ada2.mutate(remove, { postId: post.id }), { __typename: "ConflictError", message: /stays on record/ });
});

t.test("a copy is a new draft without a time", async (t) => {
  const { ada, content, later } = await open(t);
  const { post } = await ada.mutate(create, { ...content, schedule: { at: later(60) } });
  const copy = await ada.mutate(duplicate, { postId: post.id, idempotencyKey: "k" });
  t.match(copy.post, { status: "DRAFT", caption: "A boat.", scheduledAt: null, version: 1 });
  t.not(copy.post.id, post.id);
  t.equal((await ada.mutate(duplicate, { postId: post.id, idempotencyKey: "k" })).post.id, copy.post.id);
});

t.test("what never went out can be deleted, and is gone", async (t) => {
  const { ada, content, later } = await open(t);
  const { post } = await ada.mutate(create, { ...content, schedule: { at: later(60) } });
  t.same(await ada.mutate(remove, { postId: post.id }), { __typename: "DeletePostSuccess", deletedPostId: post.id });
  t.match(await ada.mutate(remove, { postId: post.id }), { __typename: "NotFoundError" });
});
