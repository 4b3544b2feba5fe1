import { z } from "zod";
import type { Transact } from "../../infra/db.ts";
import { parseInput } from "../../infra/parse-input.ts";
import { ianaTimeZone } from "../../infra/time-zone.ts";
import { changeAccount } from "../../social-accounts/account-state.ts";
import type { Actor } from "../../workspaces/require-member.ts";
import { findQueueToChange } from "./find-queue.ts";

/** Most slots of an account: one for every hour and a half of the week. */
const mostSlots = 112;

const slot = z.object({
  weekday: z.number().int().min(1).max(7),
  time: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, {
    error: (issue) =>
      `"${String(issue.input).slice(0, 20)}" is no time of day. Write hours and minutes, from "00:00" to "23:59".`,
  }),
});

const setting = z
  .object({
    socialAccountId: z.uuid(),
    timeZone: ianaTimeZone,
    slots: z.array(slot).max(mostSlots, `An account has at most ${mostSlots} slots a week.`),
  })
  .superRefine(({ slots }, context) => {
    const names = slots.map(({ weekday, time }) => `${weekday} ${time}`);
    for (const [index, name] of names.entries()) {
      if (names.indexOf(name) === index) continue;
      const message = "The same slot is named twice.";
      context.addIssue({ code: "custom", path: ["slots", index], message, params: { code: "DUPLICATE" } });
    }
  });

/**
 * Sets all slots of an account; an empty list takes them away. What is in the queue keeps its time. Throws a `ValidationError`, a `NotFoundError`
 * for an account the viewer cannot see, a `ForbiddenError` for a role or token that does not publish.
 */
export async function setPostingSlots(
  { transact }: { readonly transact: Transact },
  viewer: Actor,
  unchecked: z.input<typeof setting>,
): Promise<{ socialAccountId: string }> {
  const { socialAccountId, timeZone, slots } = parseInput(setting, unchecked);
  return transact(async (tx) => {
    await findQueueToChange(tx, viewer, socialAccountId);
    await tx.postingSlot.deleteMany({ where: { socialAccountId } });
    await tx.postingSlot.createMany({ data: slots.map((one) => ({ ...one, socialAccountId, timeZone })) });
    await changeAccount(tx, { id: socialAccountId, data: {} });
    return { socialAccountId };
  });
}
