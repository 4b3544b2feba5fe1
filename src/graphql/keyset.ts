/**
 * Keyset paging: a page starts behind the last row seen, by value, so that page 10,000 costs what page 1 costs and rows that
 * come or go meanwhile neither repeat nor vanish. Order is a time column, then the id, which makes it total.
 */
import { z } from "zod";
import { BadUserInputError } from "../infra/errors.ts";

/** Rows of a page when `first` is absent, and at most. */
export const pageSizes = { default: 20, max: 100 };

/** `totalCount` is exact up to this; beyond, counting would cost more than it tells. */
const countLimit = 10_000;

/** How a list is ordered: by `field`, then by id, in one direction. */
export interface KeysetOrder<Field extends string> {
  readonly field: Field;
  readonly direction: "asc" | "desc";
}

/** The arguments every connection takes. */
export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

interface Position {
  readonly at: Date;
  readonly id: string;
}

/** What a list reads: rows of `where`, ordered, `take` of them. Made for one Prisma `findMany`. */
export interface KeysetQuery {
  readonly where: Record<string, unknown>;
  readonly orderBy: Record<string, "asc" | "desc">[];
  readonly take: number;
}

/**
 * Reads one page and shapes it as a connection. `load` runs the one statement; `count` runs only when `totalCount` is asked
 * for and counts up to the given number of rows. Throws a {@link BadUserInputError} for a page size or cursor out of rule.
 */
export async function keysetConnection<Field extends string, Row extends { readonly id: string } & Record<Field, Date>>(
  list: { readonly order: KeysetOrder<Field>; readonly args: PageArguments },
  load: (query: KeysetQuery) => Promise<Row[]>,
  count: (take: number) => Promise<number>,
) {
  const { order, args } = list;
  const first = args.first ?? pageSizes.default;
  if (first < 1 || first > pageSizes.max) {
    throw new BadUserInputError(`\`first\` is ${first}. Ask for 1 to ${pageSizes.max} entries at a time.`);
  }
  const after = typeof args.after === "string" ? parsePosition(args.after, order) : null;
  const rows = await load({
    where: after === null ? {} : behind(after, order),
    orderBy: [{ [order.field]: order.direction }, { id: order.direction }],
    take: first + 1,
  });
  const edges = rows
    .slice(0, first)
    .map((node) => ({ cursor: formatPosition({ at: node[order.field], id: node.id }, order), node }));
  return {
    edges,
    pageInfo: {
      hasNextPage: rows.length > first,
      hasPreviousPage: after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: async () => {
      const counted = await count(countLimit + 1);
      return counted > countLimit ? null : counted;
    },
  };
}

/** Rows behind a position. The outer bound repeats what `OR` says, so that the planner sees a range of the index. */
function behind({ at, id }: Position, { field, direction }: KeysetOrder<string>): Record<string, unknown> {
  const [beyond, bound] = direction === "asc" ? ["gt", "gte"] : ["lt", "lte"];
  return { [field]: { [bound]: at }, OR: [{ [field]: { [beyond]: at } }, { [field]: at, id: { [beyond]: id } }] };
}

function formatPosition({ at, id }: Position, { field, direction }: KeysetOrder<string>): string {
  return Buffer.from(`${field}.${direction}.${at.getTime()}.${id}`).toString("base64url");
}

const position = z.object({
  at: z.coerce
    .number()
    .int()
    .transform((ms) => new Date(ms))
    .pipe(z.date()),
  id: z.uuid(),
});

function parsePosition(cursor: string, { field, direction }: KeysetOrder<string>): Position {
  const [cursorField, cursorDirection, at, id] = Buffer.from(cursor, "base64url").toString().split(".");
  const read = position.safeParse({ at, id });
  if (!read.success)
    throw new BadUserInputError(
      "`after` is not a cursor of this list. Pass an edge's `cursor` or `pageInfo.endCursor`.",
    );
  if (cursorField !== field || cursorDirection !== direction) {
    throw new BadUserInputError(
      "`after` belongs to another order. Start from the first page after changing `orderBy`.",
    );
  }
  return read.data;
}
