import type { PostTargetStatus } from "../generated/prisma/enums.ts";

/** A post's status, read off its targets. */
export type PostStatus = PostTargetStatus | "PARTIALLY_PUBLISHED";

/** What still moves, or waits for a person, speaks for the whole post: the first of these that a target has. */
export const speaking = [
  "PUBLISHING",
  "SUBMITTED",
  "UNKNOWN",
  "AWAITING_IMAGES",
  "SCHEDULED",
  "AWAITING_APPROVAL",
] as const;

/** What is left speaks in this order when nothing was published. */
export const resting = ["FAILED", "MISSED", "DRAFT", "CANCELLED"] as const;

/**
 * The status of a post with these targets. With everything at rest it is PUBLISHED when all targets are, and
 * PARTIALLY_PUBLISHED when some are.
 */
export function postStatus(targets: readonly PostTargetStatus[]): PostStatus {
  const active = speaking.find((status) => targets.includes(status));
  if (active !== undefined) return active;
  const published = targets.filter((status) => status === "PUBLISHED").length;
  if (published > 0) return published === targets.length ? "PUBLISHED" : "PARTIALLY_PUBLISHED";
  return resting.find((status) => targets.includes(status)) ?? "DRAFT";
}
