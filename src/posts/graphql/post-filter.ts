import type { Prisma } from "../../generated/prisma/client.ts";
import { builder } from "../../graphql/builder.ts";
import { createdOrders } from "../../graphql/created-order.ts";
import { rowIds } from "../../graphql/ids.ts";
import type { KeysetOrder } from "../../graphql/keyset.ts";
import { ValidationError } from "../../infra/errors.ts";
import { platforms } from "../../platforms/registry.ts";
import { wherePostStatus } from "../post-status-where.ts";
import { PostStatusEnum, PostTargetStatusEnum } from "./post.ts";

const longestText = 200;

/** Which posts of a list. */
export const PostFilter = builder.inputType("PostFilter", {
  description: "Which posts; all conditions hold together.",
  fields: (t) => ({
    status: t.field({ type: [PostTargetStatusEnum], description: "Only those with a target in one of these states." }),
    statuses: t.field({
      type: [PostStatusEnum],
      description: "Only those that stand so as a whole, as `Post.status` tells it.",
    }),
    socialAccountIds: t.idList({ description: "Only those that go to one of these accounts." }),
    platforms: t.stringList({
      description: `Only those that go to one of these platforms, by name: ${platforms.map(({ name }) => name).join(", ")}.`,
    }),
    authorIds: t.idList({ description: "Only those that one of these people wrote." }),
    text: t.string({
      description: `Only with this text in the caption or a target's own, in any case; at most ${longestText} characters.`,
    }),
    scheduledFrom: t.field({ type: "DateTime", description: "Going or gone out at this moment or later." }),
    scheduledBefore: t.field({ type: "DateTime", description: "Going or gone out before this moment." }),
    createdFrom: t.field({ type: "DateTime", description: "Written at this moment or later." }),
    createdBefore: t.field({ type: "DateTime", description: "Written before this moment." }),
    imageIds: t.idList({ description: "Only those that show one of these images." }),
    postingScheduleIds: t.idList({ description: "Only those that one of these posting schedules wrote." }),
  }),
});

/** How a list of posts is ordered. */
export const PostOrder = builder.enumType("PostOrder", {
  description: "How posts are ordered.",
  values: {
    CREATED_DESC: { description: "The newest first." },
    CREATED_ASC: { description: "The oldest first." },
    SCHEDULED_ASC: { description: "Only those with a time, the earliest first." },
    SCHEDULED_DESC: { description: "Only those with a time, the latest first." },
  } as const,
});

/** The keyset of each order. */
export const postOrders = {
  ...createdOrders,
  SCHEDULED_ASC: { field: "scheduledAt", direction: "asc" },
  SCHEDULED_DESC: { field: "scheduledAt", direction: "desc" },
} as const satisfies { [order in typeof PostOrder.$inferType]: KeysetOrder<"createdAt" | "scheduledAt"> };

/** What an order leaves out by itself. */
export const postOrderConditions = (order: typeof PostOrder.$inferType): Prisma.PostWhereInput =>
  order.startsWith("SCHEDULED") ? { scheduledAt: { not: null } } : {};

type Filter = typeof PostFilter.$inferInput;

/** A filter as conditions. Throws a `ValidationError` for what is out of rule, at its place in `filter`. */
export function postConditions(filter: Filter): Prisma.PostWhereInput {
  const targets = targetConditions(filter);
  const { authorIds, imageIds, postingScheduleIds: schedules, statuses } = filter;
  return {
    ...(Object.keys(targets).length > 0 && { targets: { some: targets } }),
    ...(authorIds && { authorId: { in: rowIds("User", authorIds, ["filter", "authorIds"]) } }),
    ...(imageIds && { images: { some: { imageId: { in: rowIds("Image", imageIds, ["filter", "imageIds"]) } } } }),
    ...(schedules && {
      occurrence: { scheduleId: { in: rowIds("PostingSchedule", schedules, ["filter", "postingScheduleIds"]) } },
    }),
    ...between("createdAt", filter.createdFrom, filter.createdBefore),
    AND: [textConditions(filter.text), statuses ? wherePostStatus(statuses) : {}],
  };
}

/** All of these hold for one and the same target. */
function targetConditions(filter: Filter): Prisma.PostTargetWhereInput {
  const { status, socialAccountIds, platforms: names } = filter;
  const unknown = names?.findIndex((name) => !platforms.some((platform) => platform.name === name)) ?? -1;
  if (unknown !== -1) {
    const known = platforms.map(({ name }) => name).join(", ");
    const message = `"${names?.[unknown]?.slice(0, 40) ?? ""}" is no platform. There are ${known}.`;
    throw refused(["platforms", String(unknown)], "UNKNOWN_PLATFORM", message);
  }
  return {
    ...(status && { status: { in: status } }),
    ...(socialAccountIds && {
      socialAccountId: { in: rowIds("SocialAccount", socialAccountIds, ["filter", "socialAccountIds"]) },
    }),
    ...(names && { socialAccount: { platform: { in: names } } }),
    ...between("scheduledAt", filter.scheduledFrom, filter.scheduledBefore),
  };
}

function textConditions(text: string | null | undefined): Prisma.PostWhereInput {
  if (!text || text.trim() === "") return {};
  if (text.length > longestText) {
    throw refused(["text"], "TOO_LONG", `The text is longer than ${longestText} characters. Search for fewer words.`);
  }
  const contains = { contains: text.trim(), mode: "insensitive" } as const;
  return { OR: [{ caption: contains }, { targets: { some: { caption: contains } } }] };
}

function between(field: "createdAt" | "scheduledAt", from?: Date | null, before?: Date | null) {
  if (!from && !before) return {};
  if (from && before && before <= from) {
    const name = field === "createdAt" ? "createdBefore" : "scheduledBefore";
    const message = `${before.toISOString()} is not later than ${from.toISOString()}: no moment lies in between.`;
    throw refused([name], "INVALID_RANGE", message);
  }
  return { [field]: { ...(from && { gte: from }), ...(before && { lt: before }) } };
}

const refused = (path: readonly string[], code: string, message: string) =>
  new ValidationError([{ path: ["filter", ...path], code, message }]);
