import t from "tap";
import { openAtelier } from "../support/atelier.ts";
import { standInPlatform, standInProvider } from "../support/stand-ins.ts";
import { approvedImages, connectGallery, operations, rowIdOf } from "../support/studio.ts";

const day = 24 * 60 * 60_000;
const errors = "... on Error { code message } ... on DuplicatePostError { postIds }";
const create = operations.create.replace("... on ImageNotApprovedError", "... on DuplicatePostError { postIds } $&");
const schedule = operations.schedule.replace(
  "... on ImageNotApprovedError",
  "... on DuplicatePostError { postIds } $&",
);
const update = `mutation ($input: UpdatePostInput!) { updatePost(input: $input) { __typename ${errors}
  ... on UpdatePostSuccess { post { status } } } }`;
const validate = `query ($input: ValidatePostInput!) { validatePost(input: $input) {
  isValid warnings { path code message } } }`;

async function open(t: Parameters<typeof openAtelier>[0]) {
  const platform = standInPlatform();
  const atelier = await openAtelier(t, { providers: standInProvider(), platforms: platform.platforms });
  const ada = await atelier.signUp("Ada");
  const [imageId = "", otherId = ""] = await approvedImages(atelier, ada, 2);
  const account = await connectGallery(ada, "ada");
  const other = await connectGallery(ada, "ada-too");
  const ahead = (days: number) => new Date(atelier.clock.now().getTime() + days * day).toISOString();
  const content = { caption: "A boat.", images: [{ imageId }], targets: [{ socialAccountId: account }] };
  const write = async (changes: object = {}) =>
    (await atelier.signIn(ada)).mutate(create, { ...content, schedule: { at: ahead(1) }, ...changes });
  return { atelier, ada, imageId, otherId, account, other, ahead, content, write };
}

t.test("the same text and pictures on the same account within 30 days take a word of consent", async (t) => {
  const { ada, write, ahead, imageId, otherId, other, account, content } = await open(t);
  const first = await write();
  t.match(first, { __typename: "CreatePostSuccess" });
  const refused = await write({ caption: "A  boat.\n", schedule: { at: ahead(20) } });
  t.match(refused, {
    ...{ __typename: "DuplicatePostError", code: "DUPLICATE_POST", postIds: [first.post.id] },
    message: /ada has a post with this text and these pictures planned for .*allowDuplicate/,
  });
  t.match(await write({ schedule: { at: ahead(32) } }), { __typename: "CreatePostSuccess" }, "a month later");
  const differences = [
    { caption: "A ship." },
    { images: [{ imageId }, { imageId: otherId }] },
    { targets: [{ socialAccountId: other }] },
    { targets: [{ socialAccountId: account, caption: "Its own." }] },
  ];
  for (const difference of differences) t.match(await write(difference), { __typename: "CreatePostSuccess" });
  const { data } = await ada.request(validate, { input: { content } });
  t.match(data.validatePost, {
    isValid: true,
    warnings: [{ path: ["targets", "0"], code: "DUPLICATE_POST", message: /ada has a post/ }],
  });
  t.match(await write({ allowDuplicate: true }), { __typename: "CreatePostSuccess" });
});

t.test("what was published counts, what was cancelled does not", async (t) => {
  const { atelier, ada, write } = await open(t);
  const { post } = await write();
  await ada.mutate(operations.cancel, { postId: post.id });
  const second = await write({ schedule: { now: true } });
  t.match(second, { __typename: "CreatePostSuccess" });
  await atelier.drain();
  atelier.clock.advance(29 * day);
  t.match(await write({ schedule: { now: true } }), {
    __typename: "DuplicatePostError",
    message: /ada has had a post with this text/,
    postIds: [second.post.id],
  });
  atelier.clock.advance(2 * day);
  t.match(await write({ schedule: { now: true } }), { __typename: "CreatePostSuccess" });
});

t.test("drafts are free; scheduling and editing them ask", async (t) => {
  const { ada, write, ahead, atelier } = await open(t);
  await write();
  const draft = await write({ schedule: null });
  const postId = draft.post.id;
  const at = { at: ahead(2) };
  t.match(await ada.mutate(schedule, { postId, schedule: at }), { __typename: "DuplicatePostError" });
  t.match(await ada.mutate(schedule, { postId, schedule: at, allowDuplicate: true }), {
    post: { status: "SCHEDULED" },
  });
  t.match(await ada.mutate(schedule, { postId, schedule: { at: ahead(3) } }), { __typename: "DuplicatePostError" });
  const third = await write({ caption: "A ship.", schedule: at });
  const edit = { postId: third.post.id, expectedVersion: 1, caption: "A boat." };
  t.match(await ada.mutate(update, edit), { __typename: "DuplicatePostError" });
  t.match(await atelier.services.db.post.findUnique({ where: { id: rowIdOf(third.post.id) } }), { caption: "A ship." });
  t.match(await ada.mutate(update, { ...edit, allowDuplicate: true }), { post: { status: "SCHEDULED" } });
});
