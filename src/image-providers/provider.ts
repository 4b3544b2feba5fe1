/**
 * The contract between Atelier and one image API.
 *
 * A provider knows how to turn one request into one picture and nothing else: no database, no queue, no retry. What it can
 * do is data (`capabilities`), so that a request is checked before anything is spent; how a call ended is a value
 * (`GenerationOutcome`), so that the caller decides about retries in one exhaustive switch. A throw is a bug.
 */
import type { OutboundHttp } from "../infra/outbound-http.ts";
import type { DigitalSourceType } from "../infra/pictures/digital-source-type.ts";

/** A width or height range in pixels; every side must be a multiple of `step`. */
export interface SideLimits {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** What a provider accepts. Requests outside these limits are refused before the provider is called. */
export interface ProviderCapabilities {
  /** Model ids, the default first. */
  readonly models: readonly [string, ...string[]];
  /** Longest accepted prompt and negative prompt, in Unicode code points. */
  readonly maxPromptLength: number;
  readonly width: SideLimits;
  readonly height: SideLimits;
  /** Upper bound for width × height, in pixels. */
  readonly maxPixels: number;
  readonly defaultSize: { readonly width: number; readonly height: number };
  readonly seed: boolean;
  readonly negativePrompt: boolean;
  /** MEASURED: the provider reports how far it is. ESTIMATED: Atelier guesses from its own history. */
  readonly progress: "MEASURED" | "ESTIMATED";
  /** Whether a running call can be stopped at the provider. */
  readonly cancel: boolean;
}

/** One picture to make. All values were checked against the provider's capabilities. */
export interface GenerationRequest {
  readonly prompt: string;
  readonly negativePrompt: string;
  readonly model: string;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /** 32-bit unsigned; the same seed and request give the same picture where the provider honours seeds. */
  readonly seed: number;
}

/** How far a call is: `fraction` from 0 to 1, never falling; `phase` in words for a person ("Painting the sky"). */
export interface GenerationProgress {
  readonly fraction: number;
  readonly phase: string;
}

/** What a call may use and whom it tells. */
export interface GenerationContext {
  /** Aborts on cancellation, deadline and shutdown; a provider stops promptly and answers `cancelled`. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: GenerationProgress) => void;
  /** The only way to the network. */
  readonly http: OutboundHttp;
}

/** The closed list of failure classes. What each means for retrying stands in `failureClasses`. */
export type FailureClass =
  | "auth"
  | "billing"
  | "rate_limited"
  | "invalid_request"
  | "model_not_found"
  | "content_policy"
  | "provider_unavailable"
  | "provider_error"
  | "timeout"
  | "cancelled"
  | "bad_output";

/** Whether asking again, unchanged, can help: decided once per class, for every provider. */
export const failureClasses = {
  auth: { retryable: false },
  billing: { retryable: false },
  rate_limited: { retryable: true },
  invalid_request: { retryable: false },
  model_not_found: { retryable: false },
  content_policy: { retryable: false },
  provider_unavailable: { retryable: true },
  provider_error: { retryable: true },
  timeout: { retryable: false },
  cancelled: { retryable: false },
  bad_output: { retryable: true },
} as const satisfies Record<FailureClass, { retryable: boolean }>;

/** How a call ended. `bytes` are untrusted and go through the one ingest function before they are stored. */
export type GenerationOutcome =
  | { readonly ok: true; readonly bytes: Buffer; readonly model: string; readonly seed: number | null }
  | {
      readonly ok: false;
      readonly failure: FailureClass;
      /** A sentence for the person who asked: what happened and what to do. Never a stack, host or key. */
      readonly message: string;
      /** Seconds the provider asked us to wait. */
      readonly retryAfter?: number;
    };

/** One image API. */
export interface ImageProvider {
  /** Stable lower-case name, stored with every image. */
  readonly name: string;
  /** For people. */
  readonly label: string;
  /** How its pictures come to be; written into every file. */
  readonly digitalSourceType: DigitalSourceType;
  readonly capabilities: ProviderCapabilities;
  generate(request: GenerationRequest, context: GenerationContext): Promise<GenerationOutcome>;
}
