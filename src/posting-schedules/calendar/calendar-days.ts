/** The days of a calendar: what goes out on each, and what stands in its way. Pure. */
import type { PostTargetStatus, SocialAccountState } from "../../generated/prisma/enums.ts";
import { localTimeAt } from "../../infra/time/local-time.ts";
import type { PostQuota } from "../../platforms/platform.ts";
import { clashMinutes } from "../clashes.ts";

/** What an entry may need of somebody. */
export type CalendarNote =
  | "CLASH"
  | "AWAITING_APPROVAL"
  | "AWAITING_IMAGES"
  | "NEEDS_DECISION"
  | "ACCOUNT_NEEDS_ATTENTION"
  | "OVER_QUOTA";

/** A target, or an account of a date whose post is not made yet, at its moment. */
export interface CalendarItem {
  readonly at: Date;
  readonly socialAccountId: string;
  /** Null for a date to come. */
  readonly postId: string | null;
  /** Null for a post that no schedule made. */
  readonly occurrenceId: string | null;
  /** Null for a date to come. */
  readonly status: PostTargetStatus | null;
  /** Whether somebody has to approve it before it can go out. */
  readonly needsApproval: boolean;
  /** Whether a date to come waits for somebody's decision. */
  readonly needsDecision: boolean;
}

/** An account, as far as calendars go. */
export interface CalendarAccount {
  readonly id: string;
  readonly state: SocialAccountState;
  readonly quota: PostQuota | null;
}

/** One post, or one date to come, at one moment. */
export interface CalendarEntry {
  readonly at: Date;
  readonly localTime: string;
  readonly postId: string | null;
  readonly occurrenceId: string | null;
  readonly socialAccountIds: readonly string[];
  readonly notes: readonly CalendarNote[];
  readonly clashes: readonly Pick<CalendarItem, "socialAccountId" | "postId" | "occurrenceId" | "at">[];
}

/** What an account may still post on a day. */
export interface CalendarQuota {
  readonly socialAccountId: string;
  /** Planned or out on this day. */
  readonly used: number;
  readonly allowed: number;
  readonly left: number;
}

/** A day on the calendar's clock. */
export interface CalendarDay {
  /** `2026-03-29`. */
  readonly date: string;
  readonly entries: readonly CalendarEntry[];
  readonly quotas: readonly CalendarQuota[];
}

/** What is to come, or on its way. */
const coming: readonly (PostTargetStatus | null)[] = [
  ...([null, "AWAITING_APPROVAL", "AWAITING_IMAGES", "SCHEDULED", "PUBLISHING"] as const),
];

/** What takes of an account's quota. */
const taking: readonly (PostTargetStatus | null)[] = [...coming, "SUBMITTED", "UNKNOWN", "PUBLISHED"];

const day = 24 * 60 * 60_000;
/** Most clashes that are told of one entry and account: whoever plans a thousand posts for one minute need not be told of each, for each. */
export const mostClashes = 10;
const clashWindow = clashMinutes * 60_000;

/** What a platform takes of an account within a day, at most. */
const perDay = ({ posts, window }: PostQuota): number => (window < day ? Math.floor((posts * day) / window) : posts);

/** Puts items on the days of a zone's clock. Items outside of the days count as neighbours, and are not shown. */
export function calendarDays(
  items: readonly CalendarItem[],
  accounts: ReadonlyMap<string, CalendarAccount>,
  { dates, timeZone }: { readonly dates: readonly string[]; readonly timeZone: string },
): readonly CalendarDay[] {
  const clashing = clashesOf(items);
  const localTimes = new Map(items.map((item) => [item, localTimeAt(item.at, timeZone)]));
  const dateOf = (item: CalendarItem) => (localTimes.get(item) ?? "").slice(0, 10);
  const byDate = Map.groupBy(items, dateOf);
  return dates.map((date) => {
    const onDay = byDate.get(date) ?? [];
    const quotas = quotasOf(onDay, accounts);
    const over = new Set(quotas.filter(({ used, allowed }) => used > allowed).map((quota) => quota.socialAccountId));
    const entries = Map.groupBy(onDay, ({ postId, occurrenceId, at }) => `${postId ?? occurrenceId} ${at.getTime()}`);
    return {
      ...{ date, quotas },
      entries: [...entries.values()].map((parts): CalendarEntry => {
        const clashes = parts.flatMap((part) => clashing.get(part) ?? []);
        const [first] = parts;
        if (first === undefined) throw new Error("A group has at least one member.");
        const { at, postId, occurrenceId } = first;
        const socialAccountIds = parts.map((part) => part.socialAccountId);
        const localTime = localTimes.get(first) ?? "";
        const notes = notesOf(parts, { accounts, over, clash: clashes.length > 0 });
        return { at, localTime, postId, occurrenceId, socialAccountIds, notes, clashes };
      }),
    };
  });
}

const isSame = (one: CalendarItem, other: CalendarItem): boolean =>
  one.postId === null ? one.occurrenceId === other.occurrenceId : one.postId === other.postId;

/** What each item that is to come clashes with, the earliest first. Looks at each one's neighbours alone: a month may hold thousands. */
function clashesOf(items: readonly CalendarItem[]): ReadonlyMap<CalendarItem, CalendarEntry["clashes"]> {
  const clashes = new Map<CalendarItem, CalendarEntry["clashes"]>();
  const open = items.filter(({ status }) => coming.includes(status));
  const sorted = open.toSorted((one, other) => one.at.getTime() - other.at.getTime());
  for (const ofAccount of Map.groupBy(sorted, ({ socialAccountId }) => socialAccountId).values()) {
    let first = 0;
    for (const item of ofAccount) {
      const [from, to] = [item.at.getTime() - clashWindow, item.at.getTime() + clashWindow];
      while ((ofAccount[first]?.at.getTime() ?? to) <= from) first += 1;
      const near: CalendarEntry["clashes"][number][] = [];
      for (let index = first; near.length < mostClashes; index += 1) {
        const other = ofAccount[index];
        if (other === undefined || other.at.getTime() >= to) break;
        const { socialAccountId, postId, occurrenceId, at } = other;
        if (!isSame(item, other)) near.push({ socialAccountId, postId, occurrenceId, at });
      }
      clashes.set(item, near);
    }
  }
  return clashes;
}

function quotasOf(onDay: readonly CalendarItem[], accounts: ReadonlyMap<string, CalendarAccount>): CalendarQuota[] {
  const taken = Map.groupBy(
    onDay.filter(({ status }) => taking.includes(status)),
    ({ socialAccountId }) => socialAccountId,
  );
  return [...taken].flatMap(([socialAccountId, { length: used }]) => {
    const quota = accounts.get(socialAccountId)?.quota ?? null;
    if (quota === null) return [];
    const allowed = perDay(quota);
    return [{ socialAccountId, used, allowed, left: Math.max(0, allowed - used) }];
  });
}

interface Surroundings {
  readonly accounts: ReadonlyMap<string, CalendarAccount>;
  readonly over: ReadonlySet<string>;
  readonly clash: boolean;
}

function notesOf(parts: readonly CalendarItem[], { accounts, over, clash }: Surroundings): CalendarNote[] {
  const waiting = parts.filter(({ status }) => coming.includes(status));
  const some = (test: (item: CalendarItem) => boolean, note: CalendarNote) => (waiting.some(test) ? [note] : []);
  return [
    ...(clash ? ["CLASH" as const] : []),
    ...some(({ needsApproval }) => needsApproval, "AWAITING_APPROVAL"),
    ...some(({ status }) => status === "AWAITING_IMAGES", "AWAITING_IMAGES"),
    ...some(({ needsDecision }) => needsDecision, "NEEDS_DECISION"),
    ...some((item) => accounts.get(item.socialAccountId)?.state !== "ACTIVE", "ACCOUNT_NEEDS_ATTENTION"),
    ...some((item) => over.has(item.socialAccountId), "OVER_QUOTA"),
  ];
}
