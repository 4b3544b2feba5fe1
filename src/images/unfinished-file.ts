/** Where unfinished pictures lie while they are made. Each has a number of its own, so that its address never changes its picture. */
import { z } from "zod";

/** What the storage keys of all of them begin with. */
export const unfinishedPrefix = "previews/";

/** The last part of their signed addresses. */
export const unfinishedVariants = z.templateLiteral(["unfinished-", z.int().positive()]);

/** One of them. */
export type UnfinishedVariant = z.output<typeof unfinishedVariants>;

/** The one with a number. */
export const unfinishedVariant = (number: number): UnfinishedVariant => `unfinished-${number}`;

/** Whether the last part of an address names an unfinished picture. */
export const isUnfinished = (variant: string): variant is UnfinishedVariant =>
  unfinishedVariants.safeParse(variant).success;

/** Where it is stored. */
export const unfinishedKey = (imageId: string, variant: UnfinishedVariant): string =>
  `${unfinishedPrefix}${imageId}/${variant}.webp`;
