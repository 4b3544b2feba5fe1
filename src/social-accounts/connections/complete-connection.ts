import { z } from "zod";
import type { ConnectionAttempt } from "../../generated/prisma/client.ts";
import type { SignedInViewer, Viewer } from "../../graphql/context.ts";
import { visibleTo } from "../../graphql/visible-to.ts";
import type { Transact, Tx } from "../../infra/db.ts";
import { ConflictError, NotFoundError, ValidationError } from "../../infra/errors.ts";
import { parseInput } from "../../infra/parse-input.ts";
import type { ConnectableAccount } from "../../platforms/connection.ts";
import { openChoices } from "../sealed-credentials.ts";
import { type StoreServices, storeAccount } from "../store-account.ts";
import { isToken } from "./connection-tokens.ts";

const completion = z.object({
  connectionId: z.uuid(),
  ticket: z.string().max(200, "That is no ticket.").nullable(),
  choices: z
    .array(z.string())
    .min(1, "Choose at least one account.")
    .max(100, "Choose at most 100 accounts.")
    .nullable(),
});

/** What completing touches. */
export interface CompleteServices extends StoreServices {
  readonly transact: Transact;
}

/** What was connected; none yet where somebody must choose first. */
export interface CompletedConnection {
  readonly connectionId: string;
  readonly socialAccountIds: readonly string[];
}

/** The condition that an attempt was begun by this person, in this session, and that they may still connect accounts there. */
export const ownAttempts = (viewer: Pick<Viewer, "userId" | "sessionId" | "grant"> | null) => ({
  ...{ userId: viewer?.userId ?? nobody, sessionId: viewer?.sessionId ?? nobody },
  ...visibleTo(viewer, "social-accounts:write"),
});

const nobody = "00000000-0000-0000-0000-000000000000";

/**
 * Connects what an authorisation opened. Only the session that began may, and only with the ticket of the browser that came
 * back: so nobody connects an account to somebody else's workspace by a link. Completing again answers the same. Throws a
 * `NotFoundError` for attempts of others, a `ConflictError` for one that failed, is too old, or waits for the platform, and a
 * `ValidationError` for a wrong ticket or choice.
 */
export async function completeConnection(
  services: CompleteServices,
  viewer: SignedInViewer,
  unchecked: z.input<typeof completion>,
): Promise<CompletedConnection> {
  const { connectionId, ticket, choices } = parseInput(completion, unchecked);
  return services.transact(async (tx) => {
    const attempt = await lockAttempt(tx, viewer, connectionId);
    if (attempt.status === "CONNECTED") return { connectionId, socialAccountIds: attempt.connectedIds };
    requireOpen(attempt, services.clock.now());
    if (attempt.status === "READY") requireTicket(attempt, ticket);
    if (attempt.accounts === null) throw new Error("An attempt that waits for a decision has nothing to connect.");
    const accounts = openChoices(services.secretKeys, connectionId, attempt.accounts);
    const chosen = choose(accounts, choices, attempt.status === "CHOOSING");
    if (chosen === null) {
      await tx.connectionAttempt.update({
        where: { id: connectionId },
        data: { status: "CHOOSING", ticketHash: null },
      });
      return { connectionId, socialAccountIds: [] };
    }
    const socialAccountIds: string[] = [];
    for (const account of chosen) socialAccountIds.push(await storeAccount(tx, services, viewer, attempt, account));
    await tx.connectionAttempt.update({
      where: { id: connectionId },
      data: { status: "CONNECTED", ticketHash: null, accounts: null, connectedIds: socialAccountIds },
    });
    return { connectionId, socialAccountIds };
  });
}

async function lockAttempt(tx: Tx, viewer: SignedInViewer, id: string): Promise<ConnectionAttempt> {
  await tx.$queryRaw`select 1 from connection_attempt where id = ${id}::uuid for update`;
  const attempt = await tx.connectionAttempt.findFirst({ where: { id, ...ownAttempts(viewer) } });
  if (attempt === null) throw new NotFoundError("connection");
  return attempt;
}

function requireOpen({ status, expiresAt, failureMessage }: ConnectionAttempt, now: Date): void {
  if (status === "FAILED") throw new ConflictError(failureMessage ?? "This connection failed. Start again.");
  if (expiresAt <= now) throw new ConflictError("This connection took too long and was given up. Start again.");
  if (status === "READY" || status === "CHOOSING") return;
  throw new ConflictError("Nobody has come back from the platform yet. Finish signing in there first.");
}

function requireTicket({ ticketHash }: ConnectionAttempt, ticket: string | null): void {
  if (ticket !== null && isToken(ticket, ticketHash)) return;
  const code = ticket === null ? "EMPTY" : "WRONG";
  const message = "Pass the ticket that the browser was given when it came back from the platform.";
  throw new ValidationError([{ path: ["ticket"], code, message }]);
}

/** What is to be connected; null when somebody must say so first. */
function choose(
  accounts: readonly ConnectableAccount[],
  choices: readonly string[] | null,
  asked: boolean,
): readonly ConnectableAccount[] | null {
  if (choices === null) {
    if (accounts.length === 1) return accounts;
    if (!asked) return null;
    throw new ValidationError([{ path: ["choices"], code: "EMPTY", message: "Choose at least one account." }]);
  }
  const issues = choices.flatMap((choice, index) =>
    accounts.some(({ account }) => account.remoteId === choice)
      ? []
      : [
          {
            path: ["choices", String(index)],
            code: "UNKNOWN_CHOICE",
            message: "That is none of this connection's `choices`.",
          },
        ],
  );
  if (issues.length > 0) throw new ValidationError(issues);
  return accounts.filter(({ account }) => choices.includes(account.remoteId));
}
