import type { Prisma } from "../generated/prisma/client.ts";
import type { PostTargetStatus } from "../generated/prisma/enums.ts";
import type { CapabilityClass } from "../platforms/publication.ts";

/** What an outcome means for the attempt, the target and the account. */
export interface Settlement {
  readonly attempt: Prisma.PublishAttemptUncheckedUpdateManyInput;
  readonly to: PostTargetStatus;
  readonly target: Prisma.PostTargetUncheckedUpdateManyInput;
  readonly account?: Prisma.SocialAccountUncheckedUpdateInput;
}

/** What the meaning of an outcome depends on. */
export interface Situation {
  readonly now: Date;
  /** Where the target stands: SUBMITTED was accepted, PUBLISHING was not, as far as is known. */
  readonly status: "PUBLISHING" | "SUBMITTED";
  /** Null when the platform is no longer part of the server. */
  readonly capability: CapabilityClass | null;
  /** Whether posts of this platform are sent again after a list twice did not show them. */
  readonly resendsAfterListedAbsence: boolean;
  readonly verifies: boolean;
  readonly cancelRequested: boolean;
  /** Tries since the target was scheduled, this one included. */
  readonly tries: number;
  /** Processes that died over it since it was scheduled. */
  readonly crashes: number;
  readonly maxCrashes: number;
  /** Look-ups of this attempt that did not find it, in a row, before this one. */
  readonly absences: number;
  /** Nothing is sent by itself after this (I-22). */
  readonly latest: Date;
  /** Null before anything was sent. */
  readonly sentAt: Date | null;
  readonly settleAfter: Date;
}
