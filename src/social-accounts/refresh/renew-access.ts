import { boundedCall } from "../../infra/bounded-call.ts";
import type { CrashPoint } from "../../infra/crash-point.ts";
import type { Logger } from "../../infra/log.ts";
import { SealError } from "../../infra/sealed.ts";
import type { RefreshOutcome } from "../../platforms/connection.ts";
import type { Platform } from "../../platforms/platform.ts";
import { platformNamed } from "../../platforms/registry.ts";
import { openSession } from "../sealed-credentials.ts";
import { refreshLimits } from "./claim-refresh.ts";
import { type ClaimedRefresh, type SettleServices, settleRefresh } from "./settle-refresh.ts";

/** What renewing touches. */
export interface RefreshServices extends SettleServices {
  readonly platforms: ReadonlyMap<string, Platform>;
  readonly log: Logger;
  readonly crashPoint?: CrashPoint;
}

/**
 * Asks the platform to renew a claimed account's access and writes down how that ended. Deliberately deaf to the worker's stop
 * signal: a single-use token that went out must be exchanged for its successor, or the account is lost.
 */
export async function renewAccess(services: RefreshServices, claim: ClaimedRefresh): Promise<RefreshOutcome> {
  const { log, crashPoint } = services;
  const { id: socialAccountId } = claim.account;
  await crashPoint?.("refresh:claimed");
  const outcome = meaningful(await askPlatform(services, claim));
  await crashPoint?.("refresh:answered");
  const settled = await settleRefresh(services, claim, outcome);
  if (!settled) log.warn({ socialAccountId, outcome: outcome.kind }, "a renewal's answer came too late to count");
  return outcome;
}

async function askPlatform(
  { platforms, secretKeys, log }: RefreshServices,
  { account }: ClaimedRefresh,
): Promise<RefreshOutcome> {
  const { label } = platformNamed(account.platform);
  const platform = platforms.get(account.platform);
  if (platform?.refresh === undefined) {
    return { kind: "unavailable", message: `${label} is not switched on on this server, so access is not renewed.` };
  }
  const refresh = platform.refresh.bind(platform);
  try {
    const session = openSession(secretKeys, account);
    const outcome = await boundedCall<RefreshOutcome>(refreshLimits, (signal) => refresh(session, signal));
    return outcome ?? { kind: "unavailable", message: `${label} did not answer when access was to be renewed.` };
  } catch (error) {
    log.error({ err: error, socialAccountId: account.id }, "access could not be renewed");
    // What our own side broke is no reason to ask people to connect again.
    const message =
      error instanceof SealError
        ? "What is stored of this account cannot be opened on this server. Its operator must bring back the key in SECRET_KEYS."
        : `${label}'s answer could not be read when access was to be renewed.`;
    return { kind: "unavailable", message };
  }
}

/** A renewal without anything new is none: nothing is ever overwritten with nothing. */
function meaningful(outcome: RefreshOutcome): RefreshOutcome {
  if (outcome.kind !== "renewed") return outcome;
  if (Object.values(outcome.credentials).some((secret) => secret.reveal() !== "")) return outcome;
  return { kind: "unavailable", message: "The platform said that access was renewed, and gave nothing to use." };
}
