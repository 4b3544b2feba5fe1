import t from "tap";
import { resolveLocalTimes } from "../../../src/posts/resolve-local-times.ts";
import { openApprovalDesk } from "../../support/approval-desk.ts";
import { daily, queueOperations } from "../../support/queue-desk.ts";
import { rowIdOf } from "../../support/studio.ts";

t.test(
  "what waits for approval in a slot is part of the queue, keeps its place on the clock, and goes out there",
  async (t) => {
    const desk = await openApprovalDesk(t);
    const { atelier, platform, ada, eve, workspaceId, imageId, socialAccountId } = desk;
    atelier.clock.set(new Date("2027-03-26T12:00:00Z"));
    const act = async (operation: keyof typeof queueOperations, input: object, person = eve) =>
      (await atelier.signIn(person)).mutate(queueOperations[operation], input);
    await act("setSlots", { socialAccountId, timeZone: "Europe/Berlin", slots: daily("09:00") }, ada);
    const queue = async (caption: string) => {
      const targets = [{ socialAccountId }];
      const input = { workspaceId, caption, images: [{ imageId }], targets, schedule: { nextSlot: true } };
      return (await act("create", input)).post;
    };
    const [one, two, three] = [await queue("one"), await queue("two"), await queue("three")];
    t.match(one.targets, [{ status: "AWAITING_APPROVAL", isQueued: true, localTime: "2027-03-27T09:00:00" }]);

    await desk.approve(two.id);
    const reordered = await act("reorder", { socialAccountId, postIds: [three.id, two.id, one.id] });
    t.equal(reordered.__typename, "ReorderQueueSuccess", reordered.message);
    const times = async () => {
      const targets = await atelier.services.db.postTarget.findMany({
        where: { socialAccountId: rowIdOf(socialAccountId) },
        include: { post: true },
        orderBy: { scheduledAt: "asc" },
      });
      return targets.map(({ post, status, scheduledAt }) => `${post.caption} ${status} ${scheduledAt?.toISOString()}`);
    };
    const right = [
      "three AWAITING_APPROVAL 2027-03-27T08:00:00.000Z",
      "two SCHEDULED 2027-03-28T07:00:00.000Z",
      "one AWAITING_APPROVAL 2027-03-29T07:00:00.000Z",
    ];
    t.same(await times(), right);

    // As if Berlin had been on another time when they were placed.
    await atelier.services.db.$executeRaw`
    update post_target set scheduled_at = scheduled_at + interval '1 hour', due_at = due_at + interval '1 hour', zone_data_version = '1999a'`;
    t.equal(await resolveLocalTimes(atelier.services), 3);
    t.same(await times(), right, "also what waits: it is missed, and shown, by this time");

    await desk.approve(three.id);
    atelier.clock.set(new Date("2027-03-27T08:00:00Z"));
    await desk.work();
    t.same(
      platform.arrived.map(({ caption }) => caption),
      ["three"],
    );
  },
);
