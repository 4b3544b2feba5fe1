import { DomainError } from "../infra/errors.ts";

/** E-mail address and password do not match. Says no more than that: not whether the account exists. */
export class InvalidCredentialsError extends DomainError {
  readonly code = "INVALID_CREDENTIALS";

  constructor() {
    super("E-mail address and password do not match an account. Check both and try again.");
  }
}

/** The address has an account already. */
export class EmailTakenError extends DomainError {
  readonly code = "EMAIL_TAKEN";

  constructor(email: string) {
    super(`There is an account for ${email}. Sign in instead, or use another address.`);
  }
}

/** The current password that was given as a proof is another one. */
export class WrongPasswordError extends DomainError {
  readonly code = "WRONG_PASSWORD";

  constructor() {
    super("This is not your current password. Nothing was changed.");
  }
}

/** A refresh token that is malformed, unknown, used up or ended. Says no more than that. */
export class InvalidRefreshTokenError extends DomainError {
  readonly code = "INVALID_REFRESH_TOKEN";

  constructor() {
    super("This refresh token does not count (any more). Sign in again.");
  }
}

/** A mailed link that has expired, was used, or was replaced by a later one. Says no more than that. */
export class InvalidLinkError extends DomainError {
  readonly code = "INVALID_LINK";

  constructor() {
    super("This link has expired, was used, or was replaced by a later one. Ask for a fresh one.");
  }
}
