import type { Logger } from "../infra/log.ts";
import { ensureFresh } from "../social-accounts/refresh/ensure-fresh.ts";
import type { LedgerOutcome } from "./ledger-outcome.ts";
import type { TargetToPublish } from "./publish-request.ts";
import type { PublishServices } from "./publish-services.ts";

/** A target whose account can be used now, or how the step ends because it cannot. */
export type FreshAccess =
  | { readonly kind: "fresh"; readonly target: TargetToPublish }
  | {
      readonly kind: "stale";
      readonly outcome: Extract<LedgerOutcome, { kind: "unauthorized" | "unavailable" | "postponed" }>;
    };

/** Renews an account's access where it ends within the minute, before anything is asked of its platform with it. */
export async function freshAccess(
  services: PublishServices,
  target: TargetToPublish,
  log: Logger,
): Promise<FreshAccess> {
  const access = await ensureFresh({ ...services, log }, target.socialAccountId);
  if (access.kind === "fresh") {
    const socialAccount = await services.db.socialAccount.findUniqueOrThrow({ where: { id: target.socialAccountId } });
    return { kind: "fresh", target: { ...target, socialAccount } };
  }
  const { message } = access;
  if (access.kind === "unavailable" && access.retryAt !== null) {
    return { kind: "stale", outcome: { kind: "postponed", until: access.retryAt, message } };
  }
  return { kind: "stale", outcome: { kind: access.kind, message } };
}
