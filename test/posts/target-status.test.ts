import fc from "fast-check";
import t from "tap";
import { PostTargetStatus } from "../../src/generated/prisma/enums.ts";
import { moveTarget, targetMayMove } from "../../src/posts/target-status.ts";
import { openDesk } from "../support/publishing-desk.ts";

const statuses = Object.values(PostTargetStatus);
const anyStatus = fc.constantFrom(...statuses);

t.test("the life of a target", (t) => {
  for (const status of statuses) {
    t.notOk(targetMayMove("PUBLISHED", status), `what is out stays out, not ${status}`);
    if (!["SCHEDULED", "PUBLISHING"].includes(status)) {
      t.notOk(targetMayMove(status, "PUBLISHING"), `only what is scheduled is sent, not ${status}`);
    }
    if (!["AWAITING_APPROVAL", "AWAITING_IMAGES", "SCHEDULED", "PUBLISHING"].includes(status)) {
      t.notOk(targetMayMove(status, "MISSED"), `only what waits, or is prepared, is missed, not ${status}`);
    }
  }
  t.notOk(targetMayMove("UNKNOWN", "CANCELLED"), "what may be out is not cancelled away");
  t.end();
});

t.test("any history of moves keeps to the life, counts its versions, and tells each move once", async (t) => {
  const { atelier, targetId } = await openDesk(t);
  const { transact, db } = atelier.services;
  const read = () => db.postTarget.findUniqueOrThrow({ where: { id: targetId } });
  const { postId } = await read();

  const step = fc.record({
    to: anyStatus,
    staleFence: fc.boolean(),
    believed: fc.option(anyStatus, { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(anyStatus, fc.array(step, { minLength: 1, maxLength: 8 }), async (status, steps) => {
      await db.postTarget.update({ where: { id: targetId }, data: { status, statusVersion: 0, fence: 5 } });
      await db.event.deleteMany({ where: { entityId: postId } });
      let moves = 0;
      for (const { to, staleFence, believed } of steps) {
        const before = await read();
        const target = { ...before, status: believed ?? before.status, fence: staleFence ? 4 : 5 };
        const move = transact((tx) => moveTarget(tx, { target, to }));
        if (!targetMayMove(target.status, to)) {
          await t.rejects(move, /cannot move/);
          t.same(await read(), before);
          continue;
        }
        const asRead = !staleFence && target.status === before.status;
        t.equal(await move, asRead);
        if (asRead) moves += 1;
        t.match(await read(), { status: asRead ? to : before.status, statusVersion: moves });
      }
      t.equal(await db.event.count({ where: { entityId: postId, topic: "post", kind: "UPDATED" } }), moves);
    }),
    { numRuns: 25 },
  );
});
