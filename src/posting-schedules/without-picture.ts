/** What becomes of an occurrence that has no picture. */

import { addMilliseconds } from "../infra/clock.ts";
import type { Tx } from "../infra/db.ts";
import { changeOccurrence, type LockedOccurrence } from "./change-occurrence.ts";
import { makePost } from "./make-post.ts";
import { tellOfOccurrence } from "./occurrence-notices.ts";
import type { ScheduleServices } from "./replan.ts";
import { grace } from "./resolve-occurrence.ts";

/** Does what the schedule's policy says: the fallback picture, nothing, or ask. `why` is for people, one sentence. Throws what making a post throws. */
export async function applyPolicy(
  tx: Tx,
  services: ScheduleServices,
  locked: LockedOccurrence,
  why: string,
): Promise<void> {
  const { schedule, occurrence } = locked;
  const { policy, fallbackImageId } = schedule;
  if (policy === "SKIP") {
    const skipped = await changeOccurrence(tx, occurrence, { state: "SKIPPED", reason: why, actAt: null });
    await tellOfOccurrence(tx, "OCCURRENCE_SKIPPED", skipped);
  } else if (policy === "FALLBACK" && fallbackImageId !== null) {
    const reason = `${why} It shows the fallback picture.`;
    const posted = await makePost(tx, services, locked, { imageIds: [fallbackImageId], reason });
    await tellOfOccurrence(tx, "OCCURRENCE_FALLBACK", posted);
  } else {
    await askPerson(tx, locked, policy === "ASK" ? why : `${why} The fallback picture is gone.`);
  }
}

/** Puts an occurrence before a person, who overrides, moves or skips it until shortly after its time. */
export async function askPerson(tx: Tx, { occurrence }: LockedOccurrence, why: string): Promise<void> {
  const actAt = addMilliseconds(occurrence.at, grace);
  const asked = await changeOccurrence(tx, occurrence, { state: "NEEDS_DECISION", reason: why, actAt });
  await tellOfOccurrence(tx, "OCCURRENCE_NEEDS_DECISION", asked);
}

/** An occurrence whose time went by without a post. */
export async function miss(tx: Tx, { occurrence }: LockedOccurrence): Promise<void> {
  const reason =
    occurrence.state === "NEEDS_DECISION"
      ? `Nobody decided in time. ${occurrence.reason ?? ""}`.trim()
      : "Its time went by before its post could be made.";
  const missed = await changeOccurrence(tx, occurrence, { state: "MISSED", reason, actAt: null });
  await tellOfOccurrence(tx, "OCCURRENCE_SKIPPED", missed);
}
