import type { ConnectionAttempt } from "../../generated/prisma/client.ts";
import { boundedCall } from "../../infra/bounded-call.ts";
import { addMilliseconds, type Clock } from "../../infra/clock.ts";
import type { Db, Transact } from "../../infra/db.ts";
import type { KeyRing } from "../../infra/key-ring.ts";
import type { Logger } from "../../infra/log.ts";
import type { ConnectionOutcome } from "../../platforms/connection.ts";
import type { Platform } from "../../platforms/platform.ts";
import { platformNamed } from "../../platforms/registry.ts";
import { connectionLimits } from "../connect-social-account.ts";
import { openPending, sealChoices } from "../sealed-credentials.ts";
import { connectionLife, newToken, tokenHash } from "./connection-tokens.ts";

/** What coming back touches. */
export interface ReturnServices {
  readonly db: Db;
  readonly transact: Transact;
  readonly clock: Clock;
  readonly secretKeys: KeyRing;
  readonly platforms: ReadonlyMap<string, Platform>;
  readonly log: Logger;
}

/** A browser that a platform sent back. */
export interface PlatformReturn {
  readonly platform: string;
  readonly state: string;
  /** Everything else that the platform sent along. */
  readonly query: Readonly<Record<string, string>>;
}

/** What the browser is given. The ticket proves to `completeConnection` that whoever consented is whoever began. */
export interface Returned {
  readonly connectionId: string;
  readonly returnTo: string | null;
  readonly result: { readonly ticket: string } | { readonly error: string };
}

/** What did not work, for programs and for people. */
interface Failure {
  readonly code: string;
  readonly message: string;
}

/**
 * Takes up an attempt to connect whose browser came back, once. The platform's code is exchanged here and now, because some live for
 * thirty seconds; nothing is connected by that: what was granted waits, sealed, for whoever began. Null for a state that is
 * unknown, used, or too old.
 */
export async function returnFromPlatform(
  services: ReturnServices,
  { platform, state, query }: PlatformReturn,
): Promise<Returned | null> {
  const { db, clock, transact } = services;
  const now = clock.now();
  const [attempt] = await db.connectionAttempt.updateManyAndReturn({
    where: { stateHash: tokenHash(state), platform, status: "STARTED", expiresAt: { gt: now } },
    data: { status: "RETURNED", stateHash: null },
  });
  if (attempt === undefined) return null;
  const outcome = await exchange(services, attempt, query);
  const { id: connectionId, returnTo } = attempt;
  if ("code" in outcome) {
    const data = {
      status: "FAILED",
      failureCode: outcome.code,
      failureMessage: outcome.message,
      pending: null,
    } as const;
    await transact((tx) => tx.connectionAttempt.update({ where: { id: connectionId }, data }));
    return { connectionId, returnTo, result: { error: outcome.code } };
  }
  const ticket = newToken();
  const choices = outcome.accounts.map(({ account: { remoteId, handle, name, url } }) => ({
    remoteId,
    handle,
    name,
    url,
  }));
  await transact((tx) =>
    tx.connectionAttempt.update({
      where: { id: connectionId },
      data: {
        ...{ status: "READY", pending: null, ticketHash: tokenHash(ticket), choices },
        accounts: sealChoices(services.secretKeys, connectionId, outcome.accounts),
        expiresAt: addMilliseconds(clock.now(), connectionLife),
      },
    }),
  );
  return { connectionId, returnTo, result: { ticket } };
}

type Exchanged = Extract<ConnectionOutcome, { kind: "connected" }> | Failure;

async function exchange(
  { platforms, secretKeys, log }: ReturnServices,
  attempt: ConnectionAttempt,
  query: Readonly<Record<string, string>>,
): Promise<Exchanged> {
  const { id, platform: name, method, redirectUri, pending: sealed } = attempt;
  const { label } = platformNamed(name);
  const { error, error_description: description } = query;
  if (error !== undefined) return refusedThere(label, error, description);
  const platform = platforms.get(name);
  if (platform?.completeAuthorisation === undefined || sealed === null) {
    return { code: "PLATFORM_OFF", message: `${label} is not switched on on this server any more.` };
  }
  const complete = platform.completeAuthorisation.bind(platform);
  try {
    const { codeVerifier, pending } = openPending(secretKeys, id, sealed);
    const answer = { method, query, redirectUri, codeVerifier, pending };
    const outcome = await boundedCall(connectionLimits, (signal) => complete(answer, signal));
    return judge(outcome, label);
  } catch (fault) {
    log.error({ err: fault, connectionId: id }, "an authorisation could not be completed");
    const message = `${label}'s answer could not be read. Start again; if that does not help, the operator finds more in the log.`;
    return { code: "UNREADABLE", message };
  }
}

function judge(outcome: ConnectionOutcome | null, label: string): Exchanged {
  if (outcome === null) return { code: "UNAVAILABLE", message: `${label} did not answer. Start again.` };
  switch (outcome.kind) {
    case "connected":
      if (outcome.accounts.length > 0) return outcome;
      return {
        code: "NO_ACCOUNT",
        message: `${label} let us in, but to no account that can be published to. Start again and grant access to one.`,
      };
    case "refused":
      return { code: outcome.code, message: outcome.message };
    case "unavailable":
      return { code: "UNAVAILABLE", message: outcome.message };
  }
}

/** OAuth's own words for "no" (RFC 6749, 4.1.2.1). What follows them is the platform's text, which anybody can put there. */
function refusedThere(label: string, error: string, description: string | undefined): Failure {
  if (error === "access_denied") {
    return {
      code: "DENIED",
      message: `Access was not granted at ${label}. Nothing was connected; start again if that was a mistake.`,
    };
  }
  const words = plainWords(description === undefined ? error : `${error}: ${description}`);
  return { code: "REFUSED", message: `${label} refused: "${words}". Nothing was connected.` };
}

const mostWords = 300;

const plainWords = (text: string) => [...text.replaceAll(/[\p{C}\p{Z}]+/gu, " ").trim()].slice(0, mostWords).join("");
