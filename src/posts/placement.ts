import {
  type LocalPlan,
  localPlanColumns,
  readLocalPlan,
  resolvePlan,
  type StoredPlan,
} from "../infra/time/local-plan.ts";

/** When a target goes out, and how that was said. */
export interface Placement {
  readonly at: Date;
  /** What stands on somebody's clock then; null where people named an instant. */
  readonly local: LocalPlan | null;
  /** Whether a slot of the account's queue gave it. */
  readonly inQueue: boolean;
}

/** At an instant that somebody named. It takes a target out of its account's queue. */
export const atInstant = (at: Date): Placement => ({ at, local: null, inQueue: false });

/** At a local time that somebody named: what stands on the clocks stays, whatever becomes of their zone. */
export const atLocalTime = (local: LocalPlan): Placement => ({ at: resolvePlan(local), local, inQueue: false });

/** The columns of a placement, but for `dueAt`, which postponing moves. */
export const placementColumns = ({ at, local, inQueue }: Placement) => ({
  ...{ scheduledAt: at, inQueue },
  ...localPlanColumns(local),
});

/** What says when a target goes out. */
interface Placed extends StoredPlan {
  readonly inQueue: boolean;
  readonly scheduledAt: Date | null;
  readonly plannedAt: Date | null;
}

/**
 * Where a scheduled target stands, or, `retimed`, shall stand now that its own time was edited. What a slot placed stays there: a target's own time is for
 * posts that are scheduled at one.
 */
export function currentPlacement(target: Placed, now: Date, retimed = false): Placement {
  const { inQueue, scheduledAt, plannedAt } = target;
  if (retimed && !inQueue && plannedAt !== null) return atInstant(plannedAt);
  return { at: scheduledAt ?? now, local: readLocalPlan(target), inQueue };
}
