import type { DerivativeServices } from "../images/derivatives/make-derivative.ts";
import type { CrashPoint } from "../infra/crash-point.ts";
import type { RequestServices } from "./publish-request.ts";
import type { SettleServices } from "./settle-attempt.ts";

/** What publishing touches. */
export interface PublishServices extends SettleServices, RequestServices, DerivativeServices {
  readonly config: SettleServices["config"] & RequestServices["config"];
  readonly crashPoint: CrashPoint;
}
