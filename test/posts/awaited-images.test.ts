import t from "tap";
import type { GenerationOutcome } from "../../src/image-providers/provider.ts";
import { settleAwaitedPost } from "../../src/posts/awaited-images/settle-awaited-post.ts";
import { sweepAwaitedPosts } from "../../src/posts/awaited-images/sweep-awaited-posts.ts";
import { dispatchDueTargets } from "../../src/publishing/dispatch-due-targets.ts";
import { openAtelier } from "../support/atelier.ts";
import { picture, standInPlatform, standInProvider } from "../support/stand-ins.ts";
import { approvedImages, connectGallery, operations, rowIdOf } from "../support/studio.ts";

const create = `mutation ($input: CreatePostInput!) { createPost(input: $input) { __typename ... on Error { message }
  ... on ValidationError { issues { path code } } ... on CreatePostSuccess { post { id status images { image { id status } } } } } }`;
const look = `query ($id: ID!) { post(id: $id) { status images { image { id status reviewState prompt } }
  targets { status scheduledAt isQueued failure { code message } } } }`;

const outcomes: GenerationOutcome[] = [];
const platform = standInPlatform();
const atelier = await openAtelier(t, {
  providers: standInProvider(() => Promise.resolve(outcomes.shift() ?? picture)),
  platforms: platform.platforms,
});
const ada = await atelier.signUp("Ada");
const [boat = ""] = await approvedImages(atelier, ada);
const socialAccountId = await connectGallery(ada, "ada");
const refusal: GenerationOutcome = { ok: false, failure: "content_policy", message: "No.", cost: { kind: "NONE" } };

/** Does something as Ada, with fresh access: the clock moves. */
const act = async (operation: string, input: object) => (await atelier.signIn(ada)).mutate(operation, input);
const post = async (id: string) => (await (await atelier.signIn(ada)).request(look, { id })).data.post;
const inMinutes = (minutes: number) => new Date(atelier.clock.now().getTime() + minutes * 60_000).toISOString();

async function write(maxTries = 0, schedule: object | null = { at: inMinutes(30) }) {
  const images = [{ imageId: boat }, { generate: { prompt: "a lighthouse", regenerate: { maxTries } } }];
  const made = await act(create, { caption: "Two.", images, targets: [{ socialAccountId }], schedule });
  if (made.post === undefined) throw new Error(made.message);
  return { id: made.post.id as string, imageId: made.post.images[1].image.id as string, status: made.post.status };
}

const review = (imageId: string, decision: "APPROVE" | "REJECT") =>
  act(operations.review, { imageIds: [imageId], decision, reason: "Too blue." });
const sweep = async () => {
  await sweepAwaitedPosts(atelier.services);
  await atelier.drain();
};
const pass = async (minutes: number) => {
  atelier.clock.advance(minutes * 60_000);
  await dispatchDueTargets(atelier.services);
  await atelier.drain();
  await sweep();
};
const risks = (id: string) =>
  atelier.services.db.notice.count({ where: { kind: "POST_AT_RISK", entityId: rowIdOf(id) } });

t.test("a post holds its time, is scheduled once the picture is approved, and goes out", async (t) => {
  const { id, imageId, status } = await write();
  t.equal(status, "AWAITING_IMAGES");
  await atelier.drain();
  await sweep();
  t.match(await post(id), { status: "AWAITING_IMAGES", images: [{}, { image: { status: "GENERATED" } }] });
  await pass(30);
  t.equal(platform.arrived.length, 0, "its time came, and it cannot be sent");
  await review(imageId, "APPROVE");
  await atelier.drain();
  await atelier.drain();
  t.match(await post(id), { status: "PUBLISHED" }, "late, but inside the grace");
  t.equal(platform.arrived.length, 1);
});

t.test(
  "what fails or is rejected is made anew as often as was asked; then people are told, and the post waits",
  async (t) => {
    outcomes.push(refusal);
    const { id, imageId } = await write(2);
    await atelier.drain();
    await sweep();
    const second = (await post(id)).images[1].image;
    t.match(second, { status: "GENERATED", prompt: "a lighthouse", reviewState: "PENDING" });
    t.not(second.id, imageId);
    await review(second.id, "REJECT");
    await atelier.drain();
    const third = (await post(id)).images[1].image;
    t.match(third, { status: "GENERATED", reviewState: "PENDING" });
    t.equal(await risks(id), 0);
    await review(third.id, "REJECT");
    await atelier.drain();
    await sweep();
    const left = await post(id);
    t.match(left, { status: "AWAITING_IMAGES", images: [{}, { image: { id: third.id } }] });
    t.match(left.targets[0].failure, { code: "NO_PICTURE", message: /was rejected: Too blue\./ });
    t.equal(await risks(id), 1, "once");
    t.equal(await sweepAwaitedPosts(atelier.services), 0, "nobody looks at it again and again");
    await review(third.id, "APPROVE");
    await atelier.drain();
    t.match(await post(id), { status: "SCHEDULED", targets: [{ failure: null }] }, "somebody changed their mind");
    await act(operations.cancel, { postId: id });
  },
);

t.test("without an approved picture it is missed, and says why", async (t) => {
  const { id } = await write();
  await pass(89);
  t.equal((await post(id)).status, "AWAITING_IMAGES");
  await pass(2);
  const missed = await post(id);
  t.match(missed, { status: "MISSED", targets: [{ failure: { code: "WAITING_FOR_PICTURE" } }] });
  t.match(missed.targets[0].failure.message, /still waiting for a picture/);
});

t.test("it can be cancelled while it waits, and approving does not bring it back", async (t) => {
  const { id, imageId } = await write();
  await atelier.drain();
  t.match(await act(operations.cancel, { postId: id }), { post: { status: "CANCELLED" } });
  await review(imageId, "APPROVE");
  await atelier.drain();
  await sweep();
  t.equal((await post(id)).status, "CANCELLED");
});

t.test("a draft waits for nothing until it is scheduled, and holds a slot then", async (t) => {
  const { id, imageId, status } = await write(0, null);
  t.equal(status, "DRAFT");
  const slots = [{ weekday: "MONDAY", time: "09:00" }];
  const set = "mutation ($input: SetPostingSlotsInput!) { setPostingSlots(input: $input) { __typename } }";
  await act(set, { socialAccountId, timeZone: "UTC", slots });
  await act(operations.schedule, { postId: id, schedule: { nextSlot: true } });
  const held = await post(id);
  t.match(held, { status: "AWAITING_IMAGES", targets: [{ isQueued: true }] });
  const next = "query ($id: ID!) { socialAccount(id: $id) { nextSlots(first: 1) { at } } }";
  const { data } = await (await atelier.signIn(ada)).request(next, { id: socialAccountId });
  t.ok(data.socialAccount.nextSlots[0].at > held.targets[0].scheduledAt, "nobody else gets it");
  await atelier.drain();
  await review(imageId, "APPROVE");
  await atelier.drain();
  t.match(await post(id), {
    status: "SCHEDULED",
    targets: held.targets.map(({ scheduledAt }: { scheduledAt: string }) => ({ scheduledAt, isQueued: true })),
  });
  await act(operations.cancel, { postId: id });
});

t.test("a policy may send another picture, skip the post, or ask", async (t) => {
  const [spare = ""] = await approvedImages(atelier, await atelier.signIn(ada));
  const { services } = atelier;
  const settle = (id: string, policy: Parameters<typeof settleAwaitedPost>[3]) =>
    services.transact((tx) => settleAwaitedPost(tx, services, rowIdOf(id), policy));
  const fallback = await write();
  await settle(fallback.id, { kind: "FALLBACK", imageId: rowIdOf(spare) });
  t.match(await post(fallback.id), {
    status: "SCHEDULED",
    images: [{ image: { id: boat } }, { image: { id: spare } }],
  });
  const skipped = await write();
  await settle(skipped.id, { kind: "SKIP", reason: "No picture in time." });
  t.match(await post(skipped.id), { status: "CANCELLED", targets: [{ failure: { code: "SKIPPED" } }] });
  const asked = await write();
  await settle(asked.id, { kind: "ASK", reason: "Which picture?" });
  t.match(await post(asked.id), { status: "AWAITING_IMAGES", targets: [{ failure: { message: "Which picture?" } }] });
  t.equal(await risks(asked.id), 1);
});

t.test("what cannot be made is refused, and nothing is written", async (t) => {
  const before = await atelier.services.db.image.count();
  const ask = (image: object) => act(create, { caption: "", images: [image], targets: [{ socialAccountId }] });
  t.match(await ask({}), { issues: [{ path: ["images", "0"], code: "INVALID" }] });
  t.match(await ask({ imageId: boat, generate: { prompt: "x" } }), { issues: [{ path: ["images", "0"] }] });
  t.match(await ask({ generate: { prompt: " " } }), { issues: [{ path: ["images", "0", "generate", "prompt"] }] });
  t.match(await ask({ generate: { prompt: "x", provider: "nobody" } }), {
    issues: [{ path: ["images", "0", "generate", "provider"], code: "UNKNOWN_PROVIDER" }],
  });
  t.match(await ask({ generate: { prompt: "x", regenerate: { maxTries: 6 } } }), {
    issues: [{ path: ["images", "0", "generate", "regenerate", "maxTries"], code: "TOO_LARGE" }],
  });
  t.equal(await atelier.services.db.image.count(), before);
});
