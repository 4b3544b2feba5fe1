import type { Prisma } from "../generated/prisma/client.ts";
import type { Tx } from "../infra/db.ts";
import { NotFoundError } from "../infra/errors.ts";
import { type Actor, requireMember } from "../workspaces/require-member.ts";

const parts = {
  targets: { include: { socialAccount: { select: { platform: true } } }, orderBy: { position: "asc" } },
  tag: { select: { name: true } },
} as const satisfies Prisma.PostingScheduleInclude;

/** A schedule that nobody else changes, or works for, before the transaction ends. */
export type LockedSchedule = Prisma.PostingScheduleGetPayload<{ include: typeof parts }>;

/**
 * Locks a schedule; null where it is gone. Whoever touches a schedule, its occurrences or their posts locks in this order: schedule, posts, targets,
 * occurrences. So everything that happens to one schedule happens one after the other. Occurrences come last because a post that is
 * deleted takes itself out of its occurrence.
 */
export async function lockSchedule(tx: Tx, id: string): Promise<LockedSchedule | null> {
  await tx.$queryRaw`select 1 from posting_schedule where id = ${id}::uuid for update`;
  return tx.postingSchedule.findUnique({ where: { id }, include: parts });
}

/**
 * Locks a schedule with which the viewer may do something. Throws a `NotFoundError` for one they cannot see, a `ForbiddenError` for a role or
 * token that may not.
 */
export async function findScheduleToWrite(tx: Tx, viewer: Actor, id: string): Promise<LockedSchedule> {
  const schedule = await lockSchedule(tx, id);
  if (schedule === null) throw new NotFoundError("posting schedule");
  await requireScheduler(tx, viewer, schedule);
  return schedule;
}

/** Whoever decides what a schedule says has to be allowed to write posts as well; stopping and skipping take less. */
export const requireWriter = (
  tx: Tx,
  viewer: Actor,
  { workspaceId }: Pick<LockedSchedule, "workspaceId">,
  what = "posting schedule",
): Promise<void> => requireMember(tx, viewer, { workspaceId, permission: "posts:write", what });

/** What a schedule takes of who makes or changes it: it will publish, and where it generates, spend, in their name. */
export async function requireScheduler(
  tx: Tx,
  viewer: Actor,
  { workspaceId, pictureSource }: Pick<LockedSchedule, "workspaceId" | "pictureSource">,
  what = "posting schedule",
): Promise<void> {
  await requireMember(tx, viewer, { workspaceId, permission: "posts:publish", what });
  if (pictureSource === "GENERATE") await requireMember(tx, viewer, { workspaceId, permission: "images:create", what });
}
