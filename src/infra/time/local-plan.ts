import { type LocalDateTime, resolveLocalTime, zoneDataVersion } from "./local-time.ts";

/** A time as people planned it: what shall stand on the clocks of a zone. */
export interface LocalPlan {
  readonly localTime: LocalDateTime;
  /** IANA. */
  readonly timeZone: string;
}

/** The columns that keep a plan beside its instant, so that a newer zone database can resolve it again. */
export const localPlanColumns = (plan: LocalPlan | null) => ({
  localTime: plan?.localTime ?? null,
  timeZone: plan?.timeZone ?? null,
  zoneDataVersion: plan === null ? null : zoneDataVersion,
});

/** What {@link localPlanColumns} wrote. */
export interface StoredPlan {
  readonly localTime: string | null;
  readonly timeZone: string | null;
}

/** The plan that columns keep; null where people named an instant. */
export const readLocalPlan = ({ localTime, timeZone }: StoredPlan): LocalPlan | null =>
  localTime === null || timeZone === null ? null : { localTime, timeZone };

/** The instant of a plan by the zone database of this process. */
export const resolvePlan = ({ localTime, timeZone }: LocalPlan): Date => resolveLocalTime(localTime, timeZone).instant;
