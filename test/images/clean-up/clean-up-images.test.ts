import { randomUUID } from "node:crypto";
import fc from "fast-check";
import t from "tap";
import { cleanUpByRetention } from "../../../src/images/clean-up/clean-up-by-retention.ts";
import { keepReasons } from "../../../src/images/clean-up/kept-because.ts";
import { addMilliseconds } from "../../../src/infra/clock.ts";
import { type Atelier, joinWorkspace, openAtelier, personalWorkspace } from "../../support/atelier.ts";
import { rowIdOf } from "../../support/studio.ts";

const day = 24 * 60 * 60_000;
const cleanUp = `mutation ($input: CleanUpImagesInput!, $first: Int, $after: String) { cleanUpImages(input: $input) {
  __typename ... on Error { code message } ... on ValidationError { issues { path code } }
  ... on CleanUpImagesSuccess { removed kept bytes keptBecause { reason images }
    run { id isAutomatic removed kept bytes keptBecause { reason images } }
    judgements(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { goes keptBecause image { id prompt url workspace { name } } } } } } }`;
const receipts = `{ cleanUpRuns { totalCount nodes { isAutomatic removed kept bytes at } } }`;

/** What may keep a picture; each alone, or several together. */
interface Facts {
  readonly status: "GENERATED" | "FAILED" | "CANCELLED" | "PENDING" | "GENERATING";
  readonly ageDays: number;
  readonly favourite: boolean;
  readonly rating: number;
  readonly reviewState: "PENDING" | "APPROVED" | "REJECTED";
  readonly archived: boolean;
  readonly tag: "keep" | "kites" | null;
  readonly inPost: boolean;
  readonly shownByStyle: boolean;
  readonly trashed: boolean;
}

const plain: Facts = {
  ...{ status: "GENERATED", ageDays: 40, favourite: false, rating: 0, reviewState: "PENDING", archived: false },
  ...{ tag: null, inPost: false, shownByStyle: false, trashed: false },
};

/** The rule once more, as a person would say it. */
function reasonsOf(facts: Facts): string[] {
  return [
    ...(facts.status === "PENDING" || facts.status === "GENERATING" ? ["IN_PROGRESS"] : []),
    ...(facts.ageDays <= 30 ? ["YOUNG"] : []),
    ...(facts.favourite ? ["FAVOURITE"] : []),
    ...(facts.rating > 3 ? ["RATED"] : []),
    ...(facts.reviewState === "APPROVED" ? ["APPROVED"] : []),
    ...(facts.archived ? ["ARCHIVED"] : []),
    ...(facts.tag === "keep" ? ["TAGGED_KEEP"] : []),
    ...(facts.inPost ? ["USED_IN_POST"] : []),
    ...(facts.shownByStyle ? ["STYLE_PREVIEW"] : []),
  ];
}

async function setStage({ services: { db, clock } }: Atelier, workspaceId: string, authorId: string) {
  const tag = (name: string) =>
    db.tag.create({ data: { workspaceId, name, nameKey: name.toLowerCase(), colour: "#000000" } });
  const tags = { keep: (await tag("Keep")).id, kites: (await tag("kites")).id };
  const style = await db.style.create({ data: { workspaceId, name: "Ink", nameKey: "ink" } });
  let version = 0;
  return async (facts: Facts): Promise<string> => {
    const { status, ageDays, favourite, rating, reviewState, archived, trashed } = facts;
    const now = clock.now();
    const { id } = await db.image.create({
      data: {
        ...{ workspaceId, batchId: randomUUID(), prompt: "a kite", promptSent: "", progressKind: "MEASURED" },
        ...{ status, favourite, rating, reviewState, bytes: status === "GENERATED" ? 1_000 : null },
        ...{ createdAt: addMilliseconds(now, -ageDays * day), archivedAt: archived ? now : null },
        trashedAt: trashed ? addMilliseconds(now, -day) : null,
      },
    });
    if (facts.tag !== null) await db.imageTag.create({ data: { imageId: id, tagId: tags[facts.tag] } });
    if (facts.inPost) {
      await db.post.create({
        data: { workspaceId, authorId, caption: "", images: { create: { position: 0, imageId: id } } },
      });
    }
    if (facts.shownByStyle) {
      version += 1;
      const look = { styleId: style.id, number: version, template: "{prompt}", previewImageId: id };
      await db.styleVersion.create({ data: look });
    }
    return id;
  };
}

t.test("cleaning up", async (t) => {
  const atelier = await openAtelier(t);
  const { services, clock, statements } = atelier;
  const { db } = services;
  const ada = await atelier.signUp("Ada");
  const workspaceId = await personalWorkspace(ada);
  const add = await setStage(atelier, rowIdOf(workspaceId), rowIdOf(ada.id));
  const ask = (input: object = {}, page: object = {}) =>
    ada.request(cleanUp, { input: { olderThanDays: 30, ...input }, ...page }).then(({ data }) => data.cleanUpImages);
  const empty = async () => {
    await db.post.deleteMany({});
    await db.image.deleteMany({});
  };
  const outsideTrash = async () =>
    (await db.image.findMany({ where: { trashedAt: null }, select: { id: true } })).map(({ id }) => id).toSorted();

  t.test("a dry run says what would go, and why each other picture stays, and changes nothing", async (t) => {
    const goes = await add(plain);
    const kept = new Map<string, string>();
    for (const [facts, reason] of [
      [{ favourite: true }, "FAVOURITE"],
      [{ rating: 4 }, "RATED"],
      [{ reviewState: "APPROVED" }, "APPROVED"],
      [{ archived: true }, "ARCHIVED"],
      [{ tag: "keep" }, "TAGGED_KEEP"],
      [{ inPost: true }, "USED_IN_POST"],
      [{ shownByStyle: true }, "STYLE_PREVIEW"],
      [{ status: "GENERATING" }, "IN_PROGRESS"],
      [{ ageDays: 29 }, "YOUNG"],
    ] as const) {
      kept.set(await add({ ...plain, ...facts }), reason);
    }
    await add({ ...plain, trashed: true });
    const events = await db.event.count();
    const plan = await ask();
    t.match(plan, { __typename: "CleanUpImagesSuccess", removed: 1, kept: 9, bytes: 1_000, run: null });
    t.same(
      plan.keptBecause.map(({ reason, images }: { reason: string; images: number }) => [reason, images]),
      [...kept.values()].toSorted((a, b) => order(a) - order(b)).map((reason) => [reason, 1]),
    );
    for (const { image, goes: going, keptBecause } of plan.judgements.nodes) {
      const id = rowIdOf(image.id);
      t.same({ going, keptBecause }, { going: id === goes, keptBecause: id === goes ? [] : [kept.get(id)] });
    }
    t.equal(plan.judgements.totalCount, 10);
    t.equal((await outsideTrash()).length, 10);
    t.same([await db.event.count(), await db.cleanUpRun.count()], [events, 0]);
    t.match(await ask({ dryRun: undefined }), { run: null }, "which is what nobody has to ask for");
  });

  t.test("a run puts it into the trash, tells who watches, and leaves a receipt", async (t) => {
    const before = await outsideTrash();
    const done = await ask({ dryRun: false });
    t.match(done, { removed: 1, kept: 9, run: { isAutomatic: false, removed: 1, kept: 9, bytes: 1_000 } });
    t.same(done.run.keptBecause, done.keptBecause);
    const gone = before.filter(
      (id) => !done.judgements.nodes.some((node: { image: { id: string } }) => rowIdOf(node.image.id) === id),
    );
    t.equal(gone.length, 1);
    t.match(await db.image.findUnique({ where: { id: gone[0] ?? "" } }), { trashedAt: clock.now(), bytes: 1_000 });
    t.match(await db.event.findMany({ where: { entityId: gone[0] ?? "" } }), [{ kind: "UPDATED", topic: "image" }]);
    t.match(await ask({ dryRun: false }), { removed: 0, run: { removed: 0, kept: 9, bytes: 0 } }, "again, nothing");
    statements.clear();
    const { data } = await ada.request(receipts.replace("totalCount", ""));
    t.equal(statements.all().length, 1);
    t.match(data.cleanUpRuns.nodes, [{ removed: 0 }, { removed: 1, kept: 9, isAutomatic: false }]);
  });

  t.test("a plan is paged: each picture once, and a page costs the same anywhere", async (t) => {
    await empty();
    for (let n = 0; n < 23; n += 1) await add({ ...plain, ageDays: 40 + (n % 3) });
    const seen: string[] = [];
    const costs = new Set<number>();
    let after: string | null = null;
    do {
      statements.clear();
      const { judgements } = await ask({}, { first: 5, after });
      costs.add(statements.all().length);
      seen.push(...judgements.nodes.map(({ image }: { image: { id: string } }) => image.id));
      after = judgements.pageInfo.hasNextPage ? judgements.pageInfo.endCursor : null;
    } while (after !== null);
    t.equal(new Set(seen).size, 23);
    t.equal(seen.length, 23);
    t.same([...costs], [5], "membership, counts, the page, the reasons, the total");
  });

  t.test("what goes is what the rule says, for any pictures", async (t) => {
    const facts: fc.Arbitrary<Facts> = fc.record({
      status: fc.constantFrom("GENERATED", "FAILED", "CANCELLED", "PENDING", "GENERATING"),
      ageDays: fc.constantFrom(1, 29, 30, 31, 90),
      favourite: rarely,
      rating: fc.constantFrom(0, 0, 0, 1, 3, 4, 5),
      reviewState: fc.constantFrom("PENDING", "REJECTED", "APPROVED"),
      archived: rarely,
      tag: fc.constantFrom(null, null, "kites", "keep"),
      inPost: rarely,
      shownByStyle: rarely,
      trashed: rarely,
    });
    const property = fc.asyncProperty(fc.array(facts, { maxLength: 12 }), async (pictures) => {
      await empty();
      const made: (readonly [string, Facts])[] = [];
      for (const picture of pictures) made.push([await add(picture), picture]);
      const here = made.filter(([, { trashed }]) => !trashed);
      const stays = here.filter(([, picture]) => reasonsOf(picture).length > 0);
      const result = await ask({ dryRun: false }, { first: 100 });
      t.same([result.removed, result.kept], [here.length - stays.length, stays.length]);
      t.match(result.run, { removed: result.removed, kept: result.kept });
      t.same(await outsideTrash(), stays.map(([id]) => id).toSorted());
      for (const { image, keptBecause } of result.judgements.nodes) {
        const [, picture] = made.find(([id]) => id === rowIdOf(image.id)) ?? [];
        t.same(keptBecause, picture && reasonsOf(picture));
      }
    });
    await fc.assert(property, { numRuns: 25 });
  });

  t.test("more than one batch goes, and the receipt counts them all", async (t) => {
    await empty();
    for (let n = 0; n < 3; n += 1) await add({ ...plain, favourite: true });
    await db.image.createMany({
      data: Array.from({ length: 430 }, () => ({
        ...{ workspaceId: rowIdOf(workspaceId), batchId: randomUUID(), prompt: "", promptSent: "", bytes: 10 },
        ...{ status: "GENERATED", progressKind: "MEASURED", createdAt: addMilliseconds(clock.now(), -40 * day) },
      })),
    });
    t.match(await ask({ dryRun: false }), { removed: 430, run: { removed: 430, kept: 3, bytes: 4_300 } });
    t.equal((await outsideTrash()).length, 3);
  });

  t.test("is an owner's, and takes an age", async (t) => {
    const bob = await atelier.signUp("Bob");
    await joinWorkspace(atelier, bob, ada, "EDITOR");
    t.match(await bob.mutate(cleanUp, { workspaceId, olderThanDays: 30 }), { code: "FORBIDDEN" });
    t.match(await ask({ olderThanDays: 0 }), { issues: [{ path: ["olderThanDays"], code: "TOO_SMALL" }] });
    t.match(await ask({ olderThanDays: null }), { code: "CONFLICT", message: /for ever/ });
  });
});

t.test("the timetable cleans up where a workspace says so", async (t) => {
  const atelier = await openAtelier(t);
  const { services } = atelier;
  const [ada, bob] = [await atelier.signUp("Ada"), await atelier.signUp("Bob")];
  const update = `mutation ($input: UpdateWorkspaceInput!) { updateWorkspace(input: $input) {
    ... on ValidationError { issues { path code } } ... on UpdateWorkspaceSuccess { workspace { imageRetentionDays version } } } }`;
  for (const person of [ada, bob]) {
    const add = await setStage(atelier, rowIdOf(await personalWorkspace(person)), rowIdOf(person.id));
    for (const ageDays of [10, 20, 100]) await add({ ...plain, ageDays });
  }
  t.equal(await cleanUpByRetention(services), 0, "pictures are kept for ever by default");
  t.match(await ada.mutate(update, { imageRetentionDays: 15 }), { workspace: { imageRetentionDays: 15, version: 2 } });
  t.match(await ada.mutate(update, { imageRetentionDays: -1 }), { issues: [{ path: ["imageRetentionDays"] }] });
  t.match((await ada.request(cleanUp, { input: {} })).data.cleanUpImages, { removed: 2, kept: 1, run: null });
  t.equal(await cleanUpByRetention(services), 2);
  t.match((await ada.request(receipts)).data.cleanUpRuns, {
    totalCount: 1,
    nodes: [{ isAutomatic: true, removed: 2, kept: 1, bytes: 2_000 }],
  });
  t.match((await bob.request(receipts)).data.cleanUpRuns, { totalCount: 0 });
  t.match(await ada.mutate(update, { imageRetentionDays: 0 }), { workspace: { imageRetentionDays: null, version: 3 } });
  t.equal(await cleanUpByRetention(services), 0);
  t.equal(await services.db.cleanUpRun.count(), 1);
});

const rarely = fc.integer({ min: 0, max: 4 }).map((n) => n === 0);

const order = (reason: string) => keepReasons.findIndex((known) => known === reason);
