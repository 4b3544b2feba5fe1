/** What a provider can do, as data: shown to people, and what requests are checked against before anything is spent. */

/** An amount of money. */
export interface Money {
  /** In whole units of the currency: 0.04 is four cents. */
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
}

/** A width or height range in pixels; every side must be a multiple of `step`. */
export interface SideLimits {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** A picture's width and height in pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Which sizes a model makes. RANGE: any width and height within the limits. LIST: exactly these sizes. RATIOS: these shapes;
 * the pixels beside each are what to expect, not a promise. The first of a list is the default.
 */
export type SizeLimits =
  | {
      readonly kind: "RANGE";
      readonly width: SideLimits;
      readonly height: SideLimits;
      /** Upper bound for width × height, in pixels. */
      readonly maxPixels: number;
      /** Longest side divided by shortest, at most. Absent: what width and height allow. */
      readonly maxRatio?: number;
      readonly defaultSize: PictureSize;
    }
  | { readonly kind: "LIST"; readonly sizes: readonly [PictureSize, ...PictureSize[]] }
  | { readonly kind: "RATIOS"; readonly sizes: readonly [PictureShape, ...PictureShape[]] };

/** A shape with the size to expect. */
export interface PictureShape extends PictureSize {
  /** As people write it: "16:9". */
  readonly ratio: string;
}

/** Which pictures a model can start from. */
export interface InputImageLimits {
  /** Whether it makes pictures only from pictures. */
  readonly required: boolean;
  readonly mimes: readonly [string, ...string[]];
  readonly maxBytes: number;
  /** Whether it heeds a strength. */
  readonly strength: boolean;
  /** Whether it heeds a mask. */
  readonly mask: boolean;
}

/** A setting of a model's own, such as quality. */
export interface ModelOption {
  readonly name: string;
  /** For people: what it changes. */
  readonly description: string;
  /** What it may be; the first is the default. */
  readonly values: readonly [string, ...string[]];
}

/** What one picture costs, for estimates: list prices change without notice. */
export interface ModelPrice extends Money {
  readonly per: "PICTURE" | "MEGAPIXEL";
}

/** One model and what it accepts. Requests outside these limits are refused before the provider is called. */
export interface ImageModel {
  /** As the API wants it. */
  readonly id: string;
  /** For people. */
  readonly label: string;
  readonly sizes: SizeLimits;
  /** Longest accepted prompt and negative prompt, in Unicode code points. */
  readonly maxPromptLength: number;
  /** Whether the same seed gives the same picture. */
  readonly seed: boolean;
  readonly negativePrompt: boolean;
  /** Null where it makes pictures from words alone. */
  readonly inputImage: InputImageLimits | null;
  readonly options: readonly ModelOption[];
  /** Null where nobody knows; an amount of 0 where it is free. */
  readonly price: ModelPrice | null;
  /** Whether the API's own list names it; absent where nobody asked or the API did not answer. */
  readonly listed?: boolean;
}

/** The models of a provider, the default first. */
export type ImageModels = readonly [ImageModel, ...ImageModel[]];

/** A provider's models as its API lists them, the default first. */
export interface ModelCatalogue {
  readonly models: ImageModels;
  /** When the API's own list was read; null while there is only the declared one. */
  readonly listedAt: Date | null;
}

/** What a provider can do. */
export interface ProviderCapabilities {
  /** The declared models. Where `listModels` is there, its answer counts; this is what it falls back to. */
  readonly models: ImageModels;
  /** Most pictures of one request; each of them is a call of its own. */
  readonly maxCount: number;
  /** Most calls at once over all processes. */
  readonly concurrency: number;
  /** MEASURED: the provider reports how far it is. ESTIMATED: Atelier guesses from its own history. */
  readonly progress: "MEASURED" | "ESTIMATED";
  /** Whether unfinished pictures come with the progress. */
  readonly preview: boolean;
  /** Whether work can be stopped at the API, so that it does not go on and cost. */
  readonly cancel: boolean;
}

/** The size a model makes when nobody asks for one. */
export function defaultSize({ sizes }: ImageModel): PictureSize {
  return sizes.kind === "RANGE" ? sizes.defaultSize : sizes.sizes[0];
}

/** What one picture of this size is expected to cost; null where nobody knows. */
export function estimateCost({ price }: ImageModel, { width, height }: PictureSize): Money | null {
  if (price === null) return null;
  const { amount, currency, per } = price;
  return { amount: per === "PICTURE" ? amount : (amount * width * height) / 1_000_000, currency };
}
