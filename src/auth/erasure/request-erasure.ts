import { z } from "zod";
import type { Config } from "../../config.ts";
import type { SignedInViewer } from "../../graphql/context.ts";
import { recordAudit } from "../../infra/audit.ts";
import { addMilliseconds, type Clock } from "../../infra/clock.ts";
import type { Db, Transact, Tx } from "../../infra/db.ts";
import { ConflictError, ValidationError } from "../../infra/errors.ts";
import { parseInput } from "../../infra/parse-input.ts";
import type { PasswordHasher } from "../../infra/password-hash.ts";
import type { Revocations } from "../../infra/revocations.ts";
import { enqueueDataNotice } from "../data-notices/enqueue-data-notice.ts";
import { emailKey } from "../email.ts";
import { endSessions } from "../end-sessions.ts";
import { WrongPasswordError } from "../errors.ts";
import { provePassword } from "../prove-password.ts";

const day = 24 * 60 * 60_000;

const request = z.object({
  password: z.string().max(1_000, "The password is longer than 1,000 characters."),
  confirm: z.string().max(254, "The e-mail address is longer than 254 characters."),
});

/** What asking for an erasure touches. */
export interface RequestErasureServices {
  readonly config: Config;
  readonly db: Db;
  readonly transact: Transact;
  readonly clock: Clock;
  readonly passwords: PasswordHasher;
  readonly revocations: Pick<Revocations, "refresh">;
}

/**
 * Puts somebody's account up for erasure and ends all of their sessions, this one too; until it is due they may sign in and
 * keep it. Answers when it is due. Throws a `WrongPasswordError`, a `TooManyAttemptsError`, a `ValidationError` for another
 * address than theirs, and a `ConflictError` where it is due already or workspaces with other people would lose their owner.
 */
export async function requestErasure(
  services: RequestErasureServices,
  viewer: SignedInViewer,
  input: z.input<typeof request>,
): Promise<Date> {
  const { password, confirm } = parseInput(request, input);
  const { config, transact, clock, passwords, revocations } = services;
  const { userId, sessionId, origin } = viewer;
  const { passwordHash, email } = await passwords.admit(() => provePassword(services, viewer, password));
  if (emailKey(confirm.trim()) !== emailKey(email)) {
    const message = "This is not the address of your account. Type it again to confirm that you mean this account.";
    throw new ValidationError([{ path: ["confirm"], code: "MISMATCH", message }]);
  }
  const now = clock.now();
  const erasureDueAt = addMilliseconds(now, config.ERASURE_GRACE_DAYS * day);
  await transact(async (tx) => {
    await requireNoOrphans(tx, userId);
    const { count } = await tx.user.updateMany({
      where: { id: userId, passwordHash, erasureDueAt: null },
      data: { erasureDueAt },
    });
    if (count === 0) throw await whyNot(tx, userId);
    await endSessions(tx, { userId }, { reason: "erasure-requested", now });
    await recordAudit(tx, { action: "ERASURE_REQUESTED", at: now, userId, sessionId, origin });
    await enqueueDataNotice(tx, { userId, kind: "ERASURE_REQUESTED" });
  });
  await revocations.refresh();
  return erasureDueAt;
}

/** Workspaces with other members that have no other owner, by name. */
async function requireNoOrphans(tx: Tx, userId: string): Promise<void> {
  const orphans = await tx.workspace.findMany({
    where: {
      AND: [
        { members: { some: { userId, role: "OWNER" } } },
        { members: { some: { userId: { not: userId } } } },
        { members: { none: { userId: { not: userId }, role: "OWNER" } } },
      ],
    },
    select: { name: true },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
  });
  if (orphans.length === 0) return;
  const names = orphans.map(({ name }) => `"${name}"`).join(", ");
  throw new ConflictError(
    `You are the only owner of ${names}, where other people work. First make somebody else an owner, or remove the other members.`,
  );
}

async function whyNot(tx: Tx, userId: string): Promise<Error> {
  const user = await tx.user.findUnique({ where: { id: userId }, select: { erasureDueAt: true } });
  const due = user?.erasureDueAt ?? null;
  return due === null
    ? new WrongPasswordError()
    : new ConflictError(`Your account is up for erasure already; it is due at ${due.toISOString()}.`);
}
