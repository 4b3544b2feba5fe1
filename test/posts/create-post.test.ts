import t from "tap";
import { openAtelier } from "../support/atelier.ts";
import { standInPlatform, standInProvider } from "../support/stand-ins.ts";
import * as studio from "../support/studio.ts";

const { create } = studio.operations;

async function open(t: Parameters<typeof openAtelier>[0]) {
  const atelier = await openAtelier(t, { providers: standInProvider(), ...standInPlatform() });
  const ada = await atelier.signUp("Ada");
  const [imageId = ""] = await studio.approvedImages(atelier, ada);
  const socialAccountId = await studio.connectGallery(ada, "ada");
  const post = { caption: "A boat.", images: [{ imageId }], targets: [{ socialAccountId }] };
  return { atelier, ada, imageId, socialAccountId, post };
}

t.test("a post without a time is a draft; with one it is scheduled", async (t) => {
  const { atelier, ada, post } = await open(t);
  const draft = await ada.mutate(create, post);
  t.match(draft, {
    __typename: "CreatePostSuccess",
    post: { status: "DRAFT", version: 1, targets: [{ scheduledAt: null }] },
  });
  t.same(await studio.queuedJobs(atelier), []);
  const at = new Date(atelier.clock.now().getTime() + 3_600_000).toISOString();
  const scheduled = await ada.mutate(create, { ...post, schedule: { at } });
  t.match(scheduled, { post: { status: "SCHEDULED", targets: [{ status: "SCHEDULED", scheduledAt: at }] } });
  t.same(await studio.queuedJobs(atelier), [], "what is an hour away waits in our table, not in the queue");
  await ada.mutate(create, { ...post, caption: "At once.", schedule: { now: true } });
  t.match(await studio.queuedJobs(atelier), [{ task: "publish-target" }]);
});

t.test("what breaks a rule is refused with what is allowed, and nothing is written", async (t) => {
  const { atelier, ada, post, imageId, socialAccountId } = await open(t);
  const [unreviewed = ""] = await studio.makeImages(atelier, ada);
  const past = new Date(atelier.clock.now().getTime() - 1_000).toISOString();
  const far = new Date(atelier.clock.now().getTime() + 6 * 366 * 86_400_000).toISOString();
  const before = await studio.fingerprint(atelier);
  const cases: readonly [string, Record<string, unknown>, readonly [path: string, code: string, says: RegExp][]][] = [
    ["no target", { targets: [] }, [["targets", "TOO_FEW", /no target.*at least one/]]],
    ["a time in the past", { schedule: { at: past } }, [["schedule.at", "IN_THE_PAST", /in the past.*later time/]]],
    ["a time too far ahead", { schedule: { at: far } }, [["schedule.at", "TOO_FAR_AHEAD", /five years/]]],
    [
      "neither now nor later",
      { schedule: { now: false } },
      [["schedule.now", "INVALID", /`now: true`, `at`, `local`, or `nextSlot: true`/]],
    ],
    [
      "no picture, scheduled",
      { images: [], schedule: { now: true } },
      [["images", "TOO_FEW", /0 pictures; Showcase takes 1 to 10/]],
    ],
    ["the same picture twice", { images: [{ imageId }, { imageId }] }, [["images.1", "DUPLICATE", /twice/]]],
    [
      "the same account twice",
      { targets: [{ socialAccountId }, { socialAccountId }] },
      [["targets.1", "DUPLICATE", /twice/]],
    ],
    [
      "an over-long caption",
      { caption: "x".repeat(5_001), schedule: { now: true } },
      [["targets.0.caption", "TOO_LONG", /5001 characters; Showcase takes at most 5000/]],
    ],
    [
      "an over-long alt text",
      { images: [{ imageId, altText: "x".repeat(1_501) }], schedule: { now: true } },
      [["images.0.altText", "TOO_LONG", /1501 characters.*1500/]],
    ],
    ["a caption beyond reason", { caption: "x".repeat(70_001) }, [["caption", "TOO_LONG", /70,000/]]],
    [
      "an id of something else",
      { images: [{ imageId: socialAccountId }] },
      [["images.0.imageId", "INVALID_ID", /id of a SocialAccount.*of a Image|Image/]],
    ],
    [
      "several ids that are none",
      { images: [{ imageId: "x" }, { imageId: "y" }], targets: [{ socialAccountId: "z" }] },
      [
        ["images.0.imageId", "INVALID_ID", /./],
        ["images.1.imageId", "INVALID_ID", /./],
        ["targets.0.socialAccountId", "INVALID_ID", /./],
      ],
    ],
    [
      "a past time and a caption that is too long",
      { caption: "x".repeat(5_001), schedule: { at: past } },
      [
        ["schedule.at", "IN_THE_PAST", /./],
        ["targets.0.caption", "TOO_LONG", /./],
      ],
    ],
  ];
  for (const [name, change, issues] of cases) {
    const refused = await ada.mutate(create, { ...post, ...change });
    t.equal(refused.__typename, "ValidationError", name);
    t.match(
      refused.issues,
      issues.map(([path, code, message]) => ({ path: path.split("."), code, message })),
      name,
    );
    t.equal(refused.issues?.length, issues.length, name);
  }
  const unapproved = await ada.mutate(create, {
    ...post,
    images: [{ imageId: unreviewed }, { imageId }],
    schedule: { now: true },
  });
  t.match(unapproved, { __typename: "ImageNotApprovedError", code: "IMAGE_NOT_APPROVED", message: /reviewImages/ });
  t.same(unapproved.imageIds, [unreviewed]);
  t.same(await studio.fingerprint(atelier), before, "nothing was written");
});

t.test("what is somebody else's looks as if it were not there", async (t) => {
  const { atelier, ada, post } = await open(t);
  const bob = await atelier.signUp("Bob");
  const [theirImage = ""] = await studio.approvedImages(atelier, bob);
  const theirAccount = await studio.connectGallery(bob, "bob");
  const theirWorkspace = await studio.personalWorkspace(bob);
  const before = await studio.fingerprint(atelier);
  const cases: readonly [string, string, Record<string, unknown>][] = [
    ...[theirImage, studio.missingId("Image")].map((id) => ["image", id, { images: [{ imageId: id }] }] as const),
    ...[theirAccount, studio.missingId("SocialAccount")].map(
      (id) => ["social account", id, { targets: [{ socialAccountId: id }] }] as const,
    ),
    ...[theirWorkspace, studio.missingId("Workspace")].map((id) => ["workspace", id, { workspaceId: id }] as const),
  ].map(([what, id, change]) => [what, id, change]);
  for (const [what, id, change] of cases) {
    const refused = await ada.mutate(create, { ...post, ...change, schedule: { now: true } });
    t.same(
      refused,
      { __typename: "NotFoundError", code: "NOT_FOUND", message: `There is no such ${what}, or you cannot see it.` },
      id,
    );
  }
  const anonymous = await atelier.nobody.request(create, { input: post });
  t.equal(anonymous.errors?.[0]?.extensions.code, "UNAUTHENTICATED");
  t.same(await studio.fingerprint(atelier), before, "nothing was written");
});

t.test("an idempotency key makes one post of ten parallel requests", async (t) => {
  const { atelier, ada, post } = await open(t);
  const input = { ...post, schedule: { now: true }, idempotencyKey: "monday" };
  const answers = await Promise.all(Array.from({ length: 10 }, () => ada.mutate(create, input)));
  t.equal(new Set(answers.map((answer) => answer.post.id)).size, 1);
  t.equal(await atelier.services.db.post.count(), 1);
  t.equal((await studio.queuedJobs(atelier)).length, 1);

  const before = await studio.fingerprint(atelier);
  t.equal((await ada.mutate(create, input)).post.id, answers[0].post.id);
  t.match(await ada.mutate(create, { ...input, caption: "Another boat." }), {
    __typename: "IdempotencyKeyReusedError",
  });
  t.same(await studio.fingerprint(atelier), before);
});
