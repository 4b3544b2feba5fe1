import t, { type Test } from "tap";
import type { Prisma } from "../../../src/generated/prisma/client.ts";
import { decodeGlobalId, encodeGlobalId } from "../../../src/graphql/ids.ts";
import { type Atelier, openAtelier, type Person, personalWorkspace } from "../../support/atelier.ts";
import { standInProvider } from "../../support/stand-ins.ts";
import * as studio from "../../support/studio.ts";

const list = `query ($filter: ImageFilter, $orderBy: ImageOrder! = CREATED_ASC, $first: Int = 100, $after: String) {
  images(filter: $filter, orderBy: $orderBy, first: $first, after: $after) { totalCount nodes { id origin prompt } pageInfo { endCursor hasNextPage } } }`;
const day = 24 * 60 * 60_000;
const start = Date.UTC(2026, 0, 1);

/** Pictures with a name each, their prompt, made a day apart. */
async function fill(atelier: Atelier, person: Person, rows: Record<string, Partial<Prisma.ImageCreateManyInput>>) {
  const workspaceId = decodeGlobalId(await personalWorkspace(person)).id;
  const ids = new Map<string, string>();
  for (const [index, [prompt, data]] of Object.entries(rows).entries()) {
    const id = `01900000-0000-7000-8000-${String(index).padStart(12, "0")}`;
    ids.set(prompt, encodeGlobalId("Image", id));
    await atelier.services.db.image.create({
      data: {
        ...{ id, workspaceId, batchId: id, prompt, promptSent: prompt, provider: "easel", model: "easel-1" },
        ...{
          progressKind: "MEASURED" as const,
          status: "GENERATED" as const,
          createdAt: new Date(start + index * day),
        },
        ...data,
      },
    });
  }
  return ids;
}

/** Prompts of the pictures that a filter leaves, in order; the total says the same. */
const asking = (t: Test, person: Person) => async (filter: object | null, orderBy?: string) => {
  const { data, errors } = await person.request(list, { filter, ...(orderBy && { orderBy }) });
  t.equal(errors, undefined);
  t.equal(data.images.totalCount, data.images.nodes.length);
  return data.images.nodes.map(({ prompt }: { prompt: string }) => prompt);
};

t.test("each filter by itself, and several together", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const ada = await atelier.signUp("Ada");
  const now = new Date(start);
  const ids = await fill(atelier, ada, {
    plain: {},
    waiting: { status: "PENDING", provider: "crayon" },
    approved: { reviewState: "APPROVED", favourite: true, rating: 3 },
    uploaded: { origin: "UPLOADED", provider: null, model: null, rating: 5 },
    archived: { archivedAt: now },
    trashed: { trashedAt: now },
    both: { archivedAt: now, trashedAt: now },
  });
  const tag = `mutation ($input: TagImagesInput!) { tagImages(input: $input) { __typename } }`;
  const named = (...names: string[]) => names.map((name) => ids.get(name));
  await ada.mutate(tag, { imageIds: named("plain", "approved"), tags: ["Sea"] });
  await ada.mutate(tag, { imageIds: named("approved", "uploaded"), tags: ["Boat"] });
  const socialAccountId = await studio.connectGallery(ada, "ada");
  const images = named("approved").map((imageId) => ({ imageId }));
  await ada.mutate(studio.operations.create, { caption: "", images, targets: [{ socialAccountId }] });
  const ask = asking(t, ada);
  const everyday = ["plain", "waiting", "approved", "uploaded"];

  t.same(await ask(null), everyday);
  t.same(await ask({ archived: false, trashed: false }), everyday);
  t.same(await ask({ archived: true }), ["archived"]);
  t.same(await ask({ trashed: true }), ["trashed", "both"]);
  t.same(await ask({ trashed: true, archived: true }), ["both"]);
  t.same(await ask({ trashed: true, archived: false }), ["trashed"]);
  t.same(await ask({ status: ["PENDING"] }), ["waiting"]);
  t.same(await ask({ reviewState: ["APPROVED"] }), ["approved"]);
  t.same(await ask({ origin: ["UPLOADED", "IMPORTED"] }), ["uploaded"]);
  t.same(await ask({ provider: ["crayon", "oil"] }), ["waiting"]);
  t.same(await ask({ favourite: true }), ["approved"]);
  t.same(await ask({ favourite: false }), ["plain", "waiting", "uploaded"]);
  t.same(await ask({ ratingAtLeast: 3 }), ["approved", "uploaded"]);
  t.same(await ask({ usedInPost: true }), ["approved"]);
  t.same(await ask({ usedInPost: false }), ["plain", "waiting", "uploaded"]);
  t.same(await ask({ tagsAny: ["sea", "BOAT"] }), ["plain", "approved", "uploaded"]);
  t.same(await ask({ tagsAll: ["sea", "boat"] }), ["approved"]);
  t.same(await ask({ tagsAny: [] }), []);
  t.same(await ask({ tagsAll: [] }), everyday);
  const at = (index: number) => new Date(start + index * day).toISOString();
  t.same(await ask({ createdFrom: at(1), createdBefore: at(3) }), ["waiting", "approved"]);
  t.same(await ask({ createdFrom: at(1), tagsAny: ["boat"], ratingAtLeast: 4 }), ["uploaded"]);
  t.same(await ask(null, "RATING_DESC"), ["uploaded", "approved", "waiting", "plain"]);
  t.same(await ask(null, "NEXT_TO_REVIEW"), ["plain", "uploaded"]);
  t.same(await ask({ trashed: true }, "NEXT_TO_REVIEW"), ["trashed", "both"]);
  const wrong = await ada.request(list, { filter: { tagsAll: Array.from({ length: 51 }, () => "a") } });
  t.match(wrong.errors, [{ message: /`tagsAll` has 51 entries/, extensions: { code: "BAD_USER_INPUT" } }]);
});

t.test("a text finds words of prompt, title, alt text and tags, the last one unfinished", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const [ada, bob] = [await atelier.signUp("Ada"), await atelier.signUp("Bob")];
  const ids = await fill(atelier, ada, {
    "a red boat": {},
    "a boat, red sails": { title: "Harbour" },
    "a ship": { altText: "A steamer at dusk" },
    "red boat in the bin": { trashedAt: new Date(start) },
  });
  const tag = `mutation ($input: TagImagesInput!) { tagImages(input: $input) { __typename } }`;
  await ada.mutate(tag, { imageIds: [ids.get("a ship")], tags: ["Old times"] });
  const ask = asking(t, ada);
  const find = (text: string) => ask({ text });

  t.same(await find("RED boat"), ["a red boat", "a boat, red sails"]);
  t.same(await find('"red boat"'), ["a red boat"]);
  t.same(await find("boat -sails"), ["a red boat"]);
  t.same(await find("sails or ship"), ["a boat, red sails", "a ship"]);
  t.same(await find("harb"), ["a boat, red sails"]);
  t.same(await find("harb boat"), [], "only the last word may be unfinished");
  t.same(await find("boat harb"), ["a boat, red sails"]);
  t.same(await find("steam"), ["a ship"]);
  t.same(await find("old ti"), ["a ship"]);
  t.same(await find("  "), ["a red boat", "a boat, red sails", "a ship"], "no words are no condition");
  for (const odd of [
    "'",
    "\\",
    ":*",
    "!",
    "a & | b",
    "((",
    '"',
    "it's",
    "or",
    "or or",
    "-",
    "x'); drop table image; --",
  ]) {
    t.ok(Array.isArray(await find(odd)), odd);
  }
  t.same(await ask({ text: "boat", trashed: true }), ["red boat in the bin"]);
  t.same(await ask({ text: "red", tagsAny: ["old times"] }), []);
  const long = await ada.request(list, { filter: { text: "x".repeat(501) } });
  t.match(long.errors, [{ message: /`text` is longer than 500/, extensions: { code: "BAD_USER_INPUT" } }]);

  const foreign = await bob.request(
    'query ($w: ID) { images(workspaceId: $w, filter: { text: "boat" }) { totalCount nodes { id } } }',
    { w: await studio.personalWorkspace(ada) },
  );
  t.same(foreign.data.images, { totalCount: 0, nodes: [] });
});

t.test("a search that finds too many keeps to the newest, and says no number", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const ada = await atelier.signUp("Ada");
  const workspaceId = decodeGlobalId(await personalWorkspace(ada)).id;
  await atelier.services.db.$executeRaw`
    insert into image (id, workspace_id, batch_id, prompt, prompt_sent, progress_kind, created_at)
    select gen_random_uuid(), ${workspaceId}::uuid, gen_random_uuid(), 'boat ' || n, '', 'ESTIMATED',
      ${new Date(start)}::timestamptz + n * interval '1 second'
    from generate_series(0, 2000) as n`;
  const find = async (text: string, first = 1) => (await ada.request(list, { filter: { text }, first })).data.images;
  t.match(await find("boat"), { totalCount: null, nodes: [{ prompt: "boat 1" }] }, "the oldest is left out");
  t.match(await find("boat 1999"), { totalCount: 1, nodes: [{ prompt: "boat 1999" }] });
});

t.test("statements are counted: one, with a text two, by rating or title at most two", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const ada = await atelier.signUp("Ada");
  await fill(atelier, ada, { a: { title: "a" }, b: { title: "b" }, c: {}, d: {} });
  const read = async (variables: object) => {
    atelier.statements.clear();
    const page =
      "query ($filter: ImageFilter, $orderBy: ImageOrder! = CREATED_ASC, $first: Int, $after: String) { images(filter: $filter, orderBy: $orderBy, first: $first, after: $after) { nodes { prompt tags { name } } pageInfo { endCursor } } }";
    const { data } = await ada.request(page, { first: 1, ...variables });
    const prompts = data.images.nodes.map(({ prompt }: { prompt: string }) => prompt);
    return { prompts, statements: atelier.statements.all().length, after: data.images.pageInfo.endCursor };
  };
  const full = { tagsAny: ["x"], tagsAll: ["y", "z"], usedInPost: false, favourite: true, archived: true };
  t.equal((await read({ filter: full })).statements, 1);
  t.equal((await read({ filter: { text: "a" } })).statements, 2);
  const orderBy = "TITLE_ASC";
  const first = await read({ orderBy });
  t.match(first, { prompts: ["a"], statements: 1 });
  const second = await read({ orderBy, after: first.after });
  t.match(second, { prompts: ["b"], statements: 2 }, "the titles end on this page");
  const third = await read({ orderBy, after: second.after, first: 2 });
  t.match(third, { prompts: ["c", "d"], statements: 2 });
  t.match(await read({ orderBy, after: third.after }), { prompts: [], statements: 1 });
  const rated = await read({ orderBy: "RATING_ASC" });
  t.match(await read({ orderBy: "RATING_ASC", after: rated.after }), { prompts: ["b"], statements: 1 });
});
