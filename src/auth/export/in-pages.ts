/** Rows that are read at once. */
const pageSize = 200;

/**
 * All rows of a list in order of their ids, a page at a time, however many there are. `load` reads up to `take` rows
 * behind an id, or from the start.
 */
export async function* inPages<Row extends { readonly id: string }>(
  load: (page: { readonly after: { id?: { gt: string } }; readonly take: number }) => Promise<Row[]>,
): AsyncGenerator<Row> {
  let last: string | undefined;
  for (;;) {
    const rows = await load({ after: last === undefined ? {} : { id: { gt: last } }, take: pageSize });
    yield* rows;
    last = rows.at(-1)?.id;
    if (rows.length < pageSize) return;
  }
}
