import { Temporal } from "temporal-polyfill";
import { z } from "zod";
import type { Prisma } from "../../generated/prisma/client.ts";
import { addMilliseconds } from "../../infra/clock.ts";
import type { Db } from "../../infra/db.ts";
import { ValidationError } from "../../infra/errors.ts";
import { parseInput } from "../../infra/parse-input.ts";
import { resolveLocalTime } from "../../infra/time/local-time.ts";
import { ianaTimeZone } from "../../infra/time-zone.ts";
import { platformNamed } from "../../platforms/registry.ts";
import { type Actor, requireMember } from "../../workspaces/require-member.ts";
import { clashMinutes } from "../clashes.ts";
import { type CalendarAccount, type CalendarDay, type CalendarItem, calendarDays } from "./calendar-days.ts";

/** Longest range of a calendar, in days. */
export const longestRange = 62;

/** Most targets and dates of one answer. */
const mostItems = 2_000;

const date = z.string().transform((text, context) => {
  const known = readDate(text);
  if (known !== null) return known;
  const message = `"${text.slice(0, 40)}" is no day that the calendar has. Write it as 2026-03-29.`;
  context.addIssue({ code: "custom", message, params: { code: "INVALID_DATE" } });
  return z.NEVER;
});

const request = z
  .object({ workspaceId: z.uuid(), from: date, to: date, timeZone: ianaTimeZone.nullish() })
  .superRefine(({ from, to }, context) => {
    const refuse = (code: string, message: string) =>
      context.addIssue({ code: "custom", path: ["to"], message, params: { code } });
    const days = from.until(to, { largestUnit: "days" }).days + 1;
    if (days < 1)
      refuse("INVALID_RANGE", `The range ends on ${to.toString()}, before it begins on ${from.toString()}.`);
    if (days > longestRange) refuse("TOO_LONG", `The range is of ${days} days. Ask for at most ${longestRange}.`);
  });

/** A calendar of a workspace. */
export interface Calendar {
  readonly timeZone: string;
  readonly days: readonly CalendarDay[];
  /** Accounts that are paused, expiring, disconnected with something planned, or to be connected again. */
  readonly attention: readonly string[];
}

/**
 * Everything that went or goes out within some days, and the dates of schedules whose posts are not made yet, on the clock of a zone (the
 * workspace's by default). The same few statements, however much there is. Throws a `ValidationError` for days that do not exist, ranges out of rule and
 * more than can be shown, a `NotFoundError` or `ForbiddenError` as reading posts would.
 */
export async function readCalendar(db: Db, viewer: Actor, unchecked: z.input<typeof request>): Promise<Calendar> {
  const { workspaceId, from, to, timeZone: asked } = parseInput(request, unchecked);
  await requireMember(db, viewer, { workspaceId, permission: "posts:read" });
  const workspace = await db.workspace.findUniqueOrThrow({
    where: { id: workspaceId },
    select: { timeZone: true, postApprovalPolicy: true },
  });
  const timeZone = asked ?? workspace.timeZone;
  const midnight = (day: Temporal.PlainDate) => resolveLocalTime(`${day.toString()}T00:00:00`, timeZone).instant;
  // Neighbours on the days before and after clash as well.
  const margin = clashMinutes * 60_000;
  const within = {
    gte: addMilliseconds(midnight(from), -margin),
    lt: addMilliseconds(midnight(to.add({ days: 1 })), margin),
  };
  const items = [
    ...(await targetsWithin(db, workspaceId, within, workspace.postApprovalPolicy === "REQUIRED")),
    ...(await datesWithin(db, workspaceId, within)),
  ].toSorted((one, other) => one.at.getTime() - other.at.getTime());
  if (items.length > mostItems) {
    const message = `There are more than ${mostItems} targets and dates within these days. Ask for fewer days.`;
    throw new ValidationError([{ path: ["to"], code: "TOO_MANY", message }]);
  }
  const accounts = await accountsOf(db, workspaceId, items);
  const dates = Array.from({ length: from.until(to).days + 1 }, (_, index) => from.add({ days: index }).toString());
  const attention = [...accounts.values()].filter(({ state }) => state !== "ACTIVE").map(({ id }) => id);
  return { timeZone, days: calendarDays(items, accounts, { dates, timeZone }), attention };
}

function readDate(text: string): Temporal.PlainDate | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  try {
    return Temporal.PlainDate.from(text, { overflow: "reject" });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

async function targetsWithin(
  db: Db,
  workspaceId: string,
  within: Prisma.DateTimeNullableFilter,
  required: boolean,
): Promise<CalendarItem[]> {
  const targets = await db.postTarget.findMany({
    where: { workspaceId, scheduledAt: within },
    select: {
      ...{ status: true, scheduledAt: true, socialAccountId: true, postId: true },
      post: { select: { approvalState: true, occurrence: { select: { id: true } } } },
    },
    orderBy: [{ scheduledAt: "asc" }, { id: "asc" }],
    take: mostItems + 1,
  });
  return targets.flatMap(({ scheduledAt: at, post, ...target }) =>
    at === null
      ? []
      : [
          {
            ...{ ...target, at, occurrenceId: post.occurrence?.id ?? null, needsDecision: false },
            needsApproval: target.status === "AWAITING_APPROVAL" || (required && post.approvalState !== "APPROVED"),
          },
        ],
  );
}

async function datesWithin(db: Db, workspaceId: string, within: Prisma.DateTimeFilter): Promise<CalendarItem[]> {
  const occurrences = await db.occurrence.findMany({
    where: { workspaceId, at: within, postId: null, state: { in: ["PLANNED", "AWAITING_PICTURE", "NEEDS_DECISION"] } },
    select: {
      ...{ id: true, at: true, state: true },
      schedule: { select: { targets: { select: { socialAccountId: true }, orderBy: { position: "asc" } } } },
    },
    orderBy: [{ at: "asc" }, { id: "asc" }],
    take: mostItems + 1,
  });
  return occurrences.flatMap(({ id: occurrenceId, at, state, schedule }) =>
    schedule.targets.map(({ socialAccountId }) => ({
      ...{ at, socialAccountId, postId: null, occurrenceId, status: null },
      ...{ needsApproval: false, needsDecision: state === "NEEDS_DECISION" },
    })),
  );
}

/** The accounts of the items, and those that need somebody. */
async function accountsOf(
  db: Db,
  workspaceId: string,
  items: readonly CalendarItem[],
): Promise<ReadonlyMap<string, CalendarAccount>> {
  const ids = [...new Set(items.map(({ socialAccountId }) => socialAccountId))];
  const accounts = await db.socialAccount.findMany({
    where: { workspaceId, OR: [{ id: { in: ids } }, { state: { in: ["EXPIRING", "NEEDS_RECONNECT", "PAUSED"] } }] },
    select: { id: true, state: true, platform: true },
    orderBy: { id: "asc" },
  });
  return new Map(
    accounts.map(({ platform, ...account }) => [account.id, { ...account, quota: platformNamed(platform).quota }]),
  );
}
