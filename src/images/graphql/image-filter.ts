import { z } from "zod";
import type { Prisma } from "../../generated/prisma/client.ts";
import { builder } from "../../graphql/builder.ts";
import { createdOrders } from "../../graphql/created-order.ts";
import { rowIds } from "../../graphql/ids.ts";
import type { KeysetOrder } from "../../graphql/keyset.ts";
import { BadUserInputError } from "../../infra/errors.ts";
import { mostFound } from "../search-images.ts";
import { tagKey } from "../tags/tag-name.ts";
import { ImageOriginEnum, ImageStatusEnum, ReviewStateEnum } from "./image.ts";

/** Which images of a list. */
export const ImageFilter = builder.inputType("ImageFilter", {
  description: "Which images; all conditions hold together. Archived ones and the trash are hidden unless asked for.",
  fields: (t) => ({
    status: t.field({ type: [ImageStatusEnum], description: "Only in one of these states." }),
    reviewState: t.field({ type: [ReviewStateEnum], description: "Only with one of these decisions." }),
    origin: t.field({ type: [ImageOriginEnum], description: "Only those that came here in one of these ways." }),
    provider: t.stringList({ description: "Only from one of these providers, by name." }),
    styleIds: t.idList({ description: "Only those made in one of these styles, in whatever version." }),
    batchId: t.string({ description: "Only those asked for together; see `GenerateImagesSuccess.batchId`." }),
    text: t.string({
      description: `Only with these words in prompt, title, alt text or tags: \`red boat\`, \`"red boat"\`, \`boat or ship\`, \`boat -red\`; the last word may be unfinished. Among the newest ${mostFound} that match.`,
    }),
    tagsAny: t.stringList({ description: "Only with one of these tags, by name." }),
    tagsAll: t.stringList({ description: "Only with all of these tags, by name." }),
    createdFrom: t.field({ type: "DateTime", description: "Asked for at this moment or later." }),
    createdBefore: t.field({ type: "DateTime", description: "Asked for before this moment." }),
    favourite: t.boolean({ description: "Only favourites, or only others." }),
    ratingAtLeast: t.int({ description: "Only with this rating or a better one." }),
    usedInPost: t.boolean({ description: "Only those that a post shows, or only others." }),
    archived: t.boolean({ description: "Only archived ones. Default: false, none of them." }),
    trashed: t.boolean({ description: "Only the trash, archived or not. Default: false, none of it." }),
  }),
});

/** How a list of images is ordered. */
export const ImageOrder = builder.enumType("ImageOrder", {
  description: "How images are ordered.",
  values: {
    CREATED_DESC: { description: "The newest first." },
    CREATED_ASC: { description: "The oldest first." },
    RATING_DESC: { description: "The best rated first." },
    RATING_ASC: { description: "The worst rated first, before them those that nobody rated." },
    TITLE_ASC: { description: "By title; those without one last." },
    TITLE_DESC: { description: "By title, backwards; those without one first." },
    NEXT_TO_REVIEW: { description: "Only generated ones that nobody has decided about, the oldest first." },
  } as const,
});

/** The keyset of each order. */
export const imageOrders = {
  ...createdOrders,
  RATING_DESC: { field: "rating", direction: "desc", holds: "int" },
  RATING_ASC: { field: "rating", direction: "asc", holds: "int" },
  TITLE_ASC: { field: "title", direction: "asc", holds: "nullable text" },
  TITLE_DESC: { field: "title", direction: "desc", holds: "nullable text" },
  NEXT_TO_REVIEW: { field: "createdAt", direction: "asc", name: "nextToReview" },
} as const satisfies { [order in typeof ImageOrder.$inferType]: KeysetOrder<"createdAt" | "rating" | "title"> };

/** What an order leaves out by itself. */
export const orderConditions = (order: typeof ImageOrder.$inferType): Prisma.ImageWhereInput =>
  order === "NEXT_TO_REVIEW" ? { status: "GENERATED", reviewState: "PENDING" } : {};

type Filter = typeof ImageFilter.$inferInput;

/** A filter as conditions, its text excepted. Throws a `BadUserInputError` for a batch that is none. */
export function imageConditions(filter: Filter): Prisma.ImageWhereInput {
  const { status, reviewState, origin, provider, favourite, ratingAtLeast, usedInPost } = filter;
  return {
    ...placeConditions(filter),
    ...batchConditions(filter),
    ...styleConditions(filter),
    ...(status && { status: { in: status } }),
    ...(reviewState && { reviewState: { in: reviewState } }),
    ...(origin && { origin: { in: origin } }),
    ...(provider && { provider: { in: provider } }),
    ...createdConditions(filter),
    ...(typeof favourite === "boolean" && { favourite }),
    ...(typeof ratingAtLeast === "number" && { rating: { gte: ratingAtLeast } }),
    ...(typeof usedInPost === "boolean" && { postImages: usedInPost ? { some: {} } : { none: {} } }),
    AND: tagConditions(filter),
  };
}

function placeConditions({ archived, trashed }: Filter): Prisma.ImageWhereInput {
  const trash = trashed === true;
  return {
    trashedAt: trash ? { not: null } : null,
    ...(archived === true && { archivedAt: { not: null } }),
    ...(archived !== true && !(trash && typeof archived !== "boolean") && { archivedAt: null }),
  };
}

function batchConditions({ batchId }: Filter): Prisma.ImageWhereInput {
  if (!batchId) return {};
  if (z.uuid().safeParse(batchId).success) return { batchId };
  throw new BadUserInputError("`batchId` is no batch. Pass the `batchId` of a `GenerateImagesSuccess`.");
}

function styleConditions({ styleIds }: Filter): Prisma.ImageWhereInput {
  if (!styleIds) return {};
  return { styleVersion: { styleId: { in: rowIds("Style", styleIds, ["filter", "styleIds"]) } } };
}

function createdConditions({ createdFrom, createdBefore }: Filter): Prisma.ImageWhereInput {
  if (!createdFrom && !createdBefore) return {};
  return { createdAt: { ...(createdFrom && { gte: createdFrom }), ...(createdBefore && { lt: createdBefore }) } };
}

function tagConditions({ tagsAny, tagsAll }: Filter): Prisma.ImageWhereInput[] {
  const tagged = (names: readonly string[]) => ({ tags: { some: { tag: { nameKey: { in: names.map(tagKey) } } } } });
  const most = 50;
  for (const [name, names] of Object.entries({ tagsAny, tagsAll })) {
    if (names && names.length > most) {
      throw new BadUserInputError(`\`${name}\` has ${names.length} entries. Name at most ${most} tags.`);
    }
  }
  return [...(tagsAny ? [tagged(tagsAny)] : []), ...(tagsAll ?? []).map((name) => tagged([name]))];
}
