import type { z } from "zod";
import type { SignedInViewer } from "../graphql/context.ts";
import { recordAudit } from "../infra/audit.ts";
import type { Clock } from "../infra/clock.ts";
import type { Transact } from "../infra/db.ts";
import { parseInput } from "../infra/parse-input.ts";
import { profileChange } from "./profile.ts";

/**
 * Changes what somebody says about themselves; what the input leaves out stays. Throws a `ValidationError` that names every
 * value out of rule.
 */
export async function updateProfile(
  { transact, clock }: { transact: Transact; clock: Clock },
  viewer: SignedInViewer,
  input: z.input<typeof profileChange>,
): Promise<void> {
  const { displayName, bio, locale, timeZone, links } = parseInput(profileChange, input);
  const change = {
    ...(displayName !== undefined && displayName !== null && { displayName }),
    ...(bio !== undefined && bio !== null && { bio }),
    ...(locale && { locale }),
    ...(timeZone && { timeZone }),
    ...(links && { links }),
  };
  const fields = Object.keys(change);
  if (fields.length === 0) return;
  const { userId, sessionId, origin } = viewer;
  await transact(async (tx) => {
    await tx.user.update({ where: { id: userId }, data: change, select: { id: true } });
    // Which fields, not what stood in them.
    await recordAudit(tx, {
      ...{ action: "PROFILE_CHANGED", at: clock.now(), userId, sessionId, origin, details: { fields } },
    });
  });
}
