import t from "tap";
import { addMilliseconds } from "../../src/infra/clock.ts";
import { forgetHistory, idempotencyRetention, jobRunRetention } from "../../src/infra/forget-history.ts";
import { openAtelier } from "../support/atelier.ts";

t.test("job runs and idempotency keys are kept for their time and no longer", async (t) => {
  const { services, signUp, clock } = await openAtelier(t);
  await signUp("Ada");
  const { id: userId } = await services.db.user.findFirstOrThrow({ select: { id: true } });
  const run = (jobId: string, age: number) => ({
    ...{ jobId, name: "generate-image", attempt: 1, payload: {}, startedAt: addMilliseconds(clock.now(), -age) },
  });
  const key = (name: string, age: number) => ({
    ...{
      userId,
      operation: "createPost",
      key: name,
      inputHash: "",
      result: {},
      createdAt: addMilliseconds(clock.now(), -age),
    },
  });
  await services.db.jobRun.createMany({ data: [run("kept", jobRunRetention), run("old", jobRunRetention + 1)] });
  await services.db.idempotencyKey.createMany({
    data: [key("kept", idempotencyRetention), key("old", idempotencyRetention + 1)],
  });

  t.equal(await forgetHistory(services), 2);
  t.same(await services.db.jobRun.findMany({ select: { jobId: true } }), [{ jobId: "kept" }]);
  t.same(await services.db.idempotencyKey.findMany({ select: { key: true } }), [{ key: "kept" }]);
});
