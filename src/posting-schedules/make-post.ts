import type { Occurrence } from "../generated/prisma/client.ts";
import type { Tx } from "../infra/db.ts";
import { parseInput } from "../infra/parse-input.ts";
import { insertPost } from "../posts/insert-post.ts";
import { postInput } from "../posts/post-input.ts";
import { schedulePost } from "../posts/schedule-post.ts";
import { requireMember } from "../workspaces/require-member.ts";
import { changeOccurrence, type LockedOccurrence } from "./change-occurrence.ts";
import { actorOf } from "./owner.ts";
import { writePost } from "./post-text.ts";
import type { ScheduleServices } from "./replan.ts";

/** Pictures for an occurrence, and why it gets these where that needs words. */
export interface ChosenPictures {
  readonly imageIds: readonly string[];
  readonly reason: string | null;
}

/**
 * Makes the post of a locked occurrence and schedules it at its time, or at once where that has just gone by. A post that it had before, and that was taken back, is scheduled again.
 * Throws what writing and scheduling posts throw: then the caller's transaction is lost.
 */
export async function makePost(
  tx: Tx,
  services: ScheduleServices,
  { occurrence, schedule }: LockedOccurrence,
  { imageIds, reason }: ChosenPictures,
): Promise<Occurrence> {
  const joined = { ...services, transact: <T>(work: (inner: Tx) => Promise<T>) => work(tx) };
  const viewer = await actorOf(tx, schedule);
  const when = occurrence.at > services.clock.now() ? { at: occurrence.at } : ({ now: true } as const);
  const number = occurrence.number ?? (await nextNumber(tx, schedule.seriesId));
  const done = { state: "POSTED" as const, actAt: null, number, reason };
  if (occurrence.postId !== null) {
    await schedulePost(joined, viewer, { postId: occurrence.postId, schedule: when, allowDuplicate: true });
    return changeOccurrence(tx, occurrence, done);
  }
  const [first = ""] = imageIds;
  const image = await tx.image.findUnique({ where: { id: first }, select: { title: true } });
  const { workspaceId } = schedule;
  await requireMember(tx, viewer, { workspaceId, permission: "posts:write" });
  const content = parseInput(postInput, {
    ...writePost(schedule, occurrence, { counter: number, title: image?.title ?? "" }),
    images: imageIds.map((imageId) => ({ imageId })),
  });
  // A plan repeats itself on purpose.
  const post = { ...content, workspaceId, schedule: when, allowDuplicate: true };
  const postId = await insertPost(tx, services, viewer, post);
  return changeOccurrence(tx, occurrence, { ...done, postId });
}

/** The next value of the counter of a series. Those that were split off one another count together, and are locked apart: hence a lock of its own. */
export async function nextNumber(tx: Tx, seriesId: string): Promise<number> {
  await tx.$queryRaw`select pg_advisory_xact_lock(hashtextextended(${`posting-series:${seriesId}`}, 0))::text`;
  const { _max } = await tx.occurrence.aggregate({ where: { seriesId }, _max: { number: true } });
  return (_max.number ?? 0) + 1;
}
