/**
 * Keyset paging: a page starts behind the last row seen, by value, so that page 10,000 costs what page 1 costs and rows that
 * come or go meanwhile neither repeat nor vanish. Order is one column, then the id, which makes it total.
 *
 * A page is read as one range of an index, wherever it starts. Two kinds of columns need a second range, read only where the
 * first ends before the page is full: small numbers, which many rows share (those with the same one, then the others), and texts
 * that may be null ("behind this value, or null" is no range). Nulls sort as the greatest, as in Postgres and its indexes.
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
  /** What the field holds. Default: a date. */
  readonly holds?: "date" | "int" | "text" | "nullable text";
  /** Tells apart the cursors of two orders of one list by the same field. Default: the field. */
  readonly name?: string;
}

type Key = Date | number | string | null;

/** The arguments every connection takes: read on with `first` and `after`, or back with `last` and `before`. */
export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

interface Position {
  readonly key: Key;
  readonly id: string;
}

/** What a list reads: rows of `where`, ordered, `take` of them. Made for one Prisma `findMany`. */
export interface KeysetQuery {
  readonly where: Record<string, unknown>;
  readonly orderBy: Record<string, "asc" | "desc">[];
  readonly take: number;
}

/**
 * Reads one page and shapes it as a connection. `load` runs one statement, and a second time where the page needs two ranges; `count` runs only when `totalCount` is asked
 * for and counts up to the given number of rows. Throws a {@link BadUserInputError} for a page size or cursor out of rule.
 */
export async function keysetConnection<Field extends string, Row extends { readonly id: string } & Record<Field, Key>>(
  list: { readonly order: KeysetOrder<Field>; readonly args: PageArguments },
  load: (query: KeysetQuery) => Promise<Row[]>,
  count: (take: number) => Promise<number>,
) {
  const { order } = list;
  const page = readPage(list.args, order);
  const reading = page.back ? turned(order) : order;
  const rows: Row[] = [];
  for (const where of segments(page, order, reading)) {
    const take = page.size + 1 - rows.length;
    const orderBy = [{ [order.field]: reading.direction }, { id: reading.direction }];
    if (take > 0) rows.push(...(await load({ where, orderBy, take })));
  }
  const more = rows.length > page.size;
  const shown = rows.slice(0, page.size);
  if (page.back) shown.reverse();
  const edges = shown.map((node) => ({ cursor: formatPosition({ key: node[order.field], id: node.id }, order), node }));
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
const turned = <Field extends string>(order: KeysetOrder<Field>): KeysetOrder<Field> => ({
  ...order,
  direction: opposite[order.direction],
});

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

type Where = Record<string, unknown>;

/** The rows of a page as ranges, in the order in which they are read. */
function segments(page: Page, order: KeysetOrder<string>, reading: KeysetOrder<string>): Where[] {
  const bounds = [
    ...(page.after === null ? [] : [{ position: page.after, beyond: order }]),
    ...(page.before === null ? [] : [{ position: page.before, beyond: turned(order) }]),
  ];
  if (bounds.length === 0) return [{}];
  if (order.holds === "int") return rangesOfNumbers(page, order, reading);
  if (order.holds !== "nullable text") return [{ AND: bounds.map(({ position, beyond }) => behind(position, beyond)) }];
  const parts = reading.direction === "asc" ? ([false, true] as const) : ([true, false] as const);
  return parts.flatMap((ofNulls) => {
    const conditions = bounds.map(({ position, beyond }) => behindAmong(ofNulls, position, beyond));
    const kind = { [order.field]: ofNulls ? null : { not: null } };
    return conditions.includes(null) ? [] : [{ AND: [kind, ...conditions] }];
  });
}

/** The rows with the number at which a page starts, then those beyond it. */
function rangesOfNumbers(
  { after, before, back }: Page,
  order: KeysetOrder<string>,
  reading: KeysetOrder<string>,
): Where[] {
  const [start, end] = back ? [before, after] : [after, before];
  const until = end === null ? [] : [behind(end, turned(reading))];
  if (start === null) return [{ AND: until }];
  const beyond = reading.direction === "asc" ? "gt" : "lt";
  const same = { [order.field]: start.key, id: { [beyond]: start.id } };
  return [same, { [order.field]: { [beyond]: start.key } }].map((range) => ({ AND: [range, ...until] }));
}

/** Rows behind a position among the nulls, or among the values; null where there can be none. */
function behindAmong(ofNulls: boolean, { key, id }: Position, order: KeysetOrder<string>): Where | null {
  const ascending = order.direction === "asc";
  if ((key === null) !== ofNulls) return ofNulls === ascending ? {} : null;
  return key === null ? { id: { [ascending ? "gt" : "lt"]: id } } : behind({ key, id }, order);
}

/** Rows behind a position. The outer bound repeats what `OR` says, so that the planner sees a range of the index. */
function behind({ key, id }: Position, { field, direction }: KeysetOrder<string>): Where {
  const [beyond, bound] = direction === "asc" ? ["gt", "gte"] : ["lt", "lte"];
  return { [field]: { [bound]: key }, OR: [{ [field]: { [beyond]: key } }, { [field]: key, id: { [beyond]: id } }] };
}

function formatPosition({ key, id }: Position, { field, direction, name = field }: KeysetOrder<string>): string {
  return Buffer.from(`${name}.${direction}.${formatKey(key)}.${id}`).toString("base64url");
}

/** Nothing stands for null; a text is written so that it holds no dot, behind a mark that an empty one has as well. */
function formatKey(key: Key): string {
  if (key === null) return "";
  if (typeof key === "string") return `~${Buffer.from(key).toString("base64url")}`;
  return `${typeof key === "number" ? key : key.getTime()}`;
}

/** The last millisecond of the year 9999: what dates and the database agree on. */
const lastMoment = 253_402_300_799_999;
/** A text as `formatKey` writes it; null for anything else. */
function readText(written: string): string | null {
  const text = Buffer.from(written.slice(1), "base64url").toString();
  return formatKey(text) === written && !text.includes("\0") ? text : null;
}

const digits = z.string().regex(/^-?\d{1,15}$/);
const keys = {
  date: digits
    .transform(Number)
    .pipe(z.number().min(0).max(lastMoment))
    .transform((milliseconds) => new Date(milliseconds)),
  int: digits.transform(Number).pipe(z.int32()),
  text: z.string().transform((written, context) => {
    const text = readText(written);
    if (text !== null) return text;
    context.addIssue("Not a text as we write it.");
    return z.NEVER;
  }),
  "nullable text": z.string().transform((written, context) => {
    const text = readText(written);
    if (text === null && written !== "") context.addIssue("Not a text as we write it.");
    return text;
  }),
} as const;

function parsePosition(argument: string, cursor: string, order: KeysetOrder<string>): Position {
  const { field, direction, holds = "date", name = field } = order;
  const [cursorName, cursorDirection, written, id] = Buffer.from(cursor, "base64url").toString().split(".");
  const [key, row] = [keys[holds].safeParse(written), z.uuid().safeParse(id)];
  const another = cursorName !== name || cursorDirection !== direction;
  if (another && row.success) {
    throw new BadUserInputError(
      `\`${argument}\` belongs to another order. Start from the first page after changing \`orderBy\`.`,
    );
  }
  if (another || !key.success || !row.success) {
    throw new BadUserInputError(
      `\`${argument}\` is not a cursor of this list. Pass an edge's \`cursor\`, or one of \`pageInfo\`.`,
    );
  }
  return { key: key.data, id: row.data };
}
