import t from "tap";
import { type Atelier, joinWorkspace, openAtelier, type Person } from "../../support/atelier.ts";
import { standInProvider } from "../../support/stand-ins.ts";
import * as studio from "../../support/studio.ts";

const errors = "__typename ... on Error { code message } ... on ValidationError { issues { path code message } }";
const results =
  "results { __typename ... on Error { code message } ... on ImageChangeSuccess { image { id tags { name } } } }";
const save = `mutation ($input: SaveTagInput!) { saveTag(input: $input) { ${errors} ... on SaveTagSuccess { tag { id name colour imageCount } } } }`;
const rename = `mutation ($input: RenameTagInput!) { renameTag(input: $input) { ${errors} ... on RenameTagSuccess { tag { id name } } } }`;
const merge = `mutation ($input: MergeTagsInput!) { mergeTags(input: $input) { ${errors} ... on MergeTagsSuccess { tag { id name imageCount } } } }`;
const remove = `mutation ($input: DeleteTagInput!) { deleteTag(input: $input) { ${errors} ... on DeleteTagSuccess { deletedId } } }`;
const tagImages = `mutation ($input: TagImagesInput!) { tagImages(input: $input) { ${errors} ... on TagImagesSuccess { ${results} } } }`;
const untagImages = `mutation ($input: UntagImagesInput!) { untagImages(input: $input) { ${errors} ... on UntagImagesSuccess { ${results} } } }`;
const list =
  "query ($workspaceId: ID) { tags(workspaceId: $workspaceId) { id name colour imageCount createdAt workspace { id } } }";

const tagsOf = async (person: Person) => (await person.request(list)).data.tags;

/** What the search reads of a picture's tags, and how often people edited it. */
const stored = ({ services }: Atelier, id: string) =>
  services.db.image.findUniqueOrThrow({
    where: { id: studio.rowIdOf(id) },
    select: { tagNames: true, version: true, statusVersion: true },
  });

t.test("pictures get tags and lose them, each with its own result", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const [ada, bob] = [await atelier.signUp("Ada"), await atelier.signUp("Bob")];
  const [one = "", two = "", trashed = ""] = await studio.makeImages(atelier, ada, 3);
  const [theirs = ""] = await studio.makeImages(atelier, bob);
  const { db } = atelier.services;
  await db.image.update({ where: { id: studio.rowIdOf(trashed) }, data: { trashedAt: atelier.clock.now() } });
  const before = await stored(atelier, one);

  const tagged = await ada.mutate(tagImages, {
    imageIds: [two, theirs, studio.missingId("Image"), trashed, one],
    tags: ["  Sea   side", "Boats", "BOATS"],
  });
  t.match(tagged.results, [
    { __typename: "ImageChangeSuccess", image: { id: two, tags: [{ name: "Boats" }, { name: "Sea side" }] } },
    { __typename: "NotFoundError" },
    { __typename: "NotFoundError" },
    { __typename: "ConflictError", message: /in the trash.*restoreImages/ },
    { __typename: "ImageChangeSuccess", image: { id: one } },
  ]);
  const after = await stored(atelier, one);
  t.same(after, {
    tagNames: "Boats Sea side",
    version: before.version + 1,
    statusVersion: before.statusVersion + 1,
  });
  const event = await db.event.findFirstOrThrow({ where: { entityId: studio.rowIdOf(one) }, orderBy: { id: "desc" } });
  t.match(event, { kind: "UPDATED", version: after.statusVersion });

  await ada.mutate(tagImages, { imageIds: [one], tags: ["boats"] });
  t.same(await stored(atelier, one), after, "a tag that it has changes nothing");

  const untagged = await ada.mutate(untagImages, { imageIds: [one, theirs], tags: ["sea side", "unheard of"] });
  t.match(untagged.results, [{ image: { tags: [{ name: "Boats" }] } }, { __typename: "NotFoundError" }]);
  t.match(await stored(atelier, one), { tagNames: "Boats", version: after.version + 1 });
  t.match(await tagsOf(ada), [
    { name: "Boats", imageCount: 2, colour: /^#[0-9a-f]{6}$/ },
    { name: "Sea side", imageCount: 1 },
  ]);
  t.same(await tagsOf(bob), [], "a stranger's picture made no tags");
});

t.test("a tag is saved, renamed, merged and deleted, and pictures follow", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const ada = await atelier.signUp("Ada");
  const [one = "", two = ""] = await studio.makeImages(atelier, ada, 2);
  const { tag: boats } = await ada.mutate(save, { name: "Boats", colour: "#AABBCC" });
  t.match(boats, { name: "Boats", colour: "#aabbcc", imageCount: 0 });
  t.match((await ada.mutate(save, { name: "boats", colour: "#112233" })).tag, { id: boats.id, colour: "#112233" });
  t.match((await ada.mutate(save, { name: "boats" })).tag, { id: boats.id, name: "Boats", colour: "#112233" });

  await ada.mutate(tagImages, { imageIds: [one, two], tags: ["Boats"] });
  await ada.mutate(tagImages, { imageIds: [two], tags: ["Ships"] });
  const ships = (await tagsOf(ada)).find((tag: { name: string }) => tag.name === "Ships");
  t.match(await ada.mutate(rename, { tagId: boats.id, name: "SHIPS" }), {
    __typename: "ConflictError",
    message: /"Ships" is there already.*merge/,
  });
  t.match(await ada.mutate(rename, { tagId: boats.id, name: "Little boats" }), { tag: { name: "Little boats" } });
  t.match(await ada.mutate(rename, { tagId: boats.id, name: "little Boats" }), { tag: { name: "little Boats" } });
  t.match(await stored(atelier, two), { tagNames: "little Boats Ships" });

  t.match(await ada.mutate(merge, { fromTagId: boats.id, intoTagId: boats.id }), {
    issues: [{ path: ["intoTagId"], code: "DUPLICATE" }],
  });
  t.match(await ada.mutate(merge, { fromTagId: boats.id, intoTagId: ships.id }), {
    tag: { id: ships.id, name: "Ships", imageCount: 2 },
  });
  t.match(await stored(atelier, one), { tagNames: "Ships" });
  t.match(await stored(atelier, two), { tagNames: "Ships" });
  t.match(await ada.mutate(rename, { tagId: boats.id, name: "gone" }), { __typename: "NotFoundError" });

  t.same(await ada.mutate(remove, { tagId: ships.id }), { __typename: "DeleteTagSuccess", deletedId: ships.id });
  t.match(await stored(atelier, one), { tagNames: "" });
  t.same(await tagsOf(ada), []);
});

t.test("who does not edit changes no tag, and strangers see none", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const ada = await atelier.signUp("Ada");
  const imageIds = await studio.makeImages(atelier, ada);
  const workspaceId = await studio.personalWorkspace(ada);
  const { tag } = await ada.mutate(save, { name: "Boats" });
  const { tag: other } = await ada.mutate(save, { name: "Ships" });
  const attempts = (person: Person) => [
    person.mutate(save, { workspaceId, name: "mine" }),
    person.mutate(rename, { tagId: tag.id, name: "mine" }),
    person.mutate(merge, { fromTagId: tag.id, intoTagId: other.id }),
    person.mutate(remove, { tagId: tag.id }),
    person.mutate(tagImages, { imageIds, tags: ["mine"] }).then(({ results: [first] }) => first),
    person.mutate(untagImages, { imageIds, tags: ["Boats"] }).then(({ results: [first] }) => first),
  ];
  for (const role of ["REVIEWER", "VIEWER", null] as const) {
    const person = await atelier.signUp(role ?? "Stranger");
    if (role !== null) await joinWorkspace(atelier, person, ada, role);
    const refused = role === null ? "NotFoundError" : "ForbiddenError";
    for (const answer of await Promise.all(attempts(person))) t.equal(answer.__typename, refused, `${role}`);
    const { data } = await person.request(list, { workspaceId });
    t.equal(data.tags.length, role === null ? 0 : 2);
  }
  t.same(
    (await tagsOf(ada)).map(({ name }: { name: string }) => name),
    ["Boats", "Ships"],
  );
  const anonymous = await atelier.nobody.request(list);
  t.equal(anonymous.errors?.[0]?.extensions.code, "UNAUTHENTICATED");
});

t.test("names, colours and numbers have rules", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const ada = await atelier.signUp("Ada");
  const imageIds = await studio.makeImages(atelier, ada);
  const issue = async (input: object) => (await ada.mutate(save, input)).issues?.[0];
  t.match(await issue({ name: " \n " }), { path: ["name"], code: "EMPTY" });
  t.match(await issue({ name: "x".repeat(51) }), { path: ["name"], code: "TOO_LONG", message: /50/ });
  t.match(await issue({ name: "a\u0007b" }), { path: ["name"], message: /control/ });
  t.match(await issue({ name: "a", colour: "red" }), { path: ["colour"], message: /six hexadecimal digits/ });
  t.match((await ada.mutate(tagImages, { imageIds, tags: [] })).issues, [{ path: ["tags"] }]);
  const names = Array.from({ length: 50 }, (_, index) => `tag ${index}`);
  t.match((await ada.mutate(tagImages, { imageIds, tags: names })).results, [{ __typename: "ImageChangeSuccess" }]);
  t.match((await ada.mutate(tagImages, { imageIds, tags: ["one more"] })).results, [
    { __typename: "ConflictError", message: "The image would have 51 tags; 50 are the most." },
  ]);
  const workspaceId = studio.rowIdOf(await studio.personalWorkspace(ada));
  const rest = Array.from({ length: 949 }, (_, index) => ({ name: `t${index}`, nameKey: `t${index}` }));
  await atelier.services.db.tag.createMany({ data: rest.map((tag) => ({ ...tag, workspaceId, colour: "#000000" })) });
  t.match(await ada.mutate(save, { name: "the thousand and first" }), {
    __typename: "ConflictError",
    message: /has 1000 tags; 1000 are the most/,
  });
  t.match(await ada.mutate(tagImages, { imageIds, tags: ["the thousand and first"] }), { __typename: "ConflictError" });
  t.equal(
    (await ada.mutate(save, { name: "tag 1", colour: "#123456" })).tag.colour,
    "#123456",
    "a known one may change",
  );
});

t.test("many who tag, rename and merge at once leave every picture's names right", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const ada = await atelier.signUp("Ada");
  const imageIds = await studio.makeImages(atelier, ada, 4);
  await Promise.all(["a", "b", "c"].map((name) => ada.mutate(save, { name })));
  const [a, b, c] = await tagsOf(ada);
  await Promise.all([
    ada.mutate(tagImages, { imageIds, tags: ["A", "new"] }),
    ada.mutate(tagImages, { imageIds: imageIds.toReversed(), tags: ["b", "NEW"] }),
    ada.mutate(merge, { fromTagId: a.id, intoTagId: b.id }),
    ada.mutate(rename, { tagId: c.id, name: "see" }),
    ada.mutate(tagImages, { imageIds, tags: ["see"] }),
    ada.mutate(untagImages, { imageIds, tags: ["b"] }),
  ]);
  const { data } = await ada.request("{ images { nodes { id tags { name } } } }");
  for (const { id, tags } of data.images.nodes) {
    t.equal((await stored(atelier, id)).tagNames, tags.map(({ name }: { name: string }) => name).join(" "));
  }
  const keys = (await tagsOf(ada)).map(({ name }: { name: string }) => name.toLowerCase());
  t.equal(new Set(keys).size, keys.length);
});

t.test("tags with their counts, and pictures with their tags, are one statement", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const ada = await atelier.signUp("Ada");
  const imageIds = await studio.makeImages(atelier, ada, 5);
  await ada.mutate(tagImages, { imageIds, tags: ["a", "b", "c"] });
  atelier.statements.clear();
  t.equal((await tagsOf(ada)).length, 3);
  t.equal(atelier.statements.all().length, 1, atelier.statements.all().join("\n"));
  atelier.statements.clear();
  const { data } = await ada.request("{ images { nodes { id tags { name imageCount } } } }");
  t.equal(data.images.nodes[4].tags[2].imageCount, 5);
  t.equal(atelier.statements.all().length, 1, atelier.statements.all().join("\n"));
  atelier.statements.clear();
  await ada.mutate(tagImages, { imageIds, tags: ["d"] });
  const reads = atelier.statements.all().filter((sql) => /"tags"|"thumbhash"/.test(sql));
  t.equal(reads.length, 1, "and the answer of a bulk change is read in one");
});
