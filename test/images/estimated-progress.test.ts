import { randomUUID } from "node:crypto";
import fc from "fast-check";
import t from "tap";
import { estimatedFraction, expectedDuration } from "../../src/images/estimated-progress.ts";
import { addMilliseconds } from "../../src/infra/clock.ts";
import { openAtelier } from "../support/atelier.ts";
import { easelStudio } from "../support/easel-models.ts";
import { makeImages, rowIdOf } from "../support/studio.ts";

t.test("an estimate begins at 0, rises with time, and is never beyond 0.95", async (t) => {
  t.equal(estimatedFraction(0, 10_000), 0);
  const due = estimatedFraction(10_000, 10_000);
  t.ok(due > 0.75 && due < 0.85, "about four fifths when the time has come");
  const milliseconds = fc.double({ min: -1_000, max: 1e12, noNaN: true });
  fc.assert(
    fc.property(milliseconds, milliseconds, milliseconds, (one, other, expected) => {
      const [early, late] = [Math.min(one, other), Math.max(one, other)];
      const [first, second] = [estimatedFraction(early, expected), estimatedFraction(late, expected)];
      return first >= 0 && first <= second && second <= 0.95;
    }),
  );
});

t.test(
  "how long a picture takes is the median of our own successes, of the same size where there is one",
  async (t) => {
    const atelier = await openAtelier(t, { providers: easelStudio().providers });
    const { services, statements } = atelier;
    const [image = ""] = await makeImages(atelier, await atelier.signUp("Ada"));
    const imageId = rowIdOf(image);
    const { workspaceId } = await services.db.image.findUniqueOrThrow({ where: { id: imageId } });
    await services.db.generationAttempt.deleteMany();
    const kind = { provider: "easel", model: "easel-1", requestedWidth: 64, requestedHeight: 64 };
    t.equal(await expectedDuration(services, kind), 20_000, "a first guess without any");

    const startedAt = services.clock.now();
    let number = 10;
    const took = (milliseconds: number, more: object = {}) => {
      const finishedAt = addMilliseconds(startedAt, milliseconds);
      const names = { provider: "easel", model: "easel-1", outcome: "SUCCEEDED", width: 64, height: 64 } as const;
      number += 1;
      return services.db.generationAttempt.create({
        data: { id: randomUUID(), imageId, workspaceId, number, startedAt, finishedAt, ...names, ...more },
      });
    };
    for (const seconds of [8, 9, 10]) await took(seconds * 1_000, { width: 128 });
    t.equal(await expectedDuration(services, kind), 9_000, "of any size while there is none of this one");
    for (const seconds of [1, 3, 60]) await took(seconds * 1_000);
    await took(1, { outcome: "FAILED" });
    await took(1, { model: "easel-2" });
    await took(1, { provider: "palette" });
    statements.clear();
    t.equal(await expectedDuration(services, kind), 3_000);
    t.equal(statements.all().length, 1);
  },
);
