/** A workspace's calendar: posts and dates to come, day by day. */
import { queryFromInfo } from "@pothos/plugin-prisma";
import type { GraphQLResolveInfo } from "graphql";
import type { Occurrence, Post, SocialAccount } from "../../generated/prisma/client.ts";
import { builder } from "../../graphql/builder.ts";
import type { Context } from "../../graphql/context.ts";
import { type GivenArguments, usually } from "../../graphql/usual-length.ts";
import { workspaceOf } from "../../graphql/workspace-of.ts";
import {
  type CalendarDay,
  type CalendarEntry,
  type CalendarNote,
  type CalendarQuota,
  mostClashes,
} from "../calendar/calendar-days.ts";
import { type Calendar, longestRange, readCalendar } from "../calendar/read-calendar.ts";
import { clashMinutes } from "../clashes.ts";
import { ClashType } from "./preview.ts";

const CalendarNoteEnum = builder.enumType("CalendarNote", {
  description: "What an entry of a calendar may need of somebody.",
  values: {
    CLASH: { description: `Another post of the same account goes out within ${clashMinutes} minutes.` },
    AWAITING_APPROVAL: { description: "It is not approved, and does not go out before it is." },
    AWAITING_IMAGES: { description: "Its pictures are being made, or wait for review." },
    NEEDS_DECISION: { description: "The date goes nowhere unless somebody overrides, moves or skips it." },
    ACCOUNT_NEEDS_ATTENTION: {
      description: "An account of it is paused, expiring, disconnected or to be connected again.",
    },
    OVER_QUOTA: { description: "More is planned for an account on this day than its platform takes." },
  } satisfies { [note in CalendarNote]: { description: string } },
});

/** What a day of a calendar usually holds. What more there is counts when it is read. */
const usual = { entries: 1, clashes: 1, accounts: 2, attention: 1 } as const;

/** How many days a calendar is asked for, by which everything under it is multiplied; the most there can be where that cannot be told. */
function daysAsked({ from, to }: GivenArguments): number {
  const [first, last] = [Date.parse(String(from)), Date.parse(String(to))];
  const days = Math.round((last - first) / (24 * 60 * 60_000)) + 1;
  return days >= 1 && days <= longestRange ? days : longestRange;
}

/** The rows that a calendar shows, each kind read at once. */
interface Rows {
  readonly posts: ReadonlyMap<string, Post>;
  readonly occurrences: ReadonlyMap<string, Occurrence>;
  readonly accounts: ReadonlyMap<string, SocialAccount>;
}

const present = <Value>(ids: readonly (string | null)[], rows: ReadonlyMap<string, Value>): Value[] =>
  ids.flatMap((id) => (id === null ? [] : (rows.get(id) ?? [])));

const EntryType = builder.objectRef<CalendarEntry & { readonly rows: Rows }>("CalendarEntry").implement({
  description: "One post, or one date of a schedule whose post is not made yet, at one moment.",
  fields: (t) => ({
    at: t.expose("at", { type: "DateTime", description: "When it went or goes out." }),
    localTime: t.exposeString("localTime", { description: "What the calendar's clock shows then." }),
    post: t.prismaField({
      type: "Post",
      nullable: true,
      description: "The post; null for a date to come.",
      resolve: (_query, { postId, rows }) => (postId === null ? null : rows.posts.get(postId)),
    }),
    occurrence: t.prismaField({
      type: "Occurrence",
      nullable: true,
      description: "The date of a schedule; null for a post that no schedule made.",
      resolve: (_query, { occurrenceId, rows }) => (occurrenceId === null ? null : rows.occurrences.get(occurrenceId)),
    }),
    socialAccounts: t.prismaField({
      ...usually(usual.accounts),
      type: ["SocialAccount"],
      description: "Where it goes at this moment.",
      resolve: (_query, { socialAccountIds, rows }) => present(socialAccountIds, rows.accounts),
    }),
    notes: t.field({
      type: [CalendarNoteEnum],
      description: "What it may need of somebody; empty for what is out.",
      resolve: ({ notes }) => [...notes],
    }),
    clashes: t.field({
      ...usually(usual.clashes),
      type: [ClashType],
      description: `What it clashes with, at most ${mostClashes} for each account.`,
      resolve: ({ clashes }) => [...clashes],
    }),
  }),
});

const QuotaType = builder.objectRef<CalendarQuota & { readonly rows: Rows }>("CalendarQuota").implement({
  description: "What an account may still post on a day, by its platform's own limits.",
  fields: (t) => ({
    socialAccount: t.prismaField({
      type: "SocialAccount",
      nullable: true,
      description: "The account.",
      resolve: (_query, { socialAccountId, rows }) => rows.accounts.get(socialAccountId),
    }),
    used: t.exposeInt("used", { description: "How many posts are out or planned on this day." }),
    allowed: t.exposeInt("allowed", { description: "How many the platform takes." }),
    left: t.exposeInt("left", { description: "How many more it would take." }),
  }),
});

const DayType = builder.objectRef<CalendarDay & { readonly rows: Rows }>("CalendarDay").implement({
  description: "A day on the calendar's clock.",
  fields: (t) => ({
    date: t.exposeString("date", { description: "`2026-03-29`." }),
    entries: t.field({
      ...usually(usual.entries),
      type: [EntryType],
      description: "What went or goes out, the earliest first.",
      resolve: ({ entries, rows }) => entries.map((entry) => ({ ...entry, rows })),
    }),
    quotas: t.field({
      ...usually(usual.accounts),
      type: [QuotaType],
      description: "What is left for accounts that have something on this day; platforms without limits are left out.",
      resolve: ({ quotas, rows }) => quotas.map((quota) => ({ ...quota, rows })),
    }),
  }),
});

const CalendarType = builder.objectRef<Calendar & { readonly rows: Rows }>("Calendar").implement({
  description: "What goes out within some days, and what stands in its way.",
  fields: (t) => ({
    timeZone: t.exposeString("timeZone", { description: "The zone of its clock." }),
    days: t.field({
      ...usually(1),
      type: [DayType],
      description: "Every day of the range, those without anything included.",
      resolve: ({ days, rows }) => days.map((day) => ({ ...day, rows })),
    }),
    attention: t.prismaField({
      ...usually(usual.attention),
      type: ["SocialAccount"],
      description: "Accounts that are paused, expiring, to be connected again, or disconnected with something planned.",
      resolve: (_query, { attention, rows }) => present(attention, rows.accounts),
    }),
  }),
});

builder.queryField("calendar", (t) =>
  t.withAuth({ may: "posts:read" }).field({
    ...usually(daysAsked),
    type: CalendarType,
    nullable: true,
    description:
      "Posts and coming dates of schedules, day by day, with clashes, missing approvals, accounts that need attention and what is left of quotas.",
    args: {
      workspaceId: t.arg.id({ description: "Default: your personal workspace." }),
      from: t.arg.string({ required: true, description: "The first day, `2026-03-01`." }),
      to: t.arg.string({ required: true, description: `The last day, at most ${longestRange} days in all.` }),
      timeZone: t.arg.string({ description: "IANA zone of the calendar's clock. Default: the workspace's." }),
    },
    resolve: async (_root, { workspaceId, ...range }, context, info) => {
      const { services, viewer } = context;
      const calendar = await readCalendar(services.db, viewer, {
        ...range,
        workspaceId: workspaceOf(viewer, workspaceId),
      });
      return { ...calendar, rows: await readRows(calendar, context, info) };
    },
  }),
);

/** Reads what a calendar shows: at most one statement for each kind. */
async function readRows(calendar: Calendar, context: Context, info: GraphQLResolveInfo): Promise<Rows> {
  const { db } = context.services;
  const entries = calendar.days.flatMap((day) => day.entries);
  const ids = (values: readonly (string | null)[]) => [...new Set(values.filter((id) => id !== null))];
  const query = (...paths: string[][]): object => queryFromInfo({ context, info, paths });
  const byId = <Row extends { readonly id: string }>(rows: readonly Row[]) => new Map(rows.map((row) => [row.id, row]));
  const accountIds = ids([...entries.flatMap((entry) => entry.socialAccountIds), ...calendar.attention]);
  return {
    posts: byId(
      await db.post.findMany({
        ...query(["days", "entries", "post"]),
        where: { id: { in: ids(entries.map(({ postId }) => postId)) } },
      }),
    ),
    occurrences: byId(
      await db.occurrence.findMany({
        ...query(["days", "entries", "occurrence"]),
        where: { id: { in: ids(entries.map(({ occurrenceId }) => occurrenceId)) } },
      }),
    ),
    accounts: byId(
      await db.socialAccount.findMany({
        ...query(["days", "entries", "socialAccounts"], ["days", "quotas", "socialAccount"], ["attention"]),
        where: { id: { in: accountIds } },
      }),
    ),
  };
}
