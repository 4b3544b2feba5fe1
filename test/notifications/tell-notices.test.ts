import t from "tap";
import { tellNotices } from "../../src/notifications/tell-notices.ts";
import type { PublishOutcome } from "../../src/platforms/publication.ts";
import { joinWorkspace, openAtelier, type Person, personalWorkspace } from "../support/atelier.ts";
import { openDesk } from "../support/publishing-desk.ts";
import { standInProvider } from "../support/stand-ins.ts";
import * as studio from "../support/studio.ts";
import { newWorkspace, operations } from "../support/team.ts";

const list = `query ($filter: NotificationFilter) { unreadNotificationCount
  notifications(filter: $filter) { nodes { kind title body count subjectIds workspaceId readAt } } }`;

const told = async (person: Person, filter: object = {}) =>
  (await person.request(list, { filter })).data.notifications.nodes;

async function team(t: Parameters<typeof openAtelier>[0]) {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const [ada, rob, eve, vic] = await Promise.all(["Ada", "Rob", "Eve", "Vic"].map((name) => atelier.signUp(name)));
  if (!ada || !rob || !eve || !vic) throw new Error("Somebody is missing.");
  await joinWorkspace(atelier, rob, ada, "REVIEWER");
  await joinWorkspace(atelier, eve, ada, "EDITOR");
  await joinWorkspace(atelier, vic, ada, "VIEWER");
  const workspaceId = await personalWorkspace(ada);
  const make = async (person: Person, count: number) => {
    const made = await person.mutate(studio.operations.generate, { prompt: "a lighthouse", count, workspaceId });
    await atelier.drain();
    return made.images.map(({ id }: { id: string }) => id);
  };
  return { atelier, ada, rob, eve, vic, workspaceId, make, tell: () => tellNotices(atelier.services) };
}

t.test("pictures of one request are one notification, for whoever asked, and wait for those who review", async (t) => {
  const { ada, rob, eve, vic, workspaceId, make, tell } = await team(t);
  const ids = await make(eve, 8);
  t.equal(await tell(), 16);
  const [ready, ...none] = await told(eve);
  t.match(ready, { kind: "IMAGE_READY", title: "8 pictures are ready", body: /a lighthouse/, count: 8, workspaceId });
  t.same(ready.subjectIds.toSorted(), ids.toSorted());
  t.same(none, []);
  for (const reviewer of [ada, rob]) {
    t.match(await told(reviewer), [{ kind: "IMAGE_AWAITING_REVIEW", title: "8 pictures await your review", count: 8 }]);
  }
  t.same(await told(vic), []);
  t.equal(await tell(), 0, "once");
  t.equal((await told(eve)).length, 1);
});

t.test("what is not read yet grows; what is read stays and a new one begins", async (t) => {
  const { atelier, ada, rob, eve, make, tell } = await team(t);
  const imageIds = await make(eve, 3);
  await tell();
  const decide = (person: Person, ids: string[]) =>
    person.mutate(studio.operations.review, { imageIds: ids, decision: "APPROVE" });
  await decide(rob, imageIds.slice(0, 2));
  await tell();
  await decide(ada, imageIds.slice(1));
  await tell();
  const reviewed = { kinds: ["IMAGE_REVIEWED"] };
  t.match(await told(eve, reviewed), [{ title: "3 pictures were approved", count: 3 }], "the same picture counts once");
  t.same(await told(rob, reviewed), [], "nobody is told of what they did, nor of what concerns others");
  await eve.mutate(
    "mutation ($input: MarkNotificationsReadInput!) { markNotificationsRead(input: $input) { __typename } }",
    {
      before: atelier.clock.now().toISOString(),
    },
  );
  await decide(rob, imageIds);
  await tell();
  const counts = (await told(eve, reviewed)).map(({ count, readAt }: { count: number; readAt: string | null }) => [
    count,
    readAt !== null,
  ]);
  t.same(counts.toSorted(), [
    [3, false],
    [3, true],
  ]);
  const script = await atelier.apiToken(eve, ["images:read"]);
  t.match((await script.request("{ unreadNotificationCount }")).errors, [{ extensions: { code: "FORBIDDEN" } }]);
});

t.test("one's own review is no news, and without the gate nobody is asked to review", async (t) => {
  const { atelier, ada, eve, make, tell } = await team(t);
  const imageIds = await make(ada, 1);
  await ada.mutate(studio.operations.review, { imageIds, decision: "REJECT", reason: "Too dark." });
  await tell();
  t.match(await told(ada), [{ kind: "IMAGE_READY" }]);
  t.equal((await told(ada)).length, 1);
  await atelier.services.db.workspace.updateMany({ data: { reviewPolicy: "NONE" } });
  await make(eve, 1);
  await tell();
  t.same(await told(ada, { kinds: ["IMAGE_AWAITING_REVIEW"] }), []);
});

t.test("several tellers at once tell everybody once", async (t) => {
  const { eve, ada, make, tell } = await team(t);
  for (let n = 0; n < 3; n += 1) await make(eve, 8);
  const counts = await Promise.all([tell(), tell(), tell(), tell()]);
  t.equal(
    counts.reduce((sum, count) => sum + count, 0),
    48,
  );
  t.same(
    (await told(eve)).map(({ count }: { count: number }) => count),
    [8, 8, 8],
  );
  t.same(
    (await told(ada)).map(({ count }: { count: number }) => count),
    [8, 8, 8],
  );
});

t.test("who left a workspace, or lost what it takes, is told no more and sees nothing of it", async (t) => {
  const { atelier, rob, eve, make, tell } = await team(t);
  await make(eve, 1);
  await tell();
  t.equal((await told(rob)).length, 1);
  await make(eve, 1);
  await atelier.services.db.member.deleteMany({ where: { userId: studio.rowIdOf(rob.id) } });
  await tell();
  t.same(await told(rob), []);
  t.equal((await rob.request("{ unreadNotificationCount }")).data.unreadNotificationCount, 0);
  t.equal(await atelier.services.db.notification.count({ where: { userId: studio.rowIdOf(rob.id) } }), 1);
});

t.test("whoever is invited is told, where the address is known to be theirs", async (t) => {
  const { atelier, ada, tell } = await team(t);
  const [bob, zoe] = [await atelier.signUp("Bob"), await atelier.signUp("Zoe")];
  await atelier.services.db.user.update({
    where: { id: studio.rowIdOf(bob.id) },
    data: { emailVerifiedAt: atelier.clock.now() },
  });
  const workspaceId = await newWorkspace(ada, "Studio Nord");
  for (const { email } of [bob, zoe]) await ada.mutate(operations.inviteMember, { workspaceId, email, role: "EDITOR" });
  await tell();
  t.match(await told(bob), [{ kind: "INVITATION", title: "You are invited into Studio Nord", workspaceId }]);
  t.same(await told(zoe), [], "anybody may claim an address");
});

const ends: readonly (readonly [PublishOutcome, readonly string[]])[] = [
  [{ kind: "published", externalId: "1", permalink: "https://example.org/1" }, ["POST_PUBLISHED"]],
  [{ kind: "refused", code: "TOO_LONG", message: "The text is too long." }, ["POST_FAILED"]],
  [{ kind: "unauthorized", message: "The token is no longer valid." }, ["ACCOUNT_NEEDS_RECONNECT", "POST_FAILED"]],
];

for (const [outcome, kinds] of ends) {
  t.test(`a send that ends ${outcome.kind} is told as ${kinds.join(" and ")}`, async (t) => {
    const desk = await openDesk(t);
    desk.platform.publish = () => Promise.resolve(outcome);
    await desk.publishNow();
    await desk.drain();
    await tellNotices(desk.atelier.services);
    const all = await told(await desk.atelier.signIn(desk.ada));
    const found = all.map(({ kind }: { kind: string }) => kind).filter((kind: string) => !kind.startsWith("IMAGE"));
    t.same(found.toSorted(), kinds);
    const failed = all.find(({ kind }: { kind: string }) => kind === "POST_FAILED");
    if (failed) t.match(failed.body, "message" in outcome ? outcome.message : "");
  });
}

t.test("a scheduled post whose picture is rejected is at risk, and its author is told", async (t) => {
  const { atelier, ada, postId, imageId } = await openDesk(t);
  const at = new Date(atelier.clock.now().getTime() + 3_600_000).toISOString();
  t.match(await ada.mutate(studio.operations.schedule, { postId, schedule: { at } }), {
    __typename: "SchedulePostSuccess",
  });
  const rob = await atelier.signUp("Rob");
  await joinWorkspace(atelier, rob, ada, "REVIEWER");
  await rob.mutate(studio.operations.review, { imageIds: [imageId], decision: "REJECT", reason: "No." });
  await tellNotices(atelier.services);
  t.match(await told(ada, { kinds: ["POST_AT_RISK"] }), [{ title: /will not go out/, subjectIds: [postId] }]);
  t.same(await told(rob, { kinds: ["POST_AT_RISK"] }), []);
});
