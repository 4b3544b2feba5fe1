import type { Config } from "../config.ts";
import type { PlanServices } from "../images/plan-generation.ts";
import type { Logger } from "../infra/log.ts";
import type { ScheduleServices } from "./replan.ts";

/** What work on occurrences asks. */
export interface WorkServices extends ScheduleServices, PlanServices {
  readonly config: ScheduleServices["config"] & Pick<Config, "MAX_WAITING_IMAGES">;
  readonly log: Logger;
}
