/** One post on its way out: what the adapter is given, and how each step can end. Every end is a value. */
import type { AccountSession } from "./connection.ts";
import type { OptionValues } from "./rules.ts";

/**
 * What an interrupted send leaves to look at (publishing rules, capability classes): `keyed` de-duplicates by our key;
 * `handle` publishes a container at most once; `staged` hides first; `detects` refuses repeats; `search` lists recent
 * posts; `none` leaves nothing, so such a send is never repeated.
 */
export type CapabilityClass = "keyed" | "handle" | "staged" | "detects" | "search" | "none";

/** A picture of a post, in the form in which this platform takes it. */
export interface PublishImage {
  readonly sha256: string;
  readonly extension: string;
  readonly mime: string;
  readonly width: number;
  readonly height: number;
  readonly alt: string;
  readonly dominantColour: string;
  readonly provenance: string | null;
  /** What must stay in sight where the platform cuts previews: parts of width and height, 0 to 1, from the top left. */
  readonly focus?: { readonly x: number; readonly y: number } | null;
  /** The file's bytes. Rejects when the storage cannot be read. */
  read(): Promise<Buffer>;
  /** A public address of exactly this file, signed, good for at least a day. */
  readonly url: string;
}

/** A value at the platform that an earlier step left: a container, a photo, an upload. */
export interface RemoteRef {
  readonly value: string;
  readonly at: Date;
}

/** What earlier steps of the same content left at the platform. Cleared when the content changes. */
export interface RemoteRefs {
  get(name: string): RemoteRef | null;
  /** Durable when it resolves; await it before the next remote call. Rejects when the claim on the target was lost. */
  keep(name: string, value: string): Promise<void>;
  /** Forgets what no longer works, such as an expired container. */
  drop(name: string): Promise<void>;
}

/** One post for one account. */
export interface PublishRequest {
  /** The target's own key, a UUID: every attempt repeats it. */
  readonly key: string;
  /** When the target was first prepared: the same for every attempt, for keys and records made of a time. */
  readonly preparedAt: Date;
  /** When the irreversible call was begun; null before. */
  readonly sentAt: Date | null;
  readonly session: AccountSession;
  readonly caption: string;
  readonly images: readonly PublishImage[];
  readonly options: OptionValues;
  /** Whether a picture comes from a trained model: declared where the platform has a flag for it. */
  readonly madeWithAi: boolean;
  readonly refs: RemoteRefs;
}

/** Trouble that certainly left nothing public. */
export type Refusal =
  /** `permanent`: the same post will be refused again. */
  | { readonly kind: "refused"; readonly code: string; readonly message: string }
  /** The account must be connected again. */
  | { readonly kind: "unauthorized"; readonly message: string }
  /** A quota or a spam guard; null where the platform names no time. */
  | { readonly kind: "rate-limited"; readonly retryAt: Date | null; readonly message: string }
  | { readonly kind: "unavailable"; readonly message: string };

/** How the reversible steps ended. `waiting`: the platform works on it, ask again then. */
export type PrepareOutcome =
  | { readonly kind: "ready" }
  | { readonly kind: "waiting"; readonly retryAt: Date; readonly message: string }
  | Refusal;

/**
 * How the one irreversible call ended. Only what the platform said for certain is a {@link Refusal}; everything unclear is
 * `ambiguous`. `submitted`: accepted, but not public yet, or public under an id that is not known yet.
 */
export type PublishOutcome =
  | { readonly kind: "published"; readonly externalId: string; readonly permalink: string | null }
  | { readonly kind: "submitted"; readonly externalId: string }
  | Refusal
  | { readonly kind: "ambiguous"; readonly message: string };

/**
 * What looking for an interrupted or submitted send found. Reading only. `absent` is `certain` where the platform answers for
 * the very key or handle, and not where only a list does not show it. `pending`: it is accepted and still worked on.
 */
export type ReconcileOutcome =
  | { readonly kind: "present"; readonly externalId: string; readonly permalink: string | null }
  | { readonly kind: "pending"; readonly externalId: string; readonly message: string }
  | { readonly kind: "absent"; readonly certain: boolean; readonly message: string }
  /** It can never be found out: more than one candidate, or nothing to look at. */
  | { readonly kind: "unknown"; readonly message: string }
  /** The look-up itself failed, which says nothing about the post; it is repeated. */
  | { readonly kind: "unreadable"; readonly message: string };

/** What reading a published post back found. */
export type VerifyOutcome =
  | { readonly kind: "there"; readonly permalink: string | null }
  | { readonly kind: "gone"; readonly message: string }
  | { readonly kind: "unavailable"; readonly message: string };

/** How many posts an account may still make; `unknown` where the platform does not say. */
export type QuotaOutcome =
  | { readonly kind: "known"; readonly used: number; readonly total: number; readonly resetsAt: Date | null }
  | { readonly kind: "unknown" };
