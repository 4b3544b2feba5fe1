/** How accounts are connected, kept alive and let go. */
import type { Secret } from "../infra/secret.ts";

/** A field of the form that connects an account. */
export interface ConnectionField {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  /** Passwords and tokens: kept sealed, never repeated in messages. */
  readonly secret?: boolean;
}

/**
 * One way to connect an account. FORM: fields are all it takes. REDIRECT: the person signs in at the platform and comes back;
 * `server` says that accounts live on many servers, so that its address must be given first.
 */
export type ConnectionMethod = {
  /** camelCase, unique over all platforms: the name of its field or value in GraphQL. */
  readonly name: string;
  readonly label: string;
  readonly description: string;
} & (
  | { readonly kind: "FORM"; readonly fields: readonly ConnectionField[] }
  | { readonly kind: "REDIRECT"; readonly server: boolean; readonly scopes: readonly string[] }
);

/** An account as the platform knows it. */
export interface RemoteAccount {
  /** Unique on the platform; where accounts live on many servers it starts with the server's host. */
  readonly remoteId: string;
  readonly handle: string;
  readonly name: string;
  readonly url: string | null;
  /** The connection method's name. */
  readonly method: string;
  /** What the adapter needs to know again and is no secret: a server's origin, a channel, limits that the server told. */
  readonly details: Readonly<Record<string, string>>;
}

/** What opens an account, by the adapter's own names; stored as one sealed text. */
export type Credentials = Readonly<Record<string, Secret>>;

/** An account with what opens it. Made in one place, for one call. */
export interface AccountSession {
  readonly account: RemoteAccount;
  readonly credentials: Credentials;
}

/** An account that may be connected, with everything that is stored of it. */
export interface ConnectableAccount {
  readonly account: RemoteAccount;
  readonly credentials: Credentials;
  /** When access ends unless it is renewed; null: never, as far as the platform says. */
  readonly expiresAt: Date | null;
  /** What was granted. */
  readonly scopes: readonly string[];
}

/**
 * How connecting ended. Several accounts mean that the person chooses; a form names its account itself, so that it opens exactly
 * one, also by a script, which nobody could ask. A refused field carries its name, so that the form can
 * show the message beside it; null where it is no field's fault.
 */
export type ConnectionOutcome =
  | { readonly kind: "connected"; readonly accounts: readonly ConnectableAccount[] }
  | { readonly kind: "refused"; readonly field: string | null; readonly code: string; readonly message: string }
  | { readonly kind: "unavailable"; readonly message: string };

/** A form as it was filled in. */
export interface ConnectionForm {
  readonly method: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly workspaceId: string;
}

/** What a sign-in at the platform starts with. */
export interface AuthorisationRequest {
  readonly method: string;
  /** The server's address as somebody typed it; only for methods with `server`. */
  readonly server: string | null;
  /** Bound to the person's session, used once. */
  readonly state: string;
  readonly redirectUri: string;
  /** PKCE, S256; for platforms that know it. */
  readonly codeChallenge: string;
}

/** Where to send the browser, and what must be known again when it comes back; `pending` is stored sealed. */
export type AuthorisationOutcome =
  | { readonly kind: "started"; readonly url: string; readonly pending: Credentials }
  | { readonly kind: "refused"; readonly field: string | null; readonly code: string; readonly message: string }
  | { readonly kind: "unavailable"; readonly message: string };

/** The browser came back. */
export interface AuthorisationAnswer {
  readonly method: string;
  /** What the platform sent along, as received: `code`, or `error` and its description. */
  readonly query: Readonly<Record<string, string>>;
  readonly redirectUri: string;
  readonly codeVerifier: Secret;
  readonly pending: Credentials;
}

/** What asking for an account's state found. Only `unauthorized` means that somebody must connect it again. */
export type CheckOutcome =
  | { readonly kind: "alive"; readonly account: RemoteAccount; readonly scopes: readonly string[] | null }
  | { readonly kind: "unauthorized"; readonly message: string }
  | { readonly kind: "rate-limited"; readonly retryAt: Date | null; readonly message: string }
  | { readonly kind: "unavailable"; readonly message: string };

/** How renewing an account's access ended. What was renewed is stored before it is used. */
export type RefreshOutcome =
  | { readonly kind: "renewed"; readonly credentials: Credentials; readonly expiresAt: Date | null }
  | { readonly kind: "unauthorized"; readonly message: string }
  | { readonly kind: "rate-limited"; readonly retryAt: Date | null; readonly message: string }
  | { readonly kind: "unavailable"; readonly message: string };

/** How ending access at its platform went. `ended`: nothing of it is left there that would be ours to end. */
export type RevokeOutcome =
  | { readonly kind: "ended" }
  /** For the operator's log: a sentence without secrets. */
  | { readonly kind: "failed"; readonly message: string };

/**
 * What asking a platform for nothing in particular found, for the operator. `fine` says what answered and what that proves;
 * `refused` that it answers but does not take what the settings say of this server.
 */
export interface ProbeOutcome {
  readonly kind: "fine" | "refused" | "unavailable";
  /** A sentence, without secrets. */
  readonly message: string;
}

/** How access is renewed, as data. */
export interface RefreshPolicy {
  /** Milliseconds before the end at which renewing begins; a random part of a tenth is taken off, so that accounts spread. */
  readonly ahead: number;
  /** Milliseconds that access must be old before the platform renews it. */
  readonly notBefore: number;
}
