import type { Tx } from "../infra/db.ts";
import { enqueue } from "../infra/jobs.ts";
import { fittedPictures } from "./fitted-pictures.ts";
import { renderTargetJob } from "./jobs.ts";
import type { TargetWithContent } from "./post-content.ts";

/** Has the worker make over the pictures of those targets that need it, so that they can be looked at, and are there in time. */
export async function enqueueRendering(tx: Tx, targets: readonly TargetWithContent[]): Promise<void> {
  const needy = targets.filter((target) => fittedPictures(target).some(({ fitted }) => fitted.kind === "made-over"));
  await enqueue(
    tx,
    renderTargetJob,
    needy.map(({ id }) => ({ payload: { targetId: id } })),
  );
}
