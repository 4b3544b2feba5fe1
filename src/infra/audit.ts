/** The audit log: who did what, and from where. An entry is written in the transaction that does it. */
import type { Tx } from "./db.ts";

/** Every act that is recorded. The list is closed: clients may switch over it. */
export const auditActions = {
  REGISTERED: "The account was made.",
  SIGNED_IN: "Somebody signed in with the right password.",
  SIGN_IN_FAILED: "Somebody tried to sign in with a wrong password.",
  SIGN_IN_LIMITED: "Sign-ins were tried too often and were held back.",
  SIGNED_OUT: "A session was ended by its own user.",
  SIGNED_OUT_EVERYWHERE: "All sessions were ended.",
  SESSION_REVOKED: "One session was ended from another.",
  REFRESH_TOKEN_REUSED: "A refresh token was used twice, so its session was ended: somebody may have copied it.",
  PASSWORD_CHANGED: "The password was changed; all other sessions ended.",
  PASSWORD_RESET_REQUESTED: "Somebody asked for a link to reset the password.",
  PASSWORD_RESET: "The password was reset by a mailed link; all sessions ended.",
  EMAIL_VERIFIED: "The e-mail address was confirmed.",
  PROFILE_CHANGED: "The profile was changed.",
  API_TOKEN_CREATED: "An API token was made.",
  API_TOKEN_REVOKED: "An API token was revoked.",
  DATA_EXPORT_REQUESTED: "An archive of all data was asked for.",
  DATA_EXPORT_DOWNLOADED: "An archive of all data was downloaded.",
  ERASURE_REQUESTED: "The account was put up for erasure.",
  ERASURE_CANCELLED: "The account is kept after all.",
  WORKSPACE_CREATED: "A workspace was made.",
  WORKSPACE_CHANGED: "A workspace's settings were changed.",
  MEMBER_INVITED: "Somebody was invited into a workspace.",
  INVITATION_REVOKED: "An invitation was taken back.",
  MEMBER_JOINED: "Somebody joined a workspace.",
  MEMBER_ROLE_CHANGED: "A member's role was changed.",
  MEMBER_REMOVED: "A member was removed from a workspace.",
  MEMBER_LEFT: "A member left a workspace.",
  SOCIAL_ACCOUNT_CONNECTED: "A social account was connected, or connected again.",
  SOCIAL_ACCOUNT_DISCONNECTED: "A social account was disconnected; what it was to publish was cancelled.",
  SOCIAL_ACCOUNT_PAUSED: "A social account was paused: nothing goes out to it.",
  SOCIAL_ACCOUNT_RESUMED: "A paused social account was put to use again.",
  SOCIAL_ACCOUNT_NEEDS_RECONNECT: "A platform no longer lets us in: somebody must connect the account again.",
  OWNERSHIP_TRANSFERRED: "A workspace was handed to another owner.",
  WEBHOOK_CREATED: "A webhook was made.",
  WEBHOOK_CHANGED: "A webhook was changed.",
  WEBHOOK_DELETED: "A webhook was deleted.",
  WEBHOOK_SECRET_ROTATED: "A webhook got another secret.",
} as const;

/** One of {@link auditActions}. */
export type AuditAction = keyof typeof auditActions;

/** From where something is asked. */
export interface RequestOrigin {
  /** Network address; null where there is no network. */
  readonly address: string | null;
  /** What the client calls itself (`User-Agent`), shortened. */
  readonly device: string | null;
}

/** An act to record. Never put a password, token or link into `details`. */
export interface NewAuditEntry {
  readonly action: AuditAction;
  /** When, by the services' clock. */
  readonly at: Date;
  /** Whose account it is about; null where the act names none. */
  readonly userId: string | null;
  /** Who did it, where that is somebody else. */
  readonly actorId?: string | null;
  readonly workspaceId?: string | null;
  readonly sessionId?: string | null;
  readonly apiTokenId?: string | null;
  readonly origin: RequestOrigin;
  readonly details?: Readonly<Record<string, string | number | boolean | null | readonly string[]>>;
}

/** Records an act, in the transaction that does it. Answers the entry's id. */
export async function recordAudit(tx: Tx, { origin, details = {}, ...entry }: NewAuditEntry): Promise<string> {
  const { id } = await tx.auditEntry.create({ data: { ...entry, ...origin, details }, select: { id: true } });
  return id;
}
