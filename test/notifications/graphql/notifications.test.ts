import t from "tap";
import { forgetNotifications } from "../../../src/notifications/forget-notifications.ts";
import { openAtelier } from "../../support/atelier.ts";
import { peopleOnly } from "../../support/people.ts";
import { missingId } from "../../support/studio.ts";
import { tell } from "../../support/told.ts";

const page = `query ($first: Int, $after: String, $filter: NotificationFilter) {
  notifications(first: $first, after: $after, filter: $filter) { totalCount nodes { id kind readAt lastAt } pageInfo { hasNextPage endCursor } } }`;
const mark = `mutation ($input: MarkNotificationsReadInput!) { markNotificationsRead(input: $input) { __typename
  ... on Error { code message } ... on ValidationError { issues { path code message } }
  ... on MarkNotificationsReadSuccess { marked unreadNotificationCount } } }`;

t.test("pages follow each other without gap or double, in one statement", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  await tell(atelier, ada, { count: 5 });
  const seen: string[] = [];
  let after: string | null = null;
  do {
    atelier.statements.clear();
    const { data } = await ada.request(page.replace("totalCount", ""), { first: 2, after });
    t.equal(atelier.statements.all().length, 1);
    seen.push(...data.notifications.nodes.map(({ id }: { id: string }) => id));
    after = data.notifications.pageInfo.hasNextPage ? data.notifications.pageInfo.endCursor : null;
  } while (after !== null);
  t.equal(seen.length, 5);
  t.equal(new Set(seen).size, 5);
  atelier.statements.clear();
  t.match((await ada.request("{ unreadNotificationCount }")).data, { unreadNotificationCount: 5 });
  t.equal(atelier.statements.all().length, 1);
});

t.test("the list is narrowed to kinds and to what is not read", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  await tell(atelier, ada, { count: 2 });
  await tell(atelier, ada, { kind: "POST_FAILED" });
  const find = async (filter: object) => (await ada.request(page, { filter })).data.notifications;
  t.match(await find({ kinds: ["POST_FAILED"] }), { totalCount: 1, nodes: [{ kind: "POST_FAILED" }] });
  const ids = (await find({ kinds: ["IMAGE_READY"] })).nodes.map(({ id }: { id: string }) => id);
  t.match(await ada.mutate(mark, { ids: [ids[0], ids[0]] }), { marked: 1, unreadNotificationCount: 2 });
  t.match(await ada.mutate(mark, { ids }), { marked: 1, unreadNotificationCount: 1 }, "twice is no fault");
  t.match(await find({ unread: true }), { totalCount: 1 });
  t.match(await find({ unread: false }), { totalCount: 2, nodes: [{ readAt: atelier.clock.now().toISOString() }] });
  t.match(await find({}), { totalCount: 3 });
});

t.test("all up to a moment are marked at once, and what came later is not", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  await tell(atelier, ada, { count: 3 });
  const before = atelier.clock.now().toISOString();
  atelier.clock.advance(1_000);
  await tell(atelier, ada);
  t.match(await ada.mutate(mark, { before }), { marked: 3, unreadNotificationCount: 1 });
});

t.test("what is not one's own is refused, and nothing is marked", async (t) => {
  const atelier = await openAtelier(t);
  const [ada, bob] = [await atelier.signUp("Ada"), await atelier.signUp("Bob")];
  await tell(atelier, ada);
  await tell(atelier, bob);
  const idOf = async (person: typeof ada) => (await person.request(page)).data.notifications.nodes[0].id;
  const [mine, theirs] = [await idOf(ada), await idOf(bob)];
  const notThere = { __typename: "NotFoundError", message: /no such notification/ };
  t.match(await ada.mutate(mark, { ids: [mine, theirs] }), notThere);
  t.match(await ada.mutate(mark, { ids: [missingId("Notification")] }), notThere);
  t.match(await ada.mutate(mark, { ids: ["nonsense"] }), { issues: [{ path: ["ids", "0"], code: "INVALID_ID" }] });
  t.match(await ada.mutate(mark, { ids: [] }), { issues: [{ path: ["ids"], code: "TOO_FEW" }] });
  t.match(await ada.mutate(mark, { ids: Array.from({ length: 101 }, () => mine) }), { issues: [{ code: "TOO_MANY" }] });
  t.match((await ada.request("{ unreadNotificationCount }")).data, { unreadNotificationCount: 1 });
  t.equal((await ada.request("query ($id: ID!) { node(id: $id) { id } }", { id: theirs })).data.node, null);
  t.match((await atelier.nobody.request(mark, { input: { ids: [mine] } })).errors, [
    { extensions: { code: "UNAUTHENTICATED" } },
  ]);
  t.match((await atelier.nobody.request(page)).errors, [{ extensions: { code: "UNAUTHENTICATED" } }]);
  const script = await atelier.apiToken(ada, ["images:read", "workspace:admin"]);
  t.match((await script.request(page)).errors, [peopleOnly]);
  t.match(await script.mutate(mark, { ids: [mine] }), { __typename: "ForbiddenError", message: peopleOnly.message });
});

t.test("notifications are kept for 90 days, and what was told for 30", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  const { db } = atelier.services;
  await tell(atelier, ada, { count: 2 });
  atelier.clock.advance(40 * 24 * 60 * 60_000);
  await tell(atelier, await atelier.signIn(ada));
  await db.notice.updateMany({ data: { at: atelier.clock.now() } });
  t.equal(await forgetNotifications(atelier.services), 0);
  atelier.clock.advance(51 * 24 * 60 * 60_000);
  t.equal(await forgetNotifications(atelier.services), 2 + 3);
  t.equal(await db.notification.count(), 1);
});
