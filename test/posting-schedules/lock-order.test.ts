/**
 * Everybody takes locks in one order, so that nobody waits in a circle. What is run here has no net: `transact` tries again what Postgres ended for the sake of
 * others, and would hide such a circle.
 */
import t from "tap";
import { DomainError } from "../../src/infra/errors.ts";
import { moveOccurrence } from "../../src/posting-schedules/move-occurrence.ts";
import { overrideOccurrence } from "../../src/posting-schedules/override-occurrence.ts";
import { pausePostingSchedule } from "../../src/posting-schedules/pause-posting-schedule.ts";
import { resumePostingSchedule } from "../../src/posting-schedules/resume-posting-schedule.ts";
import { workOccurrences } from "../../src/posting-schedules/work-occurrences.ts";
import { deletePost } from "../../src/posts/delete-post.ts";
import { reorderQueue } from "../../src/posts/queue/reorder-queue.ts";
import { resumeQueue } from "../../src/posts/queue/resume-queue.ts";
import type { Services } from "../../src/services.ts";
import { holdPost } from "../support/hold-post.ts";
import { daily, queueOperations } from "../support/queue-desk.ts";
import { openScheduleDesk, rowIdOf, type ScheduleDesk } from "../support/schedule-desk.ts";

const edit = "mutation ($input: UpdatePostInput!) { updatePost(input: $input) { __typename } }";

/** Ada's verbs, and services whose transactions are run once. */
async function withoutNet({ atelier, ada }: ScheduleDesk) {
  const { db } = atelier.services;
  // Nor is it about pace: on a busy machine they may take their time.
  const patience = { maxWait: 60_000, timeout: 60_000 };
  const services: Services = { ...atelier.services, transact: (work) => db.$transaction(work, patience) };
  return { services, viewer: { userId: rowIdOf((await ada()).id), grant: null } };
}

/** How something ended: "done", or what was said against it. What is no refusal is a fault of ours. */
const endOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error: unknown) => {
      if (error instanceof DomainError) return error.message;
      throw error;
    },
  );

/** Every day at noon, with posts for so many days. */
const days = (count: number) => ({
  recurrence: { rule: { text: `FREQ=DAILY;COUNT=${count}`, firstAt: "2027-03-02T12:00" } },
  ...{ leadTimeMinutes: 43_200, pictures: { queue: { tag: "boats", repeatAfterDays: 0 } } },
});

t.test("a date gets a text of its own while its post is deleted", async (t) => {
  const desk = await openScheduleDesk(t, { pictures: 1 });
  await desk.create(days(1));
  await desk.at("2027-03-01T07:01:00Z");
  const [date] = await desk.dates();
  const { services, viewer } = await withoutNet(desk);
  const [postId, occurrenceId] = [rowIdOf(date.post.id), rowIdOf(date.id)];
  const post = await holdPost(services, postId);
  const deleted = endOf(deletePost(services, viewer, { postId }));
  await post.line(1);
  const changed = endOf(overrideOccurrence(services, viewer, { occurrenceId, captionTemplate: "Its own." }));
  await post.line(2);
  await post.letGo();
  t.same(await Promise.all([deleted, changed]), [
    "done",
    "There is no such post of this occurrence, or you cannot see it.",
  ]);
  t.match(await desk.dates(), [{ state: "POSTED", post: null, version: date.version }]);
});

/** Two posts of a schedule in their account's queue; the one for the later date was made first. */
async function queuedPosts(desk: ScheduleDesk) {
  const { id } = await desk.create(days(2));
  await desk.at("2027-03-01T07:01:00Z");
  const person = await desk.ada();
  const socialAccountId = desk.accountId;
  await person.mutate(queueOperations.setSlots, { socialAccountId, timeZone: "UTC", slots: daily("20:00") });
  const [, second] = await desk.dates(id);
  await person.mutate(edit, { postId: second.post.id, expectedVersion: 1, caption: "By hand." });
  const update = { postingScheduleId: id, expectedVersion: 1, scope: { all: true } };
  await desk.mutate("update", { ...update, captionTemplate: "Anew." });
  await desk.at("2027-03-01T07:02:00Z");
  const postIds = (await desk.dates(id)).map(({ post }) => post.id);
  for (const postId of postIds) await person.mutate(queueOperations.schedule, { postId, schedule: { nextSlot: true } });
  const [younger = "", older = ""] = postIds.map(rowIdOf);
  return { postingScheduleId: rowIdOf(id), socialAccountId: rowIdOf(socialAccountId), younger, older };
}

t.test("a schedule is paused while its posts change places in a queue", async (t) => {
  const desk = await openScheduleDesk(t, { pictures: 1 });
  const { postingScheduleId, socialAccountId, younger, older } = await queuedPosts(desk);
  t.ok(older < younger);
  const { services, viewer } = await withoutNet(desk);
  const post = await holdPost(services, older);
  const reordered = endOf(reorderQueue(services, viewer, { socialAccountId, postIds: [older, younger] }));
  await post.line(1);
  const paused = endOf(pausePostingSchedule(services, viewer, { postingScheduleId }));
  await post.line(2);
  await post.letGo();
  t.same(await Promise.all([reordered, paused]), ["done", "done"]);
  t.match(await desk.dates(), [
    { state: "PLANNED", post: { status: "CANCELLED" } },
    { state: "PLANNED", post: { status: "CANCELLED" } },
  ]);
});

t.test("twenty rounds of everything at once", async (t) => {
  const desk = await openScheduleDesk(t, { pictures: 1 });
  const { id } = await desk.create(days(4));
  const person = await desk.ada();
  await person.mutate(queueOperations.setSlots, {
    ...{ socialAccountId: desk.accountId, timeZone: "UTC", slots: [...daily("18:00"), ...daily("20:00")] },
  });
  const { services, viewer } = await withoutNet(desk);
  const [postingScheduleId, socialAccountId] = [rowIdOf(id), rowIdOf(desk.accountId)];
  await workOccurrences(services);
  const ends: { verb: string; end: string }[] = [];
  for (let round = 0; round < 20; round += 1) {
    const posted = await services.db.occurrence.findMany({ where: { state: "POSTED" }, orderBy: { at: "asc" } });
    const posts = posted.flatMap(({ id: occurrenceId, postId }) => (postId === null ? [] : [{ occurrenceId, postId }]));
    for (const { postId } of posts.slice(0, 3)) {
      await person.mutate(queueOperations.schedule, { postId: globalId("Post", postId), schedule: { nextSlot: true } });
    }
    const [one, two, three] = posts;
    if (one === undefined || two === undefined || three === undefined) break;
    const postIds = [three.postId, one.postId, two.postId];
    const at = round % 3;
    const occurrenceId = posts[at]?.occurrenceId ?? "";
    const verbs = {
      override: overrideOccurrence(services, viewer, { occurrenceId, captionTemplate: `Round ${round}.` }),
      deletePost: deletePost(services, viewer, { postId: posts[at]?.postId ?? "" }),
      reorder: reorderQueue(services, viewer, { socialAccountId, postIds }),
      pause: pausePostingSchedule(services, viewer, { postingScheduleId }),
      resumeQueue: resumeQueue(services, viewer, { socialAccountId }),
      move: moveOccurrence(services, viewer, {
        occurrenceId: posts[(at + 1) % 3]?.occurrenceId ?? "",
        to: `2027-03-2${at}T0${round % 10}:30`,
      }),
    };
    const ended = Object.entries(verbs).map(async ([verb, work]) => ({ verb, end: await endOf(work) }));
    ends.push(...(await Promise.all(ended)));
    await resumePostingSchedule(services, viewer, { postingScheduleId });
    // What was deleted is no date's post any more: another date takes its place.
    await services.db.occurrence.updateMany({
      where: { state: "POSTED", postId: null },
      data: { state: "PLANNED", actAt: services.clock.now() },
    });
    await workOccurrences(services);
  }
  // The others may find that the post is gone, or the queue another one.
  const sure = ends.filter(({ verb }) => ["deletePost", "pause", "resumeQueue"].includes(verb));
  t.equal(sure.length, 60);
  t.same(
    sure.filter(({ end }) => end !== "done"),
    [],
  );
});

const globalId = (type: string, id: string) => Buffer.from(`${type}:${id}`).toString("base64url");
