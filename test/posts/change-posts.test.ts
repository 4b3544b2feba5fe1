import t from "tap";
import { openAtelier } from "../support/atelier.ts";
import { standInPlatform, standInProvider } from "../support/stand-ins.ts";
import * as studio from "../support/studio.ts";

const { create } = studio.operations;
const results = `results { __typename ... on Error { code message } ... on ValidationError { issues { path code } }
  ... on PostChangeSuccess { post { id status scheduledAt } } }`;
const errors = "... on Error { code message } ... on ValidationError { issues { path code message } }";
const reschedule = `mutation ($input: ReschedulePostsInput!) { reschedulePosts(input: $input) { __typename ${errors}
  ... on ReschedulePostsSuccess { ${results} } } }`;
const cancel = `mutation ($input: CancelPostsInput!) { cancelPosts(input: $input) { __typename ${errors}
  ... on CancelPostsSuccess { ${results} } } }`;
const list = `query ($filter: PostFilter, $orderBy: PostOrder! = CREATED_ASC, $first: Int, $after: String) {
  posts(filter: $filter, orderBy: $orderBy, first: $first, after: $after) { totalCount nodes { caption } pageInfo { endCursor } } }`;

async function open(t: Parameters<typeof openAtelier>[0]) {
  const atelier = await openAtelier(t, { providers: standInProvider(), ...standInPlatform() });
  const ada = await atelier.signUp("Ada");
  const imageIds = await studio.approvedImages(atelier, ada, 2);
  const accounts = [await studio.connectGallery(ada, "one"), await studio.connectGallery(ada, "two")];
  const later = (minutes: number) => new Date(atelier.clock.now().getTime() + minutes * 60_000).toISOString();
  const write = async (caption: string, minutes: number | null, account = 0) => {
    const at = minutes === null ? {} : { schedule: { at: later(minutes) } };
    const targets = [{ socialAccountId: accounts[account] }];
    return (await ada.mutate(create, { caption, images: [{ imageId: imageIds[0] }], targets, ...at })).post.id;
  };
  return { atelier, ada, imageIds, accounts, later, write };
}

t.test("many posts move at once, each with its own result", async (t) => {
  const { ada, later, write } = await open(t);
  const [first, second, draft] = [await write("1", 60), await write("2", 120), await write("3", null)];
  const missing = studio.missingId("Post");
  const moved = await ada.mutate(reschedule, { postIds: [first, draft, missing, second], move: { byMinutes: 30 } });
  t.match(moved.results, [
    { post: { id: first, scheduledAt: later(90) } },
    { __typename: "ConflictError", message: /targets are DRAFT/ },
    { __typename: "NotFoundError" },
    { post: { id: second, scheduledAt: later(150) } },
  ]);
  t.match(await ada.mutate(reschedule, { postIds: [first, second], move: { byMinutes: -100 } }), {
    results: [
      { __typename: "ValidationError", issues: [{ path: ["move"], code: "IN_THE_PAST" }] },
      { post: { scheduledAt: later(50) } },
    ],
  });
  t.match(await ada.mutate(reschedule, { postIds: [first, second], move: { to: later(10) } }), {
    results: [{ post: { scheduledAt: later(10) } }, { post: { scheduledAt: later(10) } }],
  });
  t.match(await ada.mutate(cancel, { postIds: [first, draft] }), {
    results: [{ post: { status: "CANCELLED" } }, { post: { status: "CANCELLED" } }],
  });
  t.match(await ada.mutate(cancel, { postIds: [] }), { __typename: "ValidationError" });
});

t.test("moving posts to where one like them is asks, as scheduling does", async (t) => {
  const { ada, later, write } = await open(t);
  const day = 24 * 60;
  const [early, late] = [await write("A boat.", day), await write("A boat.", 40 * day)];
  const move = { to: later(20 * day) };
  const refused = await ada.mutate(reschedule, { postIds: [late], move });
  t.match(refused.results, [{ __typename: "DuplicatePostError", code: "DUPLICATE_POST", message: /allowDuplicate/ }]);
  t.match(await ada.mutate(reschedule, { postIds: [early], move: { byMinutes: 30 } }), {
    results: [{ post: { scheduledAt: later(day + 30) } }],
  });
  t.match(await ada.mutate(reschedule, { postIds: [late], move, allowDuplicate: true }), {
    results: [{ post: { id: late, scheduledAt: later(20 * day) } }],
  });
});

t.test("posts are filtered and ordered, a page in one statement", async (t) => {
  const { atelier, ada, imageIds, accounts, later, write } = await open(t);
  await write("Sea at dawn", 60);
  await write("Sea at dusk", 30, 1);
  await write("A forest", null);
  const ask = async (filter: Record<string, unknown>, orderBy = "CREATED_ASC") => {
    atelier.statements.clear();
    const answer = await ada.request(list, { filter, orderBy });
    t.equal(atelier.statements.all().filter((sql) => !sql.includes("count(")).length <= 2, true);
    return answer.data?.posts?.nodes.map(({ caption }: { caption: string }) => caption) ?? answer.errors?.[0]?.message;
  };
  t.same(await ask({ status: ["SCHEDULED"] }), ["Sea at dawn", "Sea at dusk"]);
  t.same(await ask({ status: ["DRAFT"] }), ["A forest"]);
  t.same(await ask({ text: "SEA" }), ["Sea at dawn", "Sea at dusk"]);
  t.same(await ask({ text: "100%" }), [], "signs of patterns are plain text");
  t.same(await ask({ socialAccountIds: [accounts[1]] }), ["Sea at dusk"]);
  t.same(await ask({ platforms: ["showcase"], scheduledBefore: later(45) }), ["Sea at dusk"]);
  t.same(await ask({ imageIds: [imageIds[1]] }), []);
  t.same(await ask({}, "SCHEDULED_ASC"), ["Sea at dusk", "Sea at dawn"], "those with a time alone");
  t.same(await ask({}, "SCHEDULED_DESC"), ["Sea at dawn", "Sea at dusk"]);
  t.same(await ask({ authorIds: [ada.id], createdFrom: later(-1) }), ["Sea at dawn", "Sea at dusk", "A forest"]);
  t.same(await ask({ createdBefore: later(-1) }), []);
  t.same(await ask({ authorIds: [studio.missingId("User")] }), []);

  await atelier.services.db.postTarget.updateMany({
    where: { socialAccountId: studio.rowIdOf(accounts[1] ?? "") },
    data: { status: "PUBLISHED" },
  });
  const [both] = await atelier.services.db.postTarget.findMany({ where: { status: "SCHEDULED" } });
  const { postId = "", workspaceId = "" } = both ?? {};
  const socialAccountId = studio.rowIdOf(accounts[1] ?? "");
  await atelier.services.db.postTarget.create({
    data: { postId, workspaceId, socialAccountId, position: 1, status: "PUBLISHED" },
  });
  t.same(await ask({ status: ["PUBLISHED"] }), ["Sea at dawn", "Sea at dusk"], "of one target");
  t.same(await ask({ statuses: ["PUBLISHED"] }), ["Sea at dusk"], "of the whole");
  t.same(await ask({ statuses: ["SCHEDULED", "DRAFT"], text: "sea" }), ["Sea at dawn"]);

  const faultOf = async (filter: object) => {
    const { errors: [found] = [] } = await ada.request(list, { filter });
    return found?.extensions["issues"];
  };
  t.match(await faultOf({ platforms: ["showcase", "myspace"] }), [
    {
      path: ["filter", "platforms", "1"],
      code: "UNKNOWN_PLATFORM",
      message: /"myspace" is no platform. There are showcase/,
    },
  ]);
  t.match(await faultOf({ text: "x".repeat(201) }), [{ path: ["filter", "text"], code: "TOO_LONG" }]);
  for (const [from, before] of [
    ["scheduledFrom", "scheduledBefore"],
    ["createdFrom", "createdBefore"],
  ] as const) {
    t.match(await faultOf({ [from]: later(5), [before]: later(5) }), [
      { path: ["filter", before], code: "INVALID_RANGE" },
    ]);
  }
  const first = await ada.request(list, { orderBy: "SCHEDULED_ASC", first: 1 });
  const next = await ada.request(list, {
    ...{ orderBy: "SCHEDULED_ASC", first: 1, after: first.data.posts.pageInfo.endCursor },
  });
  t.same([first.data.posts.nodes[0].caption, next.data.posts.nodes[0].caption], ["Sea at dusk", "Sea at dawn"]);
});
