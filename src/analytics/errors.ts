import { DomainError } from "../infra/errors.ts";

/** A post's numbers were read, or asked for, a moment ago, or its platform wants to be left alone for a while. */
export class SyncTooSoonError extends DomainError {
  readonly code = "RATE_LIMITED";
  readonly retryAt: Date;

  /** `why`, where it is not that they were read or asked for a moment ago. */
  constructor(retryAt: Date, why = "These numbers were read, or asked for, a moment ago.") {
    super(`${why} Ask again after ${retryAt.toISOString()}.`);
    this.retryAt = retryAt;
  }
}
