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
