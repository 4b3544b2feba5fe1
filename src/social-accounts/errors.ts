import { DomainError } from "../infra/errors.ts";

/** The platform could not be asked. Nothing was changed; trying again later helps. */
export class PlatformUnavailableError extends DomainError {
  readonly code = "PLATFORM_UNAVAILABLE";
}
