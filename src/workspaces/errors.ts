import { DomainError } from "../infra/errors.ts";

/** An invitation that was accepted, has run out, was taken back or never was: which of these, nobody is told. */
export class InvitationNotValidError extends DomainError {
  readonly code = "INVALID_LINK";

  constructor() {
    super(
      "This invitation is not valid: it was accepted, has run out, was taken back or never was. Ask for a new one.",
    );
  }
}
