import t from "tap";
import { emptyTrash } from "../../src/images/empty-trash.ts";
import { objectKey } from "../../src/infra/storage.ts";
import { type Atelier, joinWorkspace, openAtelier, type Person } from "../support/atelier.ts";
import { standInProvider } from "../support/stand-ins.ts";
import * as studio from "../support/studio.ts";

const errors = "__typename ... on Error { code message } ... on ValidationError { issues { path code message } }";
const fields = "id title altText favourite rating version archivedAt trashedAt tags { name }";
const update = `mutation ($input: UpdateImageInput!) { updateImage(input: $input) { ${errors}
  ... on VersionConflictError { currentVersion } ... on UpdateImageSuccess { image { ${fields} } } } }`;
const bulk = (verb: string) => {
  const type = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}`;
  return `mutation ($input: ${type}Input!) { ${verb}(input: $input) { ${errors} ... on ${type}Success {
    results { __typename ... on Error { code message } ... on ImageChangeSuccess { image { ${fields} } } } } } }`;
};
const [remove, restore, archive, unarchive] = [
  ...[bulk("deleteImages"), bulk("restoreImages"), bulk("archiveImages"), bulk("unarchiveImages")],
] as const;
const day = 24 * 60 * 60_000;

/** Lets time pass, after which the person signs in again. */
async function wait(atelier: Atelier, person: Person, milliseconds: number): Promise<Person> {
  atelier.clock.advance(milliseconds);
  return atelier.signIn(person);
}

/** A post that shows a picture, and goes out tomorrow. */
async function schedulePost(atelier: Atelier, person: Person, imageId: string): Promise<string> {
  const socialAccountId = await studio.connectGallery(person, "ada");
  const created = await person.mutate(studio.operations.create, {
    ...{ caption: "Look", images: [{ imageId }], targets: [{ socialAccountId }] },
    schedule: { at: new Date(atelier.clock.now().getTime() + day).toISOString() },
  });
  if (created.post === undefined) throw new Error(created.message);
  return created.post.id;
}

t.test("what people write about a picture", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const ada = await atelier.signUp("Ada");
  const [imageId = ""] = await studio.makeImages(atelier, ada);
  const written = {
    title: " Dusk ",
    altText: "A lighthouse at dusk",
    favourite: true,
    rating: 4,
    tags: ["sea", "Dusk"],
  };
  const { image } = await ada.mutate(update, { imageId, ...written, expectedVersion: 1 });
  t.match(image, { ...written, title: "Dusk", tags: [{ name: "Dusk" }, { name: "sea" }], version: 2 });
  const events = () =>
    atelier.services.db.event.count({ where: { entityId: studio.rowIdOf(imageId), kind: "UPDATED" } });
  const before = await events();
  t.match(await ada.mutate(update, { imageId, title: "Dusk", rating: 4, tags: ["SEA", "dusk"] }), { image });
  t.equal(await events(), before, "nothing changed, nothing is told");
  t.match(await ada.mutate(update, { imageId, title: null, altText: "", tags: [] }), {
    image: { title: null, altText: null, favourite: true, rating: 4, tags: [], version: 3 },
  });
  t.equal(await events(), before + 1);
  t.match(await ada.mutate(update, { imageId, rating: 0, expectedVersion: 2 }), {
    __typename: "VersionConflictError",
    currentVersion: 3,
  });
  const codes = async (input: object) =>
    (await ada.mutate(update, { imageId, ...input })).issues.map((issue: { path: string[]; code: string }) =>
      [...issue.path, issue.code].join(" "),
    );
  t.same(await codes({ rating: 6 }), ["rating TOO_LARGE"]);
  t.same(await codes({ rating: -1, title: "x".repeat(201) }), ["title TOO_LONG", "rating TOO_SMALL"]);
  t.same(await codes({ tags: ["ok", ""] }), ["tags 1 EMPTY"]);
});

t.test("the trash takes pictures and gives them back", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  let ada = await atelier.signUp("Ada");
  const [one = "", two = ""] = await studio.makeImages(atelier, ada, 2);
  const { images } = await ada.mutate(studio.operations.generate, { prompt: "not made yet" });
  const imageIds = [two, studio.missingId("Image"), one, images[0].id];
  const trashedAt = atelier.clock.now().toISOString();
  t.match((await ada.mutate(remove, { imageIds })).results, [
    { __typename: "ImageChangeSuccess", image: { id: two, trashedAt } },
    { __typename: "NotFoundError" },
    { image: { id: one, trashedAt } },
    { __typename: "ConflictError", message: /is PENDING/ },
  ]);
  ada = await wait(atelier, ada, day);
  t.match((await ada.mutate(remove, { imageIds: [one] })).results, [{ image: { trashedAt } }], "it keeps its day");
  t.match(await ada.mutate(update, { imageId: one, title: "no" }), { __typename: "ConflictError", message: /trash/ });
  t.match((await ada.mutate(archive, { imageIds: [one] })).results, [{ message: /in the trash/ }]);
  t.match(await ada.mutate(studio.operations.review, { imageIds: [one], decision: "APPROVE" }), {
    __typename: "ConflictError",
    message: /trash/,
  });
  t.match((await ada.mutate(restore, { imageIds: [one, one] })).results, [
    { image: { id: one, trashedAt: null } },
    { image: { id: one, trashedAt: null } },
  ]);
  ada = await wait(atelier, ada, 29 * day);
  t.match((await ada.mutate(restore, { imageIds: [two] })).results, [
    { __typename: "ConflictError", message: /in the trash for 30 days/ },
  ]);
  t.match(await ada.mutate(remove, { imageIds: [] }), { issues: [{ path: ["imageIds"], code: "TOO_FEW" }] });
  t.match(await ada.mutate(remove, { imageIds: Array.from({ length: 101 }, () => one) }), {
    issues: [{ path: ["imageIds"], code: "TOO_MANY" }],
  });
});

t.test("what a scheduled post shows stays, with its texts", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const ada = await atelier.signUp("Ada");
  const [used = "", free = ""] = await studio.approvedImages(atelier, ada, 2);
  const postId = await schedulePost(atelier, ada, used);
  t.match((await ada.mutate(remove, { imageIds: [used, free] })).results, [
    { __typename: "ConflictError", message: /scheduled post.*Cancel the post first/ },
    { __typename: "ImageChangeSuccess" },
  ]);
  t.match(await ada.mutate(update, { imageId: used, altText: "another" }), { __typename: "ConflictError" });
  t.match(await ada.mutate(update, { imageId: used, rating: 5, title: null }), { image: { rating: 5 } });
  await ada.mutate(studio.operations.cancel, { postId });
  t.match(await ada.mutate(update, { imageId: used, altText: "another" }), { image: { altText: "another" } });
  t.match((await ada.mutate(remove, { imageIds: [used] })).results, [{ image: { id: used } }]);
  t.match(await ada.mutate(studio.operations.schedule, { postId, schedule: { now: true } }), {
    __typename: "ImageNotApprovedError",
    imageIds: [used],
  });
  const socialAccountId = await studio.connectGallery(ada, "bell");
  const draft = { caption: "", images: [{ imageId: free }], targets: [{ socialAccountId }] };
  t.match(await ada.mutate(studio.operations.create, draft), { __typename: "NotFoundError" });
});

t.test("pictures are archived and brought back", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  let ada = await atelier.signUp("Ada");
  const [one = ""] = await studio.makeImages(atelier, ada);
  const archivedAt = atelier.clock.now().toISOString();
  t.match((await ada.mutate(archive, { imageIds: [one] })).results, [{ image: { archivedAt, version: 2 } }]);
  ada = await wait(atelier, ada, day);
  t.match((await ada.mutate(archive, { imageIds: [one] })).results, [{ image: { archivedAt, version: 2 } }]);
  t.match((await ada.mutate(unarchive, { imageIds: [one] })).results, [{ image: { archivedAt: null, version: 3 } }]);
});

t.test("who does not edit changes nothing", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const ada = await atelier.signUp("Ada");
  const [imageId = ""] = await studio.makeImages(atelier, ada);
  const people = { REVIEWER: "ForbiddenError", VIEWER: "ForbiddenError", STRANGER: "NotFoundError" } as const;
  for (const role of ["REVIEWER", "VIEWER", "STRANGER"] as const) {
    const person = await atelier.signUp(role);
    if (role !== "STRANGER") await joinWorkspace(atelier, person, ada, role);
    const before = await studio.fingerprint(atelier);
    t.match(await person.mutate(update, { imageId, title: "mine" }), { __typename: people[role] });
    for (const verb of [remove, restore, archive, unarchive]) {
      t.match((await person.mutate(verb, { imageIds: [imageId] })).results, [{ __typename: people[role] }], role);
    }
    t.same(await studio.fingerprint(atelier), before);
  }
  const anonymous = await atelier.nobody.request(remove, { input: { imageIds: [imageId] } });
  t.equal(anonymous.errors?.[0]?.extensions.code, "UNAUTHENTICATED");
});

t.test("after thirty days the trash is emptied, with the files that nothing else needs", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const { db, storage } = atelier.services;
  let ada = await atelier.signUp("Ada");
  const [shared = "", twin = ""] = await studio.approvedImages(atelier, ada, 2);
  const { sha256 } = await db.image.findUniqueOrThrow({ where: { id: studio.rowIdOf(shared) } });
  const file = (variant: "original" | "thumb") => storage.stat(objectKey(sha256 ?? "", variant, "png"));
  const rows = () => db.image.count();

  await ada.mutate(remove, { imageIds: [shared] });
  ada = await wait(atelier, ada, 30 * day - 1);
  t.equal(await emptyTrash(atelier.services), 0);
  ada = await wait(atelier, ada, 1);
  t.equal(await emptyTrash(atelier.services), 1);
  t.equal(await rows(), 1);
  t.ok(await file("original"), "the other picture has the same file");
  const event = await db.event.findFirst({ where: { entityId: studio.rowIdOf(shared) }, orderBy: { id: "desc" } });
  t.equal(event?.kind, "DELETED");

  const postId = await schedulePost(atelier, ada, twin);
  await ada.mutate(studio.operations.cancel, { postId });
  await ada.mutate(remove, { imageIds: [twin] });
  ada = await wait(atelier, ada, 30 * day);
  t.equal(await emptyTrash(atelier.services), 0, "a post still shows it");
  await db.post.deleteMany();

  const entry = {
    sha256,
    extension: "png",
    width: 64,
    height: 64,
    alt: "",
    dominantColour: "#000000",
    provenance: null,
  };
  await db.showcaseEntry.create({
    data: { id: studio.rowIdOf(twin), handle: "ada", caption: "", images: [entry], publishedAt: atelier.clock.now() },
  });
  const before = await db.image.findUniqueOrThrow({ where: { id: studio.rowIdOf(twin) }, omit: { id: true } });
  t.equal(await emptyTrash(atelier.services), 1);
  t.ok(await file("original"), "the showcase still shows the file");
  await db.showcaseEntry.deleteMany();

  const { search: _search, options, ...copy } = { search: null, ...before };
  await db.image.create({ data: { ...copy, options: options ?? {} } });
  const failing = { ...storage, delete: () => Promise.reject(new Error("the disk is gone")) };
  await t.rejects(emptyTrash({ ...atelier.services, storage: failing }), /the disk is gone/);
  t.equal(await rows(), 1, "who dies over the files leaves the row");
  t.equal(await emptyTrash(atelier.services), 1, "and the next run finds it");
  t.equal(await rows(), 0);
  t.equal(await file("original"), null);
  t.equal(await file("thumb"), null);
});
