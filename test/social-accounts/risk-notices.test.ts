import t from "tap";
import { tellNotices } from "../../src/notifications/tell-notices.ts";
import { sweepAccounts } from "../../src/social-accounts/refresh/sweep-accounts.ts";
import { sweepRisks } from "../../src/social-accounts/risk-notices.ts";
import { type AccountDesk, accessLife, openAccountDesk } from "../support/account-desk.ts";
import { actOnAccount } from "../support/account-operations.ts";
import { joinWorkspace, type Person } from "../support/atelier.ts";
import { approvedImages, operations, personalWorkspace, rowIdOf } from "../support/studio.ts";

const minute = 60_000;
const hour = 60 * minute;
const list = `query ($filter: NotificationFilter) { notifications(filter: $filter) { nodes { title count subjectIds } } }`;

/** Ada, who owns the accounts, and Eve, whose posts wait for them. */
async function openOffice(t: Parameters<typeof openAccountDesk>[0]) {
  const desk = await openAccountDesk(t);
  const { atelier } = desk;
  const socialAccountId = await desk.connect();
  const eve = await atelier.signUp("Eve");
  await joinWorkspace(atelier, eve, desk.ada, "EDITOR");
  const workspaceId = await personalWorkspace(desk.ada);
  const [imageId = ""] = await approvedImages(atelier, desk.ada);
  /** A post of Eve's that is due in so many hours; answers its id. */
  const post = async (hours: number): Promise<string> => {
    const at = new Date(atelier.clock.now().getTime() + hours * hour).toISOString();
    const input = { caption: `In ${hours} hours`, images: [{ imageId }], targets: [{ socialAccountId }], workspaceId };
    const made = await (await atelier.signIn(eve)).mutate(operations.create, { ...input, schedule: { at } });
    if (made.post === undefined) throw new Error(made.message);
    return made.post.id;
  };
  const told = async (person: Person): Promise<string[]> => {
    await tellNotices(atelier.services);
    const again = await atelier.signIn(person);
    const { data } = await again.request(list, { filter: { kinds: ["POST_AT_RISK"] } });
    return data.notifications.nodes.flatMap(({ subjectIds }: { subjectIds: string[] }) => subjectIds).toSorted();
  };
  const act = async (verb: "Pause" | "Resume") => {
    const answer = await (await atelier.signIn(desk.ada)).mutate(actOnAccount(verb), { socialAccountId });
    if (answer.socialAccount === undefined) throw new Error(answer.message);
  };
  return { desk, eve, post, told, act, socialAccountId };
}

async function pass({ atelier }: AccountDesk, milliseconds: number) {
  atelier.clock.advance(milliseconds);
  await sweepAccounts(atelier.services);
  await atelier.drain();
}

t.test(
  "pausing an account is told to those whose posts wait, not to whoever paused it; later ones when they come near",
  async (t) => {
    const { desk, eve, post, told, act } = await openOffice(t);
    const [soon, later] = [await post(24), await post(72)];
    t.same(await told(eve), []);
    await act("Pause");
    t.same(await told(eve), [soon]);
    t.same(await told(desk.ada), [], "it was her own wish");
    t.equal(await sweepRisks(desk.atelier.services), 1);
    t.same(await told(eve), [soon], "once");

    desk.atelier.clock.advance(25 * hour);
    // The first is over; the other one has come within 48 hours.
    await desk.atelier.services.db.postTarget.updateMany({
      where: { dueAt: { lte: desk.atelier.clock.now() } },
      data: { status: "MISSED", dueAt: null },
    });
    t.equal(await sweepRisks(desk.atelier.services), 1);
    t.same(await told(eve), [soon, later].toSorted());
    t.equal(await desk.atelier.services.db.notice.count({ where: { kind: "POST_AT_RISK" } }), 2);
    await act("Resume");
    t.equal(await sweepRisks(desk.atelier.services), 0, "resumed, nothing is at risk");
    await act("Pause");
    await told(eve);
    t.equal(
      await desk.atelier.services.db.notice.count({ where: { kind: "POST_AT_RISK" } }),
      3,
      "another pause is told",
    );
  },
);

t.test("what waits for approval, or for pictures, is at risk with its account like what is scheduled", async (t) => {
  const { desk, eve, post, told, act } = await openOffice(t);
  const { db } = desk.atelier.services;
  const posts = [await post(20), await post(24)].toSorted();
  for (const [index, status] of (["AWAITING_APPROVAL", "AWAITING_IMAGES"] as const).entries()) {
    const where = { postId: rowIdOf(posts[index] ?? "") };
    await db.postTarget.updateMany({ where, data: { status, dueAt: null } });
  }
  await act("Pause");
  t.same(await told(eve), posts);
  t.equal(await sweepRisks(desk.atelier.services), 2);
  const events = () => db.event.count({ where: { entityId: { in: posts.map(rowIdOf) } } });
  const before = await events();
  await desk.atelier.drain();
  t.equal(await events(), before + 2, "those who watch the posts hear of it");
});

t.test(
  "access that ends before a post is due, and was not renewed, is told; posts before that are not at risk",
  async (t) => {
    const { desk, eve, post, told } = await openOffice(t);
    desk.square.refresh = () => Promise.resolve({ kind: "unavailable", message: "Square is down." });
    await post(1.9);
    const after = await post(4);
    await pass(desk, accessLife - 25 * minute);
    t.same(await told(eve), [], "there is time to renew it");
    await pass(desk, 15 * minute);
    t.match(await desk.atelier.services.db.socialAccount.findFirst(), { state: "EXPIRING" });
    t.same(await told(eve), [after]);
    t.same(await told(desk.ada), [after], "and by her who could connect it again");
    await pass(desk, 4 * minute);
    t.same(await told(eve), [after], "and once, however often renewing fails");
  },
);

t.test("an account that must be connected again is told once for each post, whoever notices first", async (t) => {
  const { desk, eve, post, told } = await openOffice(t);
  desk.square.refresh = () =>
    Promise.resolve({ kind: "unauthorized", message: "Square no longer knows this sign-in." });
  const [soon] = [await post(24), await post(72)];
  await pass(desk, accessLife - 20 * minute);
  t.same(await told(eve), [soon]);
  t.equal(await sweepRisks(desk.atelier.services), 1);
  t.same(await told(eve), [soon]);
  t.equal(await desk.atelier.services.db.notice.count({ where: { kind: "POST_AT_RISK" } }), 1);
});
