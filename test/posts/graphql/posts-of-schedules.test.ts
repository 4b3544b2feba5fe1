import t from "tap";
import { openScheduleDesk } from "../../support/schedule-desk.ts";
import { operations } from "../../support/studio.ts";

const figures = `key label posts targets published waiting awaitingApproval awaitingImages successRate`;
const statistics = `query ($groupBy: PostGrouping!) {
  postStatistics(range: { from: "2027-03-01T00:00:00Z", to: "2027-04-01T00:00:00Z" }, groupBy: $groupBy) { ${figures} } }`;
const listed = `query ($ids: [ID!], $status: [PostTargetStatus!]) {
  posts(first: 50, orderBy: SCHEDULED_ASC, filter: { postingScheduleIds: $ids, status: $status }) { nodes { caption } } }`;

t.test(
  "posts and figures of posting schedules: each schedule's own, and what nobody scheduled beside them",
  async (t) => {
    const desk = await openScheduleDesk(t, { pictures: 3 });
    const { atelier, accountId, imageIds } = desk;
    const mondays = await desk.create();
    const tuesdays = await desk.create({
      ...{ name: "Tuesdays", captionTemplate: "Tuesday {counter}." },
      recurrence: { rule: { text: "FREQ=WEEKLY;BYDAY=TU", firstAt: "2027-03-02T09:00" } },
    });
    const ada = await desk.ada();
    const { post: byHand } = await ada.mutate(operations.create, {
      ...{ caption: "By hand.", images: [{ imageId: imageIds[0] }], targets: [{ socialAccountId: accountId }] },
      schedule: { at: "2027-03-03T08:00:00Z" },
    });
    t.ok(byHand);
    await desk.at("2027-03-01T08:00:00Z");
    const ask = async (query: string, variables: object) => {
      atelier.statements.clear();
      const { data, errors } = await (await desk.ada()).request(query, { ...variables });
      t.equal(errors, undefined);
      return data;
    };
    const captions = async (ids: readonly string[] | null, status: readonly string[] | null = null) => {
      const { posts } = await ask(listed, { ids, status });
      return posts.nodes.map(({ caption }: { caption: string }) => caption);
    };
    const all = await captions(null);
    t.same(
      await captions([mondays.id]),
      all.filter((caption: string) => caption.startsWith("Boat")),
    );
    t.equal(atelier.statements.all().length, 1, "with one statement");
    t.same(await captions([tuesdays.id]), ["Tuesday 1."]);
    t.same(
      await captions([mondays.id, tuesdays.id]),
      all.filter((caption: string) => caption !== "By hand."),
    );
    t.same(await captions([mondays.id], ["PUBLISHED"]), ["Boat 1 of March 1, 2027."]);
    t.same(await captions([]), [], "of no schedule at all there is nothing");

    const { errors } = await (await desk.ada()).request(listed, { ids: [accountId] });
    t.match(errors?.[0]?.extensions, { issues: [{ path: ["filter", "postingScheduleIds", "0"] }] });
    const bob = await atelier.signUp("Bob");
    const strange = await bob.request(listed, { ids: [mondays.id] });
    t.same(strange.data.posts.nodes, [], "of a foreign schedule nothing is told");

    const { postStatistics } = await ask(statistics, { groupBy: "SCHEDULE" });
    const of = (key: string | null) => postStatistics.find((group: { key: string | null }) => group.key === key);
    t.match(of(mondays.id), { label: "Mondays", published: 1, successRate: 1 });
    t.match(of(tuesdays.id), { label: "Tuesdays", published: 0, successRate: null });
    t.match(of(null), { label: null, posts: 1, targets: 1, waiting: 1 });
    const total = postStatistics.reduce((sum: number, { targets }: { targets: number }) => sum + targets, 0);
    t.equal(total, all.length);
  },
);
