import type { EventPosition } from "../infra/event-cursor.ts";
import type { Services } from "../services.ts";

/** Who is asking. Comes from a verified access token. */
export interface Viewer {
  readonly userId: string;
  readonly sessionId: string;
  /** The workspace that inputs without `workspaceId` mean. It never changes, so the token carries it. */
  readonly personalWorkspaceId: string;
  /** Whether they administer this server. */
  readonly isOperator: boolean;
}

/** Issues and reads access tokens; the HTTP floor implements it. */
export interface AccessTokens {
  /** A signed token for the viewer, and when it ends. */
  issue(viewer: Viewer): { readonly accessToken: string; readonly expiresAt: Date };
  /** The viewer of a token, or why there is none. */
  read(token: string): { readonly viewer: Viewer; readonly expiresAt: Date } | "malformed" | "expired";
}

/** What every resolver is given. */
export interface Context {
  readonly services: Services;
  readonly accessTokens: AccessTokens;
  /** Null when nobody is signed in. Signing in sets it, for the rest of the operation. */
  viewer: Viewer | null;
  /** How far this process had read the event log when the operation began. */
  readonly eventPosition: EventPosition;
}
