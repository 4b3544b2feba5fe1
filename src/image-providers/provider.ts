/**
 * The contract between Atelier and one image API.
 *
 * A provider knows how to turn one request into one picture and nothing else: no database, no queue, no retry. What it can
 * do is data (`capabilities`), so that a request is checked before anything is spent; how a call ended is a value
 * (`GenerationOutcome`), so that the caller decides about retries in one exhaustive switch. A throw is a bug.
 */
import type { z } from "zod";
import type { Clock } from "../infra/clock.ts";
import type { OutboundHttp } from "../infra/outbound-http.ts";
import type { ModelCatalogue, Money, ProviderCapabilities } from "./capabilities.ts";
import type { FailureClass } from "./failure-class.ts";

/** Largest picture a provider may answer with, in bytes. */
export const maxPictureBytes = 32 * 1024 * 1024;

/** The picture to start from. */
export interface InputImage {
  /** As Atelier stored it: checked, decoded once, of one of the model's `inputImage.mimes`. */
  readonly bytes: Buffer;
  readonly mime: string;
  /** How far the result may go from it: 0 keeps it, 1 ignores it. Absent: the provider's own default. */
  readonly strength?: number;
  /** A PNG of the input's size: white is painted anew, black is kept. Only for models with `mask`. */
  readonly mask?: Buffer;
}

/** One picture to make. All values were checked against the model's limits. */
export interface GenerationRequest {
  readonly prompt: string;
  /** Empty: none. */
  readonly negativePrompt: string;
  readonly model: string;
  /** Pixels. Where the model takes shapes (`sizes.kind` RATIOS), one of its listed pairs. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /** 32-bit unsigned; the same seed and request give the same picture where the model honours seeds. */
  readonly seed: number;
  readonly inputImage?: InputImage;
  /** Values of the model's `options` by name; what is absent has its default. */
  readonly options?: Readonly<Record<string, string>>;
}

/** How far a call is. */
export interface GenerationProgress {
  /** From 0 to 1, never falling; null where the provider does not know and the caller estimates. */
  readonly fraction: number | null;
  /** In words for a person: "Painting the sky", "Waiting as number 3". */
  readonly phase: string;
  /** An unfinished picture, untrusted like every picture from outside; only from providers that declare `preview`. */
  readonly preview?: Buffer;
}

/** What any call to a provider may use. */
export interface ProviderContext {
  /** Aborts on cancellation, deadline and shutdown; the provider stops promptly. */
  readonly signal: AbortSignal;
  /** The only way to the network. */
  readonly http: OutboundHttp;
}

/** What making a picture may use, and whom it tells. */
export interface GenerationContext extends ProviderContext {
  readonly onProgress: (progress: GenerationProgress) => void;
  /**
   * Called once by a provider with remote jobs (`resume`), as soon as the API has named the job, and awaited before anything
   * else happens: what the caller has stored survives a crash, and the picture is not paid for twice. If it rejects, the
   * provider rejects too.
   */
  readonly onRemoteId: (remoteId: string) => Promise<void>;
}

/**
 * What a call cost. NONE: certainly nothing. REPORTED: the API said so, in money or in
 * the units that its price list names. UNKNOWN: it may have been charged, and the API does
 * not say how much; estimate from the model's price.
 */
export type GenerationCost =
  | { readonly kind: "NONE" }
  | ({ readonly kind: "REPORTED" } & Money)
  | { readonly kind: "UNKNOWN" };

/** A picture was made. `bytes` are untrusted and go through the one ingest function before they are stored. */
export interface GenerationSuccess {
  readonly ok: true;
  readonly bytes: Buffer;
  /** The model as the API names it, which may be longer than the one asked for. */
  readonly model: string;
  /** Null where the provider does not say or does not honour seeds. May be larger than what was asked for. */
  readonly seed: number | null;
  readonly cost: GenerationCost;
}

/** No picture was made. */
export interface GenerationFailure {
  readonly ok: false;
  readonly failure: FailureClass;
  /** What happened, for the person who asked: never a stack, host or key. What to do stands in `failureClasses`. */
  readonly message: string;
  /** Seconds the provider asked us to wait. */
  readonly retryAfter?: number;
  /** Absent: what the class says. False: this time asking again, unchanged, cannot help. */
  readonly retryable?: false;
  /** Absent: UNKNOWN. */
  readonly cost?: GenerationCost;
  /** For the operator's log only: what the API said, shortened, never with a key in it. */
  readonly detail?: string;
}

/** How a call ended. */
export type GenerationOutcome = GenerationSuccess | GenerationFailure;

/**
 * IPTC digital source type of the pictures a provider makes, from http://cv.iptc.org/newscodes/digitalsourcetype/ :
 * `trainedAlgorithmicMedia` for a trained model, `algorithmicMedia` for a program without training data.
 */
export type DigitalSourceType = "trainedAlgorithmicMedia" | "algorithmicMedia";

/** One image API. */
export interface ImageProvider {
  /** Stable lower-case name, stored with every image. */
  readonly name: string;
  /** For people. */
  readonly label: string;
  readonly digitalSourceType: DigitalSourceType;
  readonly capabilities: ProviderCapabilities;
  /**
   * The models as the API lists them for our key; see `createModelCatalogue`, which caches, bounds and never fails. Absent
   * where the API has no list: `capabilities.models` is all there is.
   */
  listModels?(context: ProviderContext): Promise<ModelCatalogue>;
  /**
   * Makes one picture. When the signal aborts it answers `cancelled` promptly; a provider without remote jobs then also stops
   * the work at the API, where the API can. One with remote jobs leaves the job alone: the caller may want to `resume` it.
   */
  generate(request: GenerationRequest, context: GenerationContext): Promise<GenerationOutcome>;
  /** Waits for a job whose id `onRemoteId` once gave, after a crash or a restart. A job that is gone is a failure. */
  resume?(remoteId: string, request: GenerationRequest, context: GenerationContext): Promise<GenerationOutcome>;
  /** Asks the API to stop a remote job. True: it is stopped or over. False: it may still run and be charged. */
  cancel?(remoteId: string, context: ProviderContext): Promise<boolean>;
}

/** A provider's variables in the environment, by name, each with a description for `.env.example`. */
export type ProviderVariables = Readonly<Record<string, z.ZodType>>;

/** What a provider is built from. */
export interface ProviderSetup<Variables extends ProviderVariables = ProviderVariables> {
  /** The parsed values of its variables. */
  readonly values: { readonly [Name in keyof Variables]: z.output<Variables[Name]> };
  readonly clock: Clock;
}

/** How a provider comes to be: what the registry lists. Keys among the variables are secret; no value of them is ever shown. */
export interface ImageProviderDefinition {
  /** The name of the provider that it opens. */
  readonly name: string;
  readonly variables: ProviderVariables;
  /**
   * Builds the provider; null where it is not configured. Written as a method on purpose: a definition takes the values of its
   * own variables (`ProviderSetup<typeof variables>`), which is what the settings parsed for it.
   */
  open(setup: ProviderSetup): ImageProvider | null;
}
