import type { NotificationKind } from "../generated/prisma/enums.ts";
import type { RequestOrigin } from "../infra/audit.ts";
import { ForbiddenError } from "../infra/errors.ts";
import type { EventPosition } from "../infra/event-cursor.ts";
import type { Services } from "../services.ts";
import { type Permission, type Scope, scopeOf, scopesAllow } from "./permissions.ts";

/** What an API token may do; a person who signed in may do everything that is theirs. */
export interface TokenGrant {
  readonly apiTokenId: string;
  readonly scopes: readonly Scope[];
  /** The one workspace it reaches; null: all of its user's. */
  readonly workspaceId: string | null;
}

/** Who is asking. Comes from a verified access token or API token. */
export interface Viewer {
  readonly userId: string;
  /** The sign-in; null for an API token. */
  readonly sessionId: string | null;
  /** Null for a person who signed in. */
  readonly grant: TokenGrant | null;
  /** The workspace that inputs without `workspaceId` mean. It never changes, so the access token carries it. */
  readonly personalWorkspaceId: string;
  /** Whether they administer this server. */
  readonly isOperator: boolean;
  readonly origin: RequestOrigin;
}

/** A person with a session, as opposed to a script with an API token. */
export interface SignedInViewer extends Viewer {
  readonly sessionId: string;
  readonly grant: null;
}

/** Why an API token may not do something; null when it may, or when a person asks. */
export function missingScope({ grant }: Pick<Viewer, "grant">, permission: Permission): ForbiddenError | null {
  if (grant === null || scopesAllow(grant.scopes, permission)) return null;
  return new ForbiddenError(
    `This API token lacks the scope ${scopeOf(permission)}; it has ${grant.scopes.join(", ") || "none"}. Make one that has it.`,
  );
}

/** Whom an access token is issued for. */
export interface AccessTokenSubject {
  readonly userId: string;
  readonly sessionId: string;
  readonly personalWorkspaceId: string;
  readonly isOperator: boolean;
}

/** Issues and reads access tokens; the HTTP floor implements it. */
export interface AccessTokens {
  /** A signed token, and when it ends. */
  issue(subject: AccessTokenSubject): { readonly accessToken: string; readonly expiresAt: Date };
  /** The subject of a token, or why there is none. */
  read(token: string): ReadToken;
  /** A signed ticket for event streams, and when it ends. It is no access token: all it does is listen. */
  issueTicket(subject: AccessTokenSubject): { readonly ticket: string; readonly expiresAt: Date };
  readTicket(ticket: string): ReadToken;
}

/** What stands in a token, or why it does not count. */
export type ReadToken = { readonly subject: AccessTokenSubject; readonly expiresAt: Date } | "malformed" | "expired";

/** The refresh token's cookie, on a transport that has cookies. */
export interface RefreshCookie {
  read(): string | null;
  /** `null` removes it. */
  write(token: string | null, expiresAt: Date): void;
}

/** What a webhook's document is about: something that happened in a workspace. */
export interface DocumentEvent {
  /** Null for a test. */
  readonly kind: NotificationKind | null;
  /** What it is about, by its kind; null for a test. */
  readonly entityId: string | null;
  readonly eventAt: Date;
  readonly workspaceId: string;
}

/** What every resolver is given. */
export interface Context {
  readonly services: Services;
  readonly accessTokens: AccessTokens;
  /** Null when nobody is signed in. Signing in sets it, for the rest of the operation. */
  viewer: Viewer | null;
  /** From where this is asked. */
  readonly origin: RequestOrigin;
  /** Null on a websocket, which cannot set one. */
  readonly refreshCookie: RefreshCookie | null;
  /** How far this process had read the event log when the operation began. */
  readonly eventPosition: EventPosition;
  /** The cursor with which a client that lost its event stream comes back (`Last-Event-ID`); goes before `after`. */
  readonly lastEventId?: string;
  /** Set while a webhook's document is executed, and nowhere else. */
  readonly documentEvent?: DocumentEvent;
}
