import type { Tx } from "../../infra/db.ts";
import { moveTarget, type TargetMove } from "../target-status.ts";

/**
 * Has what is scheduled among these targets of a locked post wait for approval with the rest of it, and keep its time: approval is the post's, and the
 * last look before a send refuses what is not approved.
 */
export async function waitAlong(tx: Tx, targets: readonly TargetMove["target"][]): Promise<void> {
  for (const target of targets.filter(({ status }) => status === "SCHEDULED")) {
    await moveTarget(tx, { target, to: "AWAITING_APPROVAL", data: { dueAt: null } });
  }
}
