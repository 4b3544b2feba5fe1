import t from "tap";
import { resolveLocalTimes } from "../../src/posts/resolve-local-times.ts";
import { dispatchDueTargets } from "../../src/publishing/dispatch-due-targets.ts";
import { type Atelier, openAtelier } from "../support/atelier.ts";
import { standInPlatform, standInProvider } from "../support/stand-ins.ts";
import * as studio from "../support/studio.ts";

const { create, schedule, cancel, publishNow, review } = studio.operations;

async function open(t: Parameters<typeof openAtelier>[0], accounts = ["ada"]) {
  const platform = standInPlatform();
  const atelier = await openAtelier(t, { providers: standInProvider(), platforms: platform.platforms });
  const ada = await atelier.signUp("Ada");
  const [imageId = ""] = await studio.approvedImages(atelier, ada);
  const targets = [];
  for (const handle of accounts) targets.push({ socialAccountId: await studio.connectGallery(ada, handle) });
  const { post } = await ada.mutate(create, { caption: "A boat.", images: [{ imageId }], targets });
  return { atelier, platform, ada, imageId, postId: post.id as string };
}

const later = ({ clock }: Atelier, minutes: number) => new Date(clock.now().getTime() + minutes * 60_000).toISOString();
const status = async ({ services }: Atelier) =>
  (await services.db.postTarget.findMany()).map((target) => target.status);

t.test("a scheduled post can be moved, and goes out at its last time only", async (t) => {
  const { atelier, platform, ada, postId } = await open(t);
  for (const minutes of [1, 30, 10]) {
    const at = later(atelier, minutes);
    const moved = await ada.mutate(schedule, { postId, schedule: { at } });
    t.match(moved, {
      __typename: "SchedulePostSuccess",
      post: { status: "SCHEDULED", targets: [{ scheduledAt: at }] },
    });
  }
  atelier.clock.advance(9 * 60_000);
  await atelier.drain();
  t.equal(platform.arrived.length, 0, "the wake-up of the first time found nothing to do");
});

t.test("a post goes out at a local time, whatever the clocks there do, and keeps what stands on them", async (t) => {
  const { atelier, platform, ada, postId } = await open(t);
  atelier.clock.set(new Date("2027-03-20T12:00:00Z"));
  const owner = await atelier.signIn(ada);
  const local = async (time: string, timeZone = "Europe/Paris") =>
    owner.mutate(schedule.replace("publishedAt", "publishedAt localTime timeZone"), {
      postId,
      schedule: { local: { time, timeZone } },
    });
  const at = async (time: string) => (await local(time)).post.targets[0].scheduledAt;
  t.equal(await at("2027-03-27T09:00"), "2027-03-27T08:00:00.000Z");
  t.equal(await at("2027-03-28T02:30"), "2027-03-28T01:00:00.000Z", "skipped: the first moment after");
  t.equal(await at("2027-10-31T02:30"), "2027-10-31T00:30:00.000Z", "shown twice: the first");
  t.match(await local("2027-02-29T09:00", "Mars/Olympus"), {
    issues: [
      { path: ["schedule", "local", "time"], code: "INVALID_DATE", message: /2027-02-29T09:00.*calendar/ },
      { path: ["schedule", "local", "timeZone"], code: "UNKNOWN_TIME_ZONE" },
    ],
  });
  t.match(await local("2027-03-20T12:59"), { issues: [{ path: ["schedule", "local", "time"], code: "IN_THE_PAST" }] });
  t.match((await local("2027-03-29T09:00", "europe/paris")).post.targets, [
    { scheduledAt: "2027-03-29T07:00:00.000Z", localTime: "2027-03-29T09:00:00", timeZone: "Europe/Paris" },
  ]);

  // As if Paris had been on another time when it was resolved.
  const { services } = atelier;
  const wrong = new Date("2027-03-29T08:00:00Z");
  await services.db.postTarget.updateMany({ data: { scheduledAt: wrong, dueAt: wrong, zoneDataVersion: "1999a" } });
  t.equal(await resolveLocalTimes(services), 1);
  atelier.clock.set(new Date("2027-03-29T07:00:00Z"));
  await dispatchDueTargets(services);
  await atelier.drain();
  t.equal(platform.arrived.length, 1);
});

t.test("what cannot be scheduled is refused, and nothing is written", async (t) => {
  const { atelier, ada, imageId, postId } = await open(t);
  const bob = await atelier.signUp("Bob");
  const before = await studio.fingerprint(atelier);
  const at = later(atelier, 5);
  t.match(await ada.mutate(schedule, { postId, schedule: { at: later(atelier, -1) } }), {
    __typename: "ValidationError",
    issues: [{ path: ["schedule", "at"], code: "IN_THE_PAST", message: /it is .*Choose a later time/ }],
  });
  t.match(await ada.mutate(schedule, { postId, schedule: { at }, expectedVersion: 7 }), {
    __typename: "VersionConflictError",
    currentVersion: 1,
    message: /version 7.*version 1/,
  });
  const notThere = { __typename: "NotFoundError", message: "There is no such post, or you cannot see it." };
  for (const [person, id] of [
    [bob, postId],
    [ada, studio.missingId("Post")],
  ] as const) {
    t.match(await person.mutate(schedule, { postId: id, schedule: { at } }), notThere);
    t.match(await person.mutate(publishNow, { postId: id }), notThere);
    t.match(await person.mutate(cancel, { postId: id }), notThere);
  }
  t.match(await ada.mutate(schedule, { postId: imageId, schedule: { at } }), { __typename: "ValidationError" });
  t.same(await studio.fingerprint(atelier), before);

  await ada.mutate(review, { imageIds: [imageId], decision: "REJECT", reason: "Too blue." });
  const rejected = await studio.fingerprint(atelier);
  t.match(await ada.mutate(schedule, { postId, schedule: { at } }), {
    __typename: "ImageNotApprovedError",
    imageIds: [imageId],
  });
  t.match(await ada.mutate(publishNow, { postId }), { __typename: "ImageNotApprovedError", imageIds: [imageId] });
  t.same(await studio.fingerprint(atelier), rejected);
});

t.test("an account that takes no posts is told, for each target at its place", async (t) => {
  const { atelier, ada, postId } = await open(t, ["one", "two"]);
  await atelier.services.db.socialAccount.updateMany({ where: { handle: "two" }, data: { state: "NEEDS_RECONNECT" } });
  const refused = await ada.mutate(publishNow, { postId });
  t.match(refused.issues, [
    {
      path: ["targets", "1"],
      code: "ACCOUNT_NOT_USABLE",
      message: /two on Showcase is NEEDS_RECONNECT\. Connect it again/,
    },
  ]);
  t.equal(refused.issues.length, 1);
});

t.test("what is cancelled does not go out, and may be scheduled again", async (t) => {
  const { atelier, platform, ada, postId } = await open(t);
  await ada.mutate(schedule, { postId, schedule: { at: later(atelier, 1) } });
  t.match(await ada.mutate(cancel, { postId }), { __typename: "CancelPostSuccess", post: { status: "CANCELLED" } });
  atelier.clock.advance(120_000);
  await atelier.drain();
  t.equal(platform.arrived.length, 0);
  const before = await studio.fingerprint(atelier);
  t.match(await ada.mutate(cancel, { postId }), { __typename: "ConflictError", message: /its targets are CANCELLED/ });
  t.same(await studio.fingerprint(atelier), before);
  t.match(await ada.mutate(publishNow, { postId }), { post: { status: "SCHEDULED" } });
  await atelier.drain();
  t.equal(platform.arrived.length, 1);
});

t.test("what is out can neither be scheduled nor cancelled", async (t) => {
  const { atelier, ada, postId } = await open(t);
  await ada.mutate(publishNow, { postId });
  await atelier.drain();
  t.same(await status(atelier), ["PUBLISHED"]);
  const before = await studio.fingerprint(atelier);
  const message = /its targets are PUBLISHED/;
  t.match(await ada.mutate(publishNow, { postId }), { __typename: "ConflictError", message });
  t.match(await ada.mutate(schedule, { postId, schedule: { at: later(atelier, 1) } }), {
    __typename: "ConflictError",
    message,
  });
  t.match(await ada.mutate(cancel, { postId }), { __typename: "ConflictError", message });
  t.same(await studio.fingerprint(atelier), before);
});

t.test("publish now, clicked ten times at once while two workers are at it, goes out once (I-1)", async (t) => {
  const { atelier, platform, ada, postId } = await open(t);
  platform.publish = async (request) => {
    await new Promise((resolve) => setTimeout(resolve, 30));
    return { kind: "published", externalId: request.key, permalink: "https://example.org/1" };
  };
  const clicks = Array.from({ length: 10 }, () => ada.mutate(publishNow, { postId }));
  await Promise.all([...clicks, atelier.drain(), atelier.drain()]);
  await Promise.all([atelier.drain(), atelier.drain()]);
  const answers = await Promise.all(clicks);
  t.ok(answers.some((answer) => answer.__typename === "PublishPostNowSuccess"));
  t.ok(answers.every((answer) => ["PublishPostNowSuccess", "ConflictError"].includes(answer.__typename)));
  t.equal(platform.arrived.length, 1);
  t.same(await status(atelier), ["PUBLISHED"]);
});

t.test("scheduling and cancelling at once end in one of the two, never in between", async (t) => {
  const { atelier, platform, ada, postId } = await open(t, ["one", "two"]);
  for (let round = 0; round < 5; round += 1) {
    await Promise.all([
      ada.mutate(publishNow, { postId }),
      ada.mutate(cancel, { postId }),
      ada.mutate(publishNow, { postId }),
    ]);
    t.equal(new Set(await status(atelier)).size, 1);
  }
  await ada.mutate(cancel, { postId });
  await atelier.drain();
  t.equal(platform.arrived.length, 0);
});

t.test("a repetition with the same key changes nothing, whatever happened since", async (t) => {
  const { atelier, ada, postId } = await open(t);
  const input = { postId, schedule: { at: later(atelier, 30) }, idempotencyKey: "once" };
  t.match(await ada.mutate(schedule, input), { __typename: "SchedulePostSuccess", post: { status: "SCHEDULED" } });
  await ada.mutate(cancel, { postId });
  t.match(await ada.mutate(schedule, input), { __typename: "SchedulePostSuccess", post: { status: "CANCELLED" } });
  t.same(await status(atelier), ["CANCELLED"], "a retry by the client does not revive it");
  t.match(await ada.mutate(schedule, { ...input, schedule: { at: later(atelier, 40) } }), {
    __typename: "IdempotencyKeyReusedError",
  });
});

t.test("sending at once heeds the version that was read", async (t) => {
  const { atelier, ada, postId } = await open(t);
  t.match(await ada.mutate(publishNow, { postId, expectedVersion: 2 }), { __typename: "VersionConflictError" });
  t.same(await status(atelier), ["DRAFT"]);
  t.match(await ada.mutate(publishNow, { postId, expectedVersion: 1, idempotencyKey: "now" }), {
    __typename: "PublishPostNowSuccess",
  });
});
