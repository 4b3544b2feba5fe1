import t from "tap";
import { next } from "../../support/atelier.ts";
import { follow } from "../../support/follow.ts";
import { openDesk } from "../../support/publishing-desk.ts";
import { settledLog } from "../../support/settled-log.ts";

const document = `subscription ($filter: PostChangedFilter) { postChanged(filter: $filter) {
  kind post { id status targets { status permalink failure { code } } } } }`;

t.test("a post is followed from its schedule to the page it is on", async (t) => {
  const desk = await openDesk(t);
  await desk.atelier.listen();
  await settledLog(desk.atelier.services);
  const client = desk.atelier.socket(desk.ada);
  const events = follow(client, { query: document, variables: { filter: { postIds: [desk.postId] } } });
  const read = async () => (await next(events)).data?.postChanged;
  t.match(await read(), { kind: "SNAPSHOT", post: { id: desk.postId, status: "DRAFT" } });
  await desk.publishNow();
  const drained = desk.drain();
  const seen: string[] = [];
  for (;;) {
    const { post } = await read();
    seen.push(post.status);
    if (post.status !== "PUBLISHED") continue;
    t.match(post.targets, [{ status: "PUBLISHED", permalink: /^https:/ }]);
    break;
  }
  await drained;
  let over = false;
  while (!over) over = (await events.next()).done === true;
  t.pass("and there it completes");
  const order = ["SCHEDULED", "PUBLISHING", "PUBLISHED"];
  t.same(
    seen,
    [...seen].sort((a, b) => order.indexOf(a) - order.indexOf(b)),
    "never backwards",
  );
});

t.test("a whole workspace shows what is on its way first, not what rests", async (t) => {
  const desk = await openDesk(t);
  await desk.atelier.listen();
  await settledLog(desk.atelier.services);
  // oxlint-disable-next-line typescript/no-explicit-any -- an event has the shape its query asks for
  const watchAll = () => desk.atelier.socket(desk.ada).iterate<any>({ query: document });
  const early = watchAll();
  const first = next(early);
  await desk.publishNow();
  t.not((await first).data?.postChanged.kind, "SNAPSHOT", "a draft rests");
  t.match((await next(watchAll())).data?.postChanged, { kind: "SNAPSHOT", post: { status: "SCHEDULED" } });
});

t.test("by status: a post shows up when it comes into one of them", async (t) => {
  const desk = await openDesk(t);
  await desk.atelier.listen();
  await settledLog(desk.atelier.services);
  const watchStatuses = (statuses: string[]) =>
    follow(desk.atelier.socket(desk.ada), { query: document, variables: { filter: { statuses } } });
  const posts = watchStatuses(["DRAFT", "PUBLISHED"]);
  t.match((await next(posts)).data?.postChanged, { kind: "SNAPSHOT", post: { status: "DRAFT" } });
  await desk.publishNow();
  await desk.drain();
  t.match((await next(posts)).data?.postChanged, { kind: "UPDATED", post: { id: desk.postId, status: "PUBLISHED" } });
});
