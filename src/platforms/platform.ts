/**
 * The contract between Atelier and one social network.
 *
 * A platform knows how to connect an account, how to make one post public, and how to find out whether it did. It keeps no
 * ledger and repeats nothing: how a call ended is a value, and `src/publishing` decides what follows.
 */
import type { FastifyInstance } from "fastify";
import type { z } from "zod";
import type { Clock } from "../infra/clock.ts";
import type { Db } from "../infra/db.ts";
import type { OutboundHttp } from "../infra/outbound-http.ts";
import type { ObjectStorage } from "../infra/storage.ts";

/**
 * What an interrupted send leaves to look at (publishing rules, capability classes): `keyed` de-duplicates by our key;
 * `handle` publishes a container at most once; `staged` hides first; `detects` refuses repeats; `search` lists recent
 * posts; `none` leaves nothing, so such a send is never repeated.
 */
export type CapabilityClass = "keyed" | "handle" | "staged" | "detects" | "search" | "none";

/** What a platform accepts, as data: checked before anything is scheduled and again before it is sent. */
export interface PlatformRules {
  readonly caption: {
    readonly max: number;
    /** What `max` counts, for messages: "characters". */
    readonly unit: string;
    /** The platform's own counting. */
    measure(caption: string): number;
  };
  readonly images: { readonly min: number; readonly max: number; readonly mimes: readonly string[] };
  readonly altText: { readonly required: boolean; readonly max: number };
}

/** A field of the form that connects an account. */
export interface ConnectionField {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
}

/** An account as the platform knows it. */
export interface RemoteAccount {
  readonly remoteId: string;
  readonly handle: string;
  readonly name: string;
  readonly url: string | null;
}

/** How connecting ended. A refused field carries its name, so that the form can show the message beside it. */
export type ConnectionOutcome =
  | { readonly kind: "connected"; readonly account: RemoteAccount }
  | { readonly kind: "refused"; readonly field: string; readonly code: string; readonly message: string };

/** A picture of a post, ready to be sent. */
export interface PublishImage {
  readonly sha256: string;
  readonly extension: string;
  readonly mime: string;
  readonly width: number;
  readonly height: number;
  readonly alt: string;
  readonly dominantColour: string;
  readonly provenance: string | null;
}

/** One post for one account. The same target always sends the same `key`. */
export interface PublishRequest {
  readonly key: string;
  readonly account: RemoteAccount;
  readonly caption: string;
  readonly images: readonly PublishImage[];
}

/** How a send ended. Only what the platform said for certain is `refused`; everything unclear is `ambiguous`. */
export type PublishOutcome =
  | { readonly kind: "published"; readonly externalId: string; readonly permalink: string }
  | { readonly kind: "submitted"; readonly externalId: string }
  | { readonly kind: "refused"; readonly code: string; readonly message: string }
  | { readonly kind: "unauthorized"; readonly message: string }
  | { readonly kind: "rate-limited"; readonly retryAt: Date | null; readonly message: string }
  | { readonly kind: "unavailable"; readonly message: string }
  | { readonly kind: "ambiguous"; readonly message: string };

/** What looking for an interrupted send found. Reading only. */
export type ReconcileOutcome =
  | { readonly kind: "present"; readonly externalId: string; readonly permalink: string }
  | { readonly kind: "absent" }
  | { readonly kind: "unknown"; readonly message: string };

/** What a platform is built from. */
export interface PlatformContext {
  /** The parsed environment, for the platform's own variables. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly publicUrl: string;
  readonly clock: Clock;
  readonly http: OutboundHttp;
  /** For built-in platforms, whose outside is this server. */
  readonly db: Db;
  readonly storage: ObjectStorage;
}

/** One social network, built. */
export interface Platform {
  readonly capability: CapabilityClass;
  /** Milliseconds after a send's deadline before an unclear outcome may be looked up. */
  readonly settleWindow: number;
  connect(fields: Readonly<Record<string, string>>, workspaceId: string): Promise<ConnectionOutcome>;
  /** Aborted by `signal` at the send's deadline; an answer after that is not waited for. */
  publish(request: PublishRequest, signal: AbortSignal): Promise<PublishOutcome>;
  reconcile(request: PublishRequest, signal: AbortSignal): Promise<ReconcileOutcome>;
  /** Of these originals, by hash, those whose files what was published still shows: they must not be cleared away. */
  keptFiles?(hashes: readonly string[]): Promise<readonly string[]>;
  /** Pages that the platform itself serves. */
  routes?(app: FastifyInstance): Promise<void>;
}

/** One line of the registry: a social network as data, and how it comes to be. */
export interface PlatformDefinition {
  /** Stable lower-case name, stored with accounts; the GraphQL enum value is its upper-case form. */
  readonly name: string;
  readonly label: string;
  readonly description: string;
  /** Its variables in the environment, by name, each with a description for `.env.example`. */
  readonly variables: Readonly<Record<string, z.ZodType>>;
  readonly rules: PlatformRules;
  readonly connection: readonly ConnectionField[];
  open(context: PlatformContext): Platform;
}
