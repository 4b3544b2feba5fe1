import { z } from "zod";
import type { Db } from "../infra/db.ts";
import { parseInput } from "../infra/parse-input.ts";
import type { PasswordHasher } from "../infra/password-hash.ts";
import { emailAddress, emailKey } from "./email.ts";
import { InvalidCredentialsError } from "./errors.ts";

/** A fresh session: what an access token is issued for. */
export interface SignedIn {
  readonly userId: string;
  readonly sessionId: string;
  readonly personalWorkspaceId: string;
  readonly isOperator: boolean;
}

const credentials = z.object({
  email: emailAddress,
  password: z.string().max(1_000, "The password is longer than 1,000 characters."),
});

/**
 * Signs in. Throws an {@link InvalidCredentialsError} when address and password do not match; an unknown address costs the
 * same work and gets the same answer.
 */
export async function login(
  { db, passwords }: { db: Db; passwords: PasswordHasher },
  input: z.input<typeof credentials>,
): Promise<SignedIn> {
  const { email, password } = parseInput(credentials, input);
  const user = await db.user.findUnique({
    where: { emailKey: emailKey(email) },
    select: { id: true, passwordHash: true, isOperator: true },
  });
  const fits = await passwords.verify(user?.passwordHash ?? null, password);
  if (!fits || user === null) throw new InvalidCredentialsError();
  const workspace = await db.workspace.findUniqueOrThrow({ where: { personalOf: user.id }, select: { id: true } });
  const session = await db.session.create({ data: { userId: user.id }, select: { id: true } });
  return { userId: user.id, sessionId: session.id, personalWorkspaceId: workspace.id, isOperator: user.isOperator };
}
