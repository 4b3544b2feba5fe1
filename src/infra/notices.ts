/**
 * What people and webhooks are to be told. A change that matters writes a `notice` in its own transaction and nothing else: no
 * job, because a NOTIFY inside would make commits wait in one line. A worker reads what is not told yet once a second and
 * turns it into notifications and deliveries: src/notifications/tell-notices.ts.
 */
import type { NotificationKind } from "../generated/prisma/enums.ts";
import type { Tx } from "./db.ts";

/** Something to tell. Who is told follows from its kind: src/notifications/kinds.ts. */
export interface NewNotice {
  readonly workspaceId: string;
  readonly kind: NotificationKind;
  /** What it is about: an image, a post, a social account, an invitation, a webhook or an occurrence, by the kind. */
  readonly entityId: string;
  /** What changed, and its version after the change: the same cause is told once, however often it is recorded. */
  readonly cause: { readonly id: string; readonly version: number };
  /** Those that somebody has not read yet are told as one when they share it. */
  readonly groupKey: string;
  /** Who did it, where somebody did: they are not told. */
  readonly actorId?: string;
}

/** Records what is to be told, in the transaction of its cause. */
export async function recordNotices(tx: Tx, notices: readonly NewNotice[]): Promise<void> {
  if (notices.length === 0) return;
  await tx.notice.createMany({
    data: notices.map(({ cause, ...notice }) => ({ ...notice, causeId: cause.id, causeVersion: cause.version })),
    skipDuplicates: true,
  });
}
