import type { PostTargetStatus } from "../../generated/prisma/enums.ts";
import { addMilliseconds } from "../../infra/clock.ts";
import type { Db, Tx } from "../../infra/db.ts";
import { type Week, type WeeklyDate, weeklyDates } from "../../infra/time/weekly-times.ts";

/** Slots are given away at most this many milliseconds ahead: sixty days. */
const queueHorizon = 60 * 24 * 60 * 60_000;

/** A target in one of these keeps its time to itself. */
const holding: readonly PostTargetStatus[] = [
  ...(["AWAITING_APPROVAL", "AWAITING_IMAGES", "SCHEDULED", "PUBLISHING", "SUBMITTED"] as const),
];

/** An account's slots, and the instants within the horizon that targets of it hold. */
export interface AccountQueue {
  readonly id: string;
  readonly handle: string;
  readonly platform: string;
  /** Null: it has no slots. */
  readonly week: Week | null;
  readonly taken: readonly Date[];
}

/** Whose queues are read, from when on. */
export interface QueueQuestion {
  readonly socialAccountIds: readonly string[];
  readonly after: Date;
  /** Targets whose times count as free, because they are about to get others. */
  readonly leaving?: readonly string[];
}

/** Reads queues, in one statement. To give slots away, read them under `lockAccounts`. */
export async function readQueues(
  db: Db | Tx,
  { socialAccountIds, after, leaving = [] }: QueueQuestion,
): Promise<ReadonlyMap<string, AccountQueue>> {
  const until = addMilliseconds(after, queueHorizon);
  const accounts = await db.socialAccount.findMany({
    where: { id: { in: [...socialAccountIds] } },
    select: {
      ...{ id: true, handle: true, platform: true },
      slots: { select: { weekday: true, time: true, timeZone: true } },
      targets: {
        where: {
          ...{ status: { in: [...holding] }, scheduledAt: { gt: after, lte: until } },
          ...(leaving.length > 0 && { id: { notIn: [...leaving] } }),
        },
        select: { scheduledAt: true },
      },
    },
  });
  return new Map(
    accounts.map(({ slots, targets, ...account }) => [
      account.id,
      {
        ...account,
        week: weekOf(slots),
        taken: targets.flatMap(({ scheduledAt }) => (scheduledAt === null ? [] : [scheduledAt])),
      },
    ]),
  );
}

/** One setting writes all of an account's slots, so they share its zone. */
function weekOf(slots: readonly { weekday: number; time: string; timeZone: string }[]): Week | null {
  const [first] = slots;
  return first === undefined ? null : { timeZone: first.timeZone, times: slots };
}

/** The free slots of a queue after an instant, the earliest first, as far as the horizon reaches from `now`. */
export function* freeSlots(
  { week, taken }: Pick<AccountQueue, "week" | "taken">,
  now: Date,
  after = now,
): Generator<WeeklyDate, void> {
  if (week === null) return;
  const held = new Set(taken.map((at) => at.getTime()));
  for (const date of weeklyDates(week, after, addMilliseconds(now, queueHorizon))) {
    if (!held.has(date.at.getTime())) yield date;
  }
}

/** The first free slot after an instant; null: all are taken as far as the horizon reaches. */
export function firstFreeSlot(queue: Pick<AccountQueue, "week" | "taken">, now: Date, after = now): WeeklyDate | null {
  const { value } = freeSlots(queue, now, after).next();
  return value ?? null;
}
