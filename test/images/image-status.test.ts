import fc from "fast-check";
import t from "tap";
import { ImageStatus } from "../../src/generated/prisma/enums.ts";
import { imageMayMove, moveImage } from "../../src/images/image-status.ts";
import { openAtelier } from "../support/atelier.ts";
import { standInProvider } from "../support/stand-ins.ts";
import { operations, rowIdOf } from "../support/studio.ts";

const statuses = Object.values(ImageStatus);
const anyStatus = fc.constantFrom(...statuses);

t.test("what is over stays over, and everything can come to an end", async (t) => {
  const over: ImageStatus[] = ["GENERATED", "FAILED", "CANCELLED"];
  for (const from of statuses) {
    for (const to of statuses) if (over.includes(from)) t.notOk(imageMayMove(from, to), `${from} to ${to}`);
    if (!over.includes(from)) t.ok(imageMayMove(from, "FAILED") && imageMayMove(from, "CANCELLED"), from);
  }
  t.notOk(imageMayMove("PENDING", "GENERATED"), "nothing is generated without a claim");
});

t.test("any history of moves keeps to the life, counts its versions, and tells each move once", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const { transact, db } = atelier.services;
  const ada = await atelier.signUp("Ada");
  const { images } = await ada.mutate(operations.generate, { prompt: "a boat" });
  const id = rowIdOf(images[0].id);
  const read = () => db.image.findUniqueOrThrow({ where: { id } });

  const step = fc.record({
    to: anyStatus,
    staleFence: fc.boolean(),
    believed: fc.option(anyStatus, { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      await db.image.update({ where: { id }, data: { status: "PENDING", statusVersion: 0, fence: 5 } });
      await db.event.deleteMany({ where: { entityId: id } });
      let moves = 0;
      for (const { to, staleFence, believed } of steps) {
        const before = await read();
        const image = { ...before, status: believed ?? before.status, fence: staleFence ? 4 : 5 };
        const move = transact((tx) => moveImage(tx, { image, to }));
        if (!imageMayMove(image.status, to)) {
          await t.rejects(move, /cannot move/);
          t.same(await read(), before);
          continue;
        }
        const asRead = !staleFence && image.status === before.status;
        t.equal(await move, asRead);
        if (asRead) moves += 1;
        t.match(await read(), { status: asRead ? to : before.status, statusVersion: moves });
      }
      t.equal(await db.event.count({ where: { entityId: id, kind: "UPDATED" } }), moves);
    }),
    { numRuns: 25 },
  );
});
