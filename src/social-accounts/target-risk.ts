import type { PostTargetStatus, SocialAccountState } from "../generated/prisma/enums.ts";
import { addMilliseconds } from "../infra/clock.ts";

/** Posts that come due within this many milliseconds are at risk when their account does not let us in. */
const riskHorizon = 48 * 60 * 60_000;

/** Targets in these states wait for their time. */
const waitingStatuses = [
  "SCHEDULED",
  "AWAITING_APPROVAL",
  "AWAITING_IMAGES",
] as const satisfies readonly PostTargetStatus[];

/** The targets that wait for a time within the horizon. */
export const dueWithinHorizon = (now: Date) => ({
  status: { in: [...waitingStatuses] },
  scheduledAt: { lte: addMilliseconds(now, riskHorizon) },
});

/** Why a target may not go out, although nothing is wrong with it. */
export interface TargetRisk {
  readonly code: "ACCOUNT_NEEDS_RECONNECT" | "ACCOUNT_PAUSED" | "ACCOUNT_DISCONNECTED" | "ACCESS_ENDS_BEFORE";
  /** What is the matter and what to do. */
  readonly message: string;
}

/** What the risk of a target depends on. */
export interface TargetAtRisk {
  readonly status: PostTargetStatus;
  readonly scheduledAt: Date | null;
  readonly socialAccount: {
    readonly handle: string;
    readonly state: SocialAccountState;
    readonly expiresAt: Date | null;
    readonly lastError: string | null;
  };
}

/** What stands between a waiting target that comes due within 48 hours and its going out, on the account's side; null: nothing. */
export function targetRisk({ status, scheduledAt, socialAccount }: TargetAtRisk, now: Date): TargetRisk | null {
  const { handle, state, expiresAt, lastError } = socialAccount;
  const isWaiting = waitingStatuses.some((waiting) => waiting === status);
  if (!isWaiting || scheduledAt === null || scheduledAt > addMilliseconds(now, riskHorizon)) return null;
  switch (state) {
    case "ACTIVE":
      return null;
    case "PAUSED":
      return { code: "ACCOUNT_PAUSED", message: `${handle} is paused: nothing goes out until somebody resumes it.` };
    case "EXPIRING": {
      if (expiresAt === null || expiresAt > scheduledAt) return null;
      const message = `Access to ${handle} ends at ${expiresAt.toISOString()}, before this is due, and was not renewed so far. Connect the account again.`;
      return { code: "ACCESS_ENDS_BEFORE", message };
    }
    case "NEEDS_RECONNECT": {
      const why = lastError === null ? "" : ` ${lastError}`;
      return {
        code: "ACCOUNT_NEEDS_RECONNECT",
        message: `${handle} must be connected again, or this does not go out.${why}`,
      };
    }
    case "DISCONNECTED":
      return { code: "ACCOUNT_DISCONNECTED", message: `${handle} was disconnected, so this does not go out.` };
  }
}
