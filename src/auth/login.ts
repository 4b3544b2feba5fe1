import { z } from "zod";
import type { RequestOrigin } from "../infra/audit.ts";
import type { Clock } from "../infra/clock.ts";
import type { Db, Transact } from "../infra/db.ts";
import { parseInput } from "../infra/parse-input.ts";
import type { PasswordHasher } from "../infra/password-hash.ts";
import { emailAddress, emailKey } from "./email.ts";
import { InvalidCredentialsError } from "./errors.ts";
import { openSession, type SignedIn } from "./open-session.ts";

const credentials = z.object({
  email: emailAddress,
  password: z.string().max(1_000, "The password is longer than 1,000 characters."),
});

/**
 * Signs in. Throws an {@link InvalidCredentialsError} when address and password do not match; an unknown address costs the
 * same work and gets the same answer.
 */
export async function login(
  services: { db: Db; transact: Transact; clock: Clock; passwords: PasswordHasher },
  origin: RequestOrigin,
  input: z.input<typeof credentials>,
): Promise<SignedIn> {
  const { email, password } = parseInput(credentials, input);
  const { db, passwords, transact } = services;
  const user = await db.user.findUnique({
    where: { emailKey: emailKey(email) },
    select: { id: true, passwordHash: true, isOperator: true, personalWorkspace: { select: { id: true } } },
  });
  const fits = await passwords.verify(user?.passwordHash ?? null, password);
  if (!fits || user === null) throw new InvalidCredentialsError();
  const { id: userId, isOperator, personalWorkspace } = user;
  if (personalWorkspace === null) throw new Error(`User ${userId} has no personal workspace.`);
  const subject = { userId, personalWorkspaceId: personalWorkspace.id, isOperator };
  return transact((tx) => openSession(tx, services, subject, origin));
}
