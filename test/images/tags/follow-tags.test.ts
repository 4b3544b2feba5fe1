import t, { type Test } from "tap";
import { decodeGlobalId, encodeGlobalId } from "../../../src/graphql/ids.ts";
import { rewriteTagNames } from "../../../src/images/tags/rewrite-tag-names.ts";
import { sweepTagRewrites } from "../../../src/images/tags/sweep-tag-rewrites.ts";
import { openAtelier, personalWorkspace } from "../../support/atelier.ts";
import { standInProvider } from "../../support/stand-ins.ts";
import { queuedJobs } from "../../support/studio.ts";

const rename = `mutation ($input: RenameTagInput!) { renameTag(input: $input) { __typename ... on RenameTagSuccess { tag { name imageCount } } } }`;
const merge = `mutation ($input: MergeTagsInput!) { mergeTags(input: $input) { __typename ... on MergeTagsSuccess { tag { name imageCount } } } }`;
const remove = `mutation ($input: DeleteTagInput!) { deleteTag(input: $input) { __typename } }`;
const find = `query ($text: String!) { images(first: 1, filter: { text: $text }) { totalCount nodes { tags { name } } } }`;

/** Ada's workspace with pictures that have the tag `sea`, and with others that have `coast`; every second one of these has both. */
async function openGallery(t: Test, tagged: number) {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const ada = await atelier.signUp("Ada");
  const workspaceId = decodeGlobalId(await personalWorkspace(ada)).id;
  const { db } = atelier.services;
  const tag = async (name: string) =>
    (await db.tag.create({ data: { workspaceId, name, nameKey: name, colour: "#1d4ed8" } })).id;
  const [sea, coast] = [await tag("sea"), await tag("coast")];
  await db.$executeRaw`
    insert into image (id, workspace_id, batch_id, prompt, prompt_sent, progress_kind, status, created_at,
      requested_width, requested_height, requested_seed)
    select gen_random_uuid(), ${workspaceId}::uuid, gen_random_uuid(), 'n' || n, '', 'MEASURED', 'GENERATED',
      '2026-11-01T00:00:00Z'::timestamptz + n / 3 * interval '1 second', 64, 64, n
    from generate_series(0, ${tagged + 50}::int - 1) as n`;
  await db.$executeRaw`
    insert into image_tag (image_id, tag_id)
    select id, ${sea}::uuid from image where requested_seed < ${tagged}
    union all select id, ${coast}::uuid from image where requested_seed >= ${tagged} or requested_seed % 2 = 0`;
  await db.$executeRaw`
    update image set tag_names = (select string_agg(tag.name, ' ' order by name_key)
      from image_tag join tag on tag.id = tag_id where image_id = image.id)`;
  return {
    ...{ atelier, ada, db, workspaceId, sea, coast },
    globalId: (id: string) => encodeGlobalId("Tag", id),
    found: async (text: string) => (await ada.request(find, { text })).data.images.totalCount as number,
    texts: async () => {
      const rows = await db.image.groupBy({ by: ["tagNames"], _count: { id: true } });
      return Object.fromEntries(rows.map(({ tagNames, _count }) => [tagNames, _count.id]));
    },
  };
}

t.test("a tag of few pictures is renamed together with what the search reads of them", async (t) => {
  const { atelier, ada, sea, globalId, found } = await openGallery(t, 200);
  await ada.mutate(rename, { tagId: globalId(sea), name: "ocean" });
  t.same([await found("sea"), await found("ocean")], [0, 200]);
  t.equal(await atelier.services.db.tagRewrite.count(), 0);
});

t.test("a tag of many pictures has its new name at once, and the search follows", async (t) => {
  const { atelier, ada, db, sea, globalId, found, texts } = await openGallery(t, 500);
  const events = await db.event.count();
  atelier.statements.clear();
  const renamed = await ada.mutate(rename, { tagId: globalId(sea), name: "ocean" });
  const statements = atelier.statements.all().length;
  t.same(renamed.tag, { name: "ocean", imageCount: 500 });
  t.ok(statements <= 16, `${statements} statements`);
  t.equal(await db.event.count(), events, "no picture was written");
  const [first] = (await ada.request(find, { text: "n0" })).data.images.nodes;
  t.same(first.tags, [{ name: "coast" }, { name: "ocean" }], "whoever looks at a picture sees it");
  t.same([await found("sea"), await found("ocean")], [500, 0], "the search does not know yet");
  await atelier.drain();
  t.same([await found("sea"), await found("ocean")], [0, 500]);
  t.same(await texts(), { "coast ocean": 250, ocean: 250, coast: 50 });
  t.equal(await db.event.count(), events + 500, "each picture is told once");
  t.equal(await db.tagRewrite.count(), 0);
});

t.test("many pictures lose one tag for another, or a tag alone", async (t) => {
  const { atelier, ada, sea, coast, globalId, found, texts } = await openGallery(t, 400);
  const merged = await ada.mutate(merge, { fromTagId: globalId(sea), intoTagId: globalId(coast) });
  t.same(merged.tag, { name: "coast", imageCount: 450 });
  await atelier.drain();
  t.same(await texts(), { coast: 450 });
  t.equal(await found("sea"), 0);
  t.equal((await ada.mutate(remove, { tagId: globalId(coast) })).__typename, "DeleteTagSuccess");
  t.equal(await atelier.services.db.imageTag.count(), 0);
  await atelier.drain();
  t.same(await texts(), { "": 450 });
});

t.test("a change that comes meanwhile is followed as well", async (t) => {
  const { atelier, ada, workspaceId, sea, globalId, texts } = await openGallery(t, 500);
  const { services } = atelier;
  await ada.mutate(rename, { tagId: globalId(sea), name: "ocean" });
  let pages = 0;
  const transact: typeof services.transact = async (work) => {
    const result = await services.transact(work);
    pages += 1;
    // The first one takes the lease, the second writes a page.
    if (pages === 2) await ada.mutate(rename, { tagId: globalId(sea), name: "waves" });
    return result;
  };
  await rewriteTagNames({ ...services, transact }, workspaceId, { signal: new AbortController().signal });
  t.same(await texts(), { "coast waves": 250, waves: 250, coast: 50 });
  t.equal(await services.db.tagRewrite.count(), 0);
});

t.test("what a dead or stopped worker leaves is brought to its end by another", async (t) => {
  const { atelier, ada, db, workspaceId, sea, globalId, texts } = await openGallery(t, 500);
  const { services, clock } = atelier;
  const { signal } = new AbortController();
  await ada.mutate(rename, { tagId: globalId(sea), name: "ocean" });
  t.equal(await sweepTagRewrites(services), 0, "its job waits");

  await t.rejects(
    rewriteTagNames({ ...services, transact: dyingAfter(services.transact, 2) }, workspaceId, { signal }),
    /died/,
  );
  await db.$executeRaw`delete from graphile_worker._private_jobs`;
  const before = await texts();
  t.equal((before["ocean"] ?? 0) + (before["coast ocean"] ?? 0), 200, "one page is written");
  await rewriteTagNames(services, workspaceId, { signal });
  t.same(await texts(), before, "while it is leased, nobody else begins");
  t.equal(await sweepTagRewrites(services), 0);
  clock.advance(10_000);
  t.equal(await sweepTagRewrites(services), 1);
  t.equal(await sweepTagRewrites(services), 0, "it has its job now");

  await rewriteTagNames(services, workspaceId, { signal: AbortSignal.abort() });
  t.same(await texts(), before, "a worker that stops gives it back");
  t.match(await queuedJobs(atelier), [{ task: "rewrite-tag-names", locked: false }]);
  await atelier.drain();
  t.same(await texts(), { "coast ocean": 250, ocean: 250, coast: 50 });
});

/** A process that ends after so many transactions. */
function dyingAfter<Transact extends (work: never) => Promise<unknown>>(transact: Transact, count: number): Transact {
  let done = 0;
  const dying = async (work: never) => {
    if (done === count) throw new Error("The process died.");
    done += 1;
    return transact(work);
  };
  return dying as Transact;
}
