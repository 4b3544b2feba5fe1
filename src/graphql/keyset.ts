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

/** The arguments every connection takes: read on with `first` and `after`, or back with `last` and `before`. */
export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
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
  const { order } = list;
  const page = readPage(list.args, order);
  const backwards = { ...order, direction: opposite[order.direction] };
  const reading = page.back ? backwards : order;
  const bounds = [
    ...(page.after === null ? [] : [behind(page.after, order)]),
    ...(page.before === null ? [] : [behind(page.before, backwards)]),
  ];
  const rows = await load({
    where: bounds.length === 0 ? {} : { AND: bounds },
    orderBy: [{ [order.field]: reading.direction }, { id: reading.direction }],
    take: page.size + 1,
  });
  const more = rows.length > page.size;
  const shown = rows.slice(0, page.size);
  if (page.back) shown.reverse();
  const edges = shown.map((node) => ({ cursor: formatPosition({ at: node[order.field], id: node.id }, order), node }));
  return {
    edges,
    pageInfo: {
      hasNextPage: page.back ? page.before !== null : more,
      hasPreviousPage: page.back ? more : page.after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: async () => {
      const counted = await count(countLimit + 1);
      return counted > countLimit ? null : counted;
    },
  };
}

const opposite = { asc: "desc", desc: "asc" } as const;

/** A page as asked for: between two positions, from its start or, `back`, from its end. */
interface Page {
  readonly size: number;
  readonly back: boolean;
  readonly after: Position | null;
  readonly before: Position | null;
}

function readPage({ first, last, after, before }: PageArguments, order: KeysetOrder<string>): Page {
  const back = typeof last === "number";
  if (back && typeof first === "number") {
    throw new BadUserInputError("`first` and `last` are both given. Read on with `first`, or back with `last`.");
  }
  const size = (back ? last : first) ?? pageSizes.default;
  if (size < 1 || size > pageSizes.max) {
    const name = back ? "last" : "first";
    throw new BadUserInputError(`\`${name}\` is ${size}. Ask for 1 to ${pageSizes.max} entries at a time.`);
  }
  return {
    size,
    back,
    after: typeof after === "string" ? parsePosition("after", after, order) : null,
    before: typeof before === "string" ? parsePosition("before", before, order) : null,
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

/** The last millisecond of the year 9999: what dates and the database agree on. */
const lastMoment = 253_402_300_799_999;
const moment = z.coerce.number().int().min(0).max(lastMoment);
const position = z.object({ at: moment.transform((milliseconds) => new Date(milliseconds)), id: z.uuid() });

function parsePosition(name: string, cursor: string, { field, direction }: KeysetOrder<string>): Position {
  const [cursorField, cursorDirection, at, id] = Buffer.from(cursor, "base64url").toString().split(".");
  const read = position.safeParse({ at, id });
  if (!read.success) {
    throw new BadUserInputError(
      `\`${name}\` is not a cursor of this list. Pass an edge's \`cursor\`, or one of \`pageInfo\`.`,
    );
  }
  if (cursorField !== field || cursorDirection !== direction) {
    throw new BadUserInputError(
      `\`${name}\` belongs to another order. Start from the first page after changing \`orderBy\`.`,
    );
  }
  return read.data;
}
