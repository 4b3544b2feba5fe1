import { DomainError } from "../infra/errors.ts";

/** An invitation that was accepted, has run out, was taken back or never was: which of these, nobody is told. */
export class InvitationNotValidError extends DomainError {
  readonly code = "INVITATION_NOT_VALID";

  constructor() {
    super(
      "This invitation is not valid: it was accepted, has run out, was taken back or never was. Ask for a new one.",
    );
  }
}
