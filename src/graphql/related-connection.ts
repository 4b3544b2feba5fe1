/** Connections that many rows of one answer have: the pages of all of them in one statement. */
import type { GraphQLResolveInfo } from "graphql";
import { batched } from "./batched.ts";
import type { Context } from "./context.ts";
import { type KeysetOrder, type KeysetQuery, keysetConnection, type PageArguments } from "./keyset.ts";
import { nodeSelection } from "./node-selection.ts";

type Key = Date | number | string | null;

/** What the rows of one list are related to, and how they are read. */
interface RelatedList<Field extends string, Row> {
  readonly order: KeysetOrder<Field>;
  /** The same page of each parent, in one statement; parents without rows may be missing. */
  readonly load: (
    context: Context,
    parentIds: string[],
    page: KeysetQuery,
  ) => Promise<readonly { id: string; rows: Row[] }[]>;
  /** How many rows each parent has, in one statement. */
  readonly count: (context: Context, parentIds: string[]) => Promise<readonly { id: string; rows: number }[]>;
}

interface PageKey {
  readonly parentId: string;
  readonly page: KeysetQuery;
  readonly info: GraphQLResolveInfo;
}

/** Makes the resolver of a connection whose rows belong to a row: one statement for all parents of a level, and one for their counts. */
export function relatedConnection<Field extends string, Row extends { readonly id: string } & Record<Field, Key>>({
  order,
  load,
  count,
}: RelatedList<Field, Row>) {
  const pageOf = batched(async (context: Context, keys: readonly PageKey[]) => {
    const found = new Map<PageKey, Row[]>();
    // A field asks the same of all its parents; the same field at another place, or by another alias, asks for something else.
    const fields = [...new Set(keys.map(({ info }) => info.fieldNodes))];
    const groups = Map.groupBy(keys, ({ info, page }) => `${fields.indexOf(info.fieldNodes)} ${JSON.stringify(page)}`);
    for (const group of groups.values()) {
      const [first] = group;
      if (first === undefined) continue;
      // Each place is told to Pothos, though they all select the same: it would read again what it does not know to be there.
      const [selection] = group.map(({ info }) => nodeSelection(context, info));
      const page = { ...selection, ...first.page };
      const pages = await load(context, [...new Set(group.map(({ parentId }) => parentId))], page);
      const byParent = new Map(pages.map(({ id, rows }) => [id, rows]));
      for (const key of group) found.set(key, byParent.get(key.parentId) ?? []);
    }
    return keys.map((key) => found.get(key) ?? []);
  });
  const countOf = batched(async (context: Context, parentIds: readonly string[]) => {
    const counts = new Map((await count(context, [...new Set(parentIds)])).map(({ id, rows }) => [id, rows]));
    return parentIds.map((id) => counts.get(id) ?? 0);
  });
  return (parentId: string, args: PageArguments, context: Context, info: GraphQLResolveInfo) =>
    keysetConnection(
      { order, args },
      async (page) => [...(await pageOf(context, { parentId, page, info }))],
      () => countOf(context, parentId),
    );
}
