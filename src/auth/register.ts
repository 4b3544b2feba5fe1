import { z } from "zod";
import type { RequestOrigin } from "../infra/audit.ts";
import type { Clock } from "../infra/clock.ts";
import type { Transact } from "../infra/db.ts";
import { parseInput } from "../infra/parse-input.ts";
import type { PasswordHasher } from "../infra/password-hash.ts";
import { emailAddress, emailKey } from "./email.ts";
import { EmailTakenError } from "./errors.ts";
import { openSession, type SignedIn } from "./open-session.ts";

const codePoints = (text: string) => [...text].length;

/** A length in characters as people count them, which a `min` or `max` of zod is not. */
const passwordRule = (code: "TOO_SHORT" | "TOO_LONG") => ({
  params: { code },
  error: ({ input }: { readonly input: unknown }) =>
    `The password has ${codePoints(String(input))} characters. Choose 10 to 128, of any kind.`,
});

const registration = z.object({
  email: emailAddress,
  password: z
    .string()
    .refine((password) => codePoints(password) >= 10, passwordRule("TOO_SHORT"))
    .refine((password) => codePoints(password) <= 128, passwordRule("TOO_LONG")),
  displayName: z
    .string()
    .trim()
    .min(1, "The display name is empty. Write how you want to be called.")
    .refine((name) => codePoints(name) <= 80, {
      error: "The display name is longer than 80 characters.",
      params: { code: "TOO_LONG" },
    }),
});

/**
 * Makes an account with its personal workspace and signs it in. Throws a `ValidationError` for input out of rule and an
 * {@link EmailTakenError} for an address in use.
 */
export async function register(
  services: { transact: Transact; clock: Clock; passwords: PasswordHasher },
  origin: RequestOrigin,
  input: z.input<typeof registration>,
): Promise<SignedIn> {
  const { email, password, displayName } = parseInput(registration, input);
  const passwordHash = await services.passwords.hash(password);
  return services.transact(async (tx) => {
    const account = { email, emailKey: emailKey(email), displayName, passwordHash };
    // One statement that waits for a registration of the same address in flight, and makes nothing when that one wins.
    const [user] = await tx.user.createManyAndReturn({ data: [account], skipDuplicates: true, select: { id: true } });
    if (user === undefined) throw new EmailTakenError(email);
    const workspace = await tx.workspace.create({
      data: {
        name: `${displayName}'s workspace`,
        personalOf: user.id,
        members: { create: { userId: user.id, role: "OWNER" } },
      },
      select: { id: true },
    });
    const subject = { userId: user.id, personalWorkspaceId: workspace.id, isOperator: false };
    return openSession(tx, services, subject, origin);
  });
}
