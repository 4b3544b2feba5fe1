import { z } from "zod";
import type { Clock } from "../infra/clock.ts";
import type { Db } from "../infra/db.ts";
import { NotFoundError, ValidationError } from "../infra/errors.ts";
import { parseInput } from "../infra/parse-input.ts";
import { type LocalTimeKind, localTimeAt, resolveLocalTime } from "../infra/time/local-time.ts";
import { ianaTimeZone } from "../infra/time-zone.ts";
import { type Actor, requireMember } from "../workspaces/require-member.ts";
import { type Clash, findClashes, findQuotaUse, type QuotaUse } from "./clashes.ts";
import { nextDates } from "./dates.ts";
import { readRecurrenceInput, recurrenceInput } from "./recurrence-input.ts";

/** Most dates of one preview. */
export const mostPreviewed = 100;

const previewing = z.object({
  workspaceId: z.uuid(),
  timeZone: ianaTimeZone,
  recurrence: recurrenceInput,
  socialAccountIds: z.array(z.uuid()).max(50, "A schedule takes at most 50 targets.").default([]),
  /** A saved schedule that is about to change: it does not clash with itself. */
  postingScheduleId: z.uuid().nullish(),
  count: z
    .number()
    .int()
    .min(1, "Ask for at least one date.")
    .max(mostPreviewed, {
      error: (issue) => `The count is ${String(issue.input)}. Ask for 1 to ${mostPreviewed} dates.`,
    })
    .default(20),
});

/** A date as it would be. */
export interface PreviewedDate {
  readonly localTime: string;
  readonly at: Date;
  readonly kind: LocalTimeKind;
  readonly clashes: readonly Clash[];
  readonly quotas: readonly QuotaUse[];
}

/**
 * The next dates of a schedule that is being written, with what clocks do, what clashes and what it leaves of quotas. Writes nothing. Throws a `ValidationError` with
 * everything that is wrong, a `NotFoundError` for a workspace, account or schedule that is foreign or missing.
 */
export async function previewPostingSchedule(
  { db, clock }: { readonly db: Db; readonly clock: Clock },
  viewer: Actor,
  unchecked: z.input<typeof previewing>,
): Promise<readonly PreviewedDate[]> {
  const { workspaceId, timeZone, recurrence, socialAccountIds, count, ...of } = parseInput(previewing, unchecked);
  await requireMember(db, viewer, { workspaceId, permission: "posts:read" });
  const now = localTimeAt(clock.now(), timeZone);
  const read = readRecurrenceInput(recurrence, clock.now(), timeZone);
  if (!read.ok) throw new ValidationError(read.issues);
  const accounts = await db.socialAccount.findMany({
    where: { workspaceId, id: { in: socialAccountIds } },
    select: { id: true, platform: true },
  });
  const missing = socialAccountIds.findIndex((id) => !accounts.some((account) => account.id === id));
  if (missing !== -1) throw new NotFoundError("social account", ["socialAccountIds", String(missing)]);
  const exceptSeriesId = await seriesOf(db, workspaceId, of.postingScheduleId ?? null);
  const dates = nextDates({ ...read.columns, startsAt: null, endsBefore: null }, { from: now, count }).map(
    (localTime) => ({ localTime, ...resolveLocalTime(localTime, timeZone) }),
  );
  const asked = { ats: dates.map(({ instant }) => instant), accounts, exceptSeriesId };
  const clashes = accounts.length === 0 ? new Map() : await findClashes(db, asked);
  const quotas = await findQuotaUse(db, asked);
  return dates.map(({ localTime, instant: at, kind }) => ({
    ...{ localTime, at, kind },
    clashes: clashes.get(at.getTime()) ?? [],
    quotas: quotas.get(at.getTime()) ?? [],
  }));
}

async function seriesOf(db: Db, workspaceId: string, id: string | null): Promise<string | null> {
  if (id === null) return null;
  const schedule = await db.postingSchedule.findFirst({ where: { id, workspaceId }, select: { seriesId: true } });
  if (schedule === null) throw new NotFoundError("posting schedule", ["postingScheduleId"]);
  return schedule.seriesId;
}
