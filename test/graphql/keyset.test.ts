import { randomUUID } from "node:crypto";
import fc from "fast-check";
import t, { type Test } from "tap";
import { decodeGlobalId, encodeGlobalId } from "../../src/graphql/ids.ts";
import { type Atelier, openAtelier, type Person, personalWorkspace } from "../support/atelier.ts";

interface Row {
  readonly id: string;
  readonly createdAt: Date;
  readonly rating: number;
  readonly title: string | null;
}

const noon = Date.UTC(2026, 0, 1, 12);
/** Few moments, ratings and titles for many rows, so that most share theirs. */
const newRow = fc
  .record({
    id: fc.uuid(),
    moment: fc.integer({ min: 0, max: 3 }),
    rating: fc.integer({ min: 0, max: 2 }),
    title: fc.constantFrom(null, null, "a.b", "boat", "kite"),
  })
  .map(({ moment, ...row }): Row => ({ ...row, createdAt: new Date(noon + moment) }));
const orders = ["CREATED_ASC", "CREATED_DESC", "RATING_ASC", "RATING_DESC", "TITLE_ASC", "TITLE_DESC"] as const;
type Order = (typeof orders)[number];
const walk = fc.record({
  rows: fc.uniqueArray(newRow, { selector: ({ id }) => id, maxLength: 14 }),
  size: fc.integer({ min: 1, max: 5 }),
  order: fc.constantFrom(...orders),
  back: fc.boolean(),
  /** What happens between the pages: a row comes, and the row at a place goes. */
  between: fc.array(fc.record({ comes: newRow, goes: fc.nat(13) }), { maxLength: 4 }),
});

/** By the order's field, nulls as the greatest, then by id; ascending. */
function compareBy(order: Order) {
  const key = (row: Row) => (order.startsWith("RATING") ? row.rating : row.createdAt.getTime());
  const text = (row: Row) => (row.title === null ? "~" : row.title);
  return (a: Row, b: Row) => {
    const byKey = order.startsWith("TITLE") ? compare(text(a), text(b)) : key(a) - key(b);
    return byKey || compare(a.id, b.id);
  };
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

const list = `query ($order: ImageOrder!, $first: Int, $after: String, $last: Int, $before: String) {
  images(orderBy: $order, first: $first, after: $after, last: $last, before: $before) {
    totalCount edges { cursor node { id } } nodes { id }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

t.test("paging", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  const workspaceId = decodeGlobalId(await personalWorkspace(ada)).id;
  const { image } = atelier.services.db;
  const insert = (rows: readonly Row[]) => image.createMany({ data: rows.map((row) => picture(workspaceId, row)) });
  const empty = () => image.deleteMany();

  t.test("shows what an array would, whatever comes and goes between the pages", async (t) => {
    const property = fc.asyncProperty(walk, async ({ rows, size, order, back, between }) => {
      await empty();
      await insert(rows);
      // The rows in the order in which they are read: reading back turns the list round, and every page with it.
      const ascending = compareBy(order);
      const turned = order.endsWith("DESC") !== back ? -1 : 1;
      let model = [...rows].sort((a, b) => turned * ascending(a, b));
      let last: Row | undefined;
      let cursor: string | null = null;
      for (const changes of [...between, ...Array(30).fill(undefined)]) {
        const place = back ? { last: size, before: cursor } : { first: size, after: cursor };
        const { data, errors } = await ada.request(list, { order, ...place });
        t.equal(errors, undefined);
        const { edges, nodes, pageInfo, totalCount } = data.images;
        const ahead = model.filter((row) => last === undefined || turned * ascending(row, last) > 0);
        const expected = ahead.slice(0, size).map(({ id }) => encodeGlobalId("Image", id));
        const found = edges.map((edge: { node: { id: string } }) => edge.node.id);
        t.same(back ? found.toReversed() : found, expected);
        t.same(
          nodes,
          edges.map((edge: { node: object }) => edge.node),
        );
        const more = ahead.length > size;
        const [next, previous] = back ? [cursor !== null, more] : [more, cursor !== null];
        t.match(pageInfo, { hasNextPage: next, hasPreviousPage: previous });
        t.equal(totalCount, model.length);
        if (!more) break;
        last = ahead[size - 1];
        cursor = back ? pageInfo.startCursor : pageInfo.endCursor;
        const gone = model[changes?.goes ?? -1];
        if (gone !== undefined) await image.delete({ where: { id: gone.id } });
        model = model.filter((row) => row !== gone);
        if (changes !== undefined && !model.some(({ id }) => id === changes.comes.id)) {
          await insert([changes.comes]);
          model = [...model, changes.comes].sort((a, b) => turned * ascending(a, b));
        }
      }
    });
    await fc.assert(property, { numRuns: 60 });
  });

  t.test("costs one statement, and one more where the total is asked for", async (t) => {
    await empty();
    await insert(Array.from({ length: 30 }, () => plain()));
    const statements = async (query: string) => {
      atelier.statements.clear();
      const { data } = await ada.request(query);
      t.equal(data.images.edges.length, 20, "twenty by default");
      return atelier.statements.all().length;
    };
    t.equal(await statements("{ images { edges { node { id prompt } } pageInfo { endCursor } } }"), 1);
    t.equal(await statements("{ images { totalCount edges { node { id } } } }"), 2);
  });

  t.test("refuses what it cannot read, and says what it takes", async (t) => {
    await refusals(t, atelier, ada);
  });

  t.test("counts up to ten thousand, and does not pretend beyond", async (t) => {
    await empty();
    const rows = (count: number) => Array.from({ length: count }, () => plain());
    await insert(rows(5_000));
    await insert(rows(5_000));
    const total = async () => (await ada.request("{ images(first: 1) { totalCount } }")).data.images.totalCount;
    t.equal(await total(), 10_000);
    await insert(rows(1));
    t.equal(await total(), null);
  });
});

async function refusals(t: Test, atelier: Atelier, ada: Person): Promise<void> {
  const message = async (place: string) => {
    const { errors } = await ada.request(`{ images(${place}) { nodes { id } } }`);
    t.equal(errors?.[0]?.extensions.code, "BAD_USER_INPUT", place);
    return errors?.[0]?.message;
  };
  t.equal(await message("first: 0"), "`first` is 0. Ask for 1 to 100 entries at a time.");
  t.equal(await message("first: -1"), "`first` is -1. Ask for 1 to 100 entries at a time.");
  t.equal(await message("last: 101"), "`last` is 101. Ask for 1 to 100 entries at a time.");
  t.match(await message("first: 1, last: 1"), /Read on with `first`, or back with `last`\./);
  const { data } = await ada.request("{ images(first: 1) { pageInfo { endCursor } } }");
  const cursor: string = data.images.pageInfo.endCursor;
  t.match(await message(`orderBy: CREATED_ASC, after: "${cursor}"`), /`after` belongs to another order\./);
  t.match(await message(`orderBy: TITLE_DESC, after: "${cursor}"`), /`after` belongs to another order\./);
  t.match(await message(`orderBy: NEXT_TO_REVIEW, after: "${cursor}"`), /`after` belongs to another order\./);
  const forged = (text: string) => Buffer.from(text).toString("base64url");
  for (const text of [
    "garbage",
    "",
    forged("createdAt.desc.x.0190a7b0-1111-7111-8111-111111111111"),
    forged("createdAt.desc.1e99.0190a7b0-1111-7111-8111-111111111111"),
    forged("createdAt.desc.-62200000000000.0190a7b0-1111-7111-8111-111111111111"),
    forged("createdAt.desc.8640000000000000.0190a7b0-1111-7111-8111-111111111111"),
    forged("createdAt.desc.1.'; drop table image; --"),
  ]) {
    t.match(await message(`before: "${text}"`), /`before` is not a cursor of this list\. Pass an edge's `cursor`/);
  }
  for (const [order, key] of [
    ["RATING_ASC", "rating.asc.x"],
    ["RATING_ASC", "rating.asc.99999999999"],
    ["TITLE_ASC", "title.asc.boat"],
    ["TITLE_ASC", `title.asc.~${forged("a\u0000b")}`],
  ] as const) {
    const after = forged(`${key}.0190a7b0-1111-7111-8111-111111111111`);
    t.match(await message(`orderBy: ${order}, after: "${after}"`), /`after` is not a cursor of this list\./, key);
  }
  t.equal((await atelier.nobody.request("{ images { totalCount } }")).errors?.[0]?.extensions.code, "UNAUTHENTICATED");
}

const plain = (): Row => ({ id: randomUUID(), createdAt: new Date(noon), rating: 0, title: null });

const picture = (workspaceId: string, { id, createdAt, rating, title }: Row) => ({
  ...{ id, createdAt, rating, title, workspaceId, batchId: id, provider: "sketch", model: "sketch" },
  ...{ prompt: "a kite", promptSent: "a kite", requestedWidth: 256, requestedHeight: 256, requestedSeed: 1 },
  progressKind: "MEASURED" as const,
});
