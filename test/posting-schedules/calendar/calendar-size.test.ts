/** How much a calendar may hold, and what that costs. */
import t from "tap";
import { v7 } from "uuid";
import { openScheduleDesk } from "../../support/schedule-desk.ts";
import { operations, rowIdOf } from "../../support/studio.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- an answer has the shape its query asks for, which only the test knows
type Loose = any;
type Desk = Awaited<ReturnType<typeof openScheduleDesk>>;

const range = `from: "2027-03-01", to: "2027-03-31"`;

async function write(desk: Desk, caption: string, at: string): Promise<string> {
  const made = await (await desk.ada()).mutate(operations.create, {
    ...{ caption, images: [{ imageId: desk.imageIds[0] }], schedule: { at } },
    targets: [{ socialAccountId: desk.accountId }],
  });
  if (made.post === undefined) throw new Error(made.message);
  return made.post.id;
}

const comment = `mutation ($input: CommentOnPostInput!) { commentOnPost(input: $input) { __typename } }`;
const hold = `mutation ($input: HoldPostInput!) { holdPost(input: $input) { __typename ... on Error { message } } }`;
const imageComment = `mutation ($input: CommentOnImageInput!) { commentOnImage(input: $input) { __typename } }`;

/** The tables that statements read first, for whoever looks for the one that is too many. */
const tables = (statements: readonly string[]): string =>
  statements.map((sql) => /from (?:"public"\.)?"?(\w+)/i.exec(sql)?.[1] ?? sql).join(", ");

/** Everything that hangs on a post and has pages or statements of its own. */
const related = {
  "decisions of posts": `decisions(first: 3) { totalCount nodes { kind user { displayName } } }`,
  "comments of posts": `comments(first: 2) { totalCount pageInfo { hasNextPage } nodes { text user { displayName } } } first: comments(last: 1) { nodes { text } }`,
  "decisions and comments of pictures": `images { image { decisions(first: 2) { totalCount nodes { state user { displayName } } }
    comments(first: 2) { totalCount nodes { text } } styleVersion { previewImage { id } style { versions(first: 2) { nodes { number } } } } } }`,
  "the workspace": `workspace { name members(first: 3) { totalCount nodes { role user { displayName } } } invitations(first: 3) { nodes { email } }
    imageCosts(month: "2027-03") { unknownCount } }`,
  "the author": `author { displayName workspaces { name role } }`,
  targets: `targets { status awaitsApproval risk { code } preview { text images { url } } attempts { number evidence { what } } }`,
  "accounts, links and numbers": `contentHash targets { analytics { latest { metric } lastDay { metric } }
    socialAccount { nextSlots(first: 2) { at } slots { time } } } reviewLinks { label } analytics { targets }`,
};

t.test("what hangs on posts takes the same few statements, however many posts a calendar shows", async (t) => {
  const desk = await openScheduleDesk(t, { pictures: 1 });
  const { statements } = desk.atelier;
  const ask = async (selection: string): Promise<{ entries: Loose[]; count: number }> => {
    const ada = await desk.ada();
    statements.clear();
    const { data, errors } = await ada.request(
      `{ calendar(${range}) { days { entries { post { caption ${selection} } } } } }`,
    );
    t.equal(errors, undefined, JSON.stringify(errors));
    return { entries: data.calendar.days.flatMap((day: Loose) => day.entries), count: statements.all().length };
  };
  const talk = async (caption: string, at: string, words: readonly string[]) => {
    const postId = await write(desk, caption, at);
    for (const text of words) {
      desk.atelier.clock.advance(1_000);
      await (await desk.ada()).mutate(comment, { postId, text });
    }
    return postId;
  };
  const held = await talk("First.", "2027-03-02T10:00:00Z", ["One.", "Two.", "Three."]);
  await (await desk.ada()).mutate(hold, { postId: held });
  await (await desk.ada()).mutate(imageComment, { imageId: desk.imageIds[0], text: "Nice." });
  const few = new Map<string, number>();
  for (const [what, selection] of Object.entries(related)) few.set(what, (await ask(selection)).count);
  for (let day = 3; day <= 9; day += 1) await talk(`Day ${day}.`, `2027-03-0${day}T10:00:00Z`, [`Said on ${day}.`]);
  for (const [what, selection] of Object.entries(related)) {
    const { count } = await ask(selection);
    t.equal(count, few.get(what), `${what}: ${tables(statements.all())}`);
  }
  const { entries } = await ask(related["comments of posts"]);
  t.match(entries[0].post, {
    comments: { totalCount: 3, pageInfo: { hasNextPage: true }, nodes: [{ text: "Three." }, { text: "Two." }] },
    first: { nodes: [{ text: "One." }] },
  });
  t.match(entries[7].post.comments, {
    ...{ totalCount: 1, pageInfo: { hasNextPage: false } },
    nodes: [{ text: "Said on 9.", user: { displayName: "Ada" } }],
  });
  const [first, second] = (await ask(related["decisions of posts"])).entries;
  t.match(first.post.decisions, { totalCount: 1, nodes: [{ kind: "HELD", user: { displayName: "Ada" } }] });
  t.match(second.post.decisions, { totalCount: 0, nodes: [] });
});

t.test("other names for its fields change nothing about its statements", async (t) => {
  const desk = await openScheduleDesk(t, { pictures: 1 });
  const { statements } = desk.atelier;
  const ada = await desk.ada();
  const named = `{ c: calendar(${range}) { d: days { e: entries { p: post { t: targets { a: socialAccount { handle } } } o: occurrence { s: schedule { name } }
    accounts: socialAccounts { workspace { name } } } q: quotas { who: socialAccount { workspace { name } } } } } }`;
  const count = async () => {
    statements.clear();
    const { errors } = await ada.request(named);
    t.equal(errors, undefined);
    return statements.all().length;
  };
  await desk.create();
  await write(desk, "First.", "2027-03-02T10:00:00Z");
  const few = await count();
  for (let day = 3; day <= 6; day += 1) await write(desk, `Day ${day}.`, `2027-03-0${day}T10:00:00Z`);
  await desk.create({ name: "Daily", recurrence: { rule: { text: "FREQ=DAILY", firstAt: "2027-03-01T12:00" } } });
  t.equal(await count(), few, tables(statements.all()));
});

/** Writes many posts at once, one every half hour from the first of March, each on the desk's account. */
async function writeMany(desk: Desk, count: number): Promise<void> {
  const { db } = desk.atelier.services;
  const socialAccountId = rowIdOf(desk.accountId);
  const { workspaceId } = await db.socialAccount.findUniqueOrThrow({ where: { id: socialAccountId } });
  const imageId = rowIdOf(desk.imageIds[0] ?? "");
  const posts = Array.from({ length: count }, (_, n) => ({
    ...{ id: v7(), workspaceId, caption: `Post ${n}.`, scheduledAt: new Date(Date.UTC(2027, 2, 1, 0, n * 20)) },
  }));
  await db.post.createMany({ data: posts });
  await db.postImage.createMany({ data: posts.map(({ id: postId }) => ({ postId, imageId, position: 0 })) });
  await db.postTarget.createMany({
    data: posts.map(({ id: postId, scheduledAt }) => ({
      ...{ postId, workspaceId, socialAccountId, scheduledAt, position: 0, status: "SCHEDULED" as const },
    })),
  });
}

const ordinary = `timeZone attention { id handle state } days { date quotas { used allowed left socialAccount { handle } }
  entries { at localTime notes clashes { at postId } socialAccounts { id handle platform }
    post { id caption status images { image { id thumb: url(variant: THUMB) } }
      targets { id status socialAccount { id handle platform } } } occurrence { id localTime state } } }`;

t.test("a full month passes, and what asks too much of each of its posts is told so", async (t) => {
  const desk = await openScheduleDesk(t, { pictures: 1 });
  await writeMany(desk, 1_200);
  const ada = await desk.ada();
  const started = performance.now();
  const { data, errors } = await ada.request(`{ calendar(${range}) { ${ordinary} } }`);
  t.comment(`${Math.round(performance.now() - started)} ms`);
  t.equal(errors, undefined, JSON.stringify(errors));
  const entries = data.calendar.days.flatMap((day: Loose) => day.entries);
  t.equal(entries.length, 1_200);
  t.match(entries[1_199].post, { caption: "Post 1199.", targets: [{ socialAccount: { handle: "ada" } }] });
  const post = `post { id caption status version approvalState createdAt updatedAt scheduledAt author { id displayName }
    workspace { id name timeZone reviewPolicy postApprovalPolicy version createdAt isPersonal role } }`;
  const refused = await ada.request(`{ calendar(${range}) { days { entries { one: ${post} two: ${post} } } } }`);
  t.match(refused, {
    data: { calendar: null },
    errors: [{ message: /makes the answer too large/, extensions: { code: "LIMIT_EXCEEDED", limit: "answerFields" } }],
  });
  t.equal(refused.errors?.length, 1);
});
