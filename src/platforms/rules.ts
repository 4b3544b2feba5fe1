/** What a platform accepts, as data. Checked before anything is scheduled and again before it is sent. */

/** Something that a platform would refuse, said to the person who wrote it. */
export interface RuleFault {
  readonly code: string;
  /** What was found, what is allowed, what to do. */
  readonly message: string;
}

/** The text of a post. */
export interface CaptionRules {
  readonly max: number;
  /** What `max` counts, for messages: "characters". */
  readonly unit: string;
  /** The platform's own counting; `options` are those of the target, for platforms that count what stands in them too. */
  measure(caption: string, options?: OptionValues): number;
  /** Further limits of the text, such as a number of hashtags; empty when there is nothing to say. */
  faults?(caption: string): readonly RuleFault[];
}

/** The pictures of a post. What a derivative can cure is rendered; what it cannot is refused. */
export interface ImageRules {
  readonly min: number;
  readonly max: number;
  /** What may be sent, the preferred one first; other formats are rendered into it. */
  readonly mimes: readonly string[];
  /** Bytes of one file. */
  readonly maxBytes: number;
  /** Pixels that the platform shows at most; larger pictures are made smaller. Null: no limit. */
  readonly maxWidth: number | null;
  readonly maxHeight: number | null;
  /** Pixels; smaller pictures are made larger. */
  readonly minWidth: number;
  /** Width divided by height. A picture outside must be cropped or padded, which the writer of the post chooses. */
  readonly ratio: { readonly min: number; readonly max: number } | null;
  /** Whether the platform crops all pictures of a post to the ratio of the first. */
  readonly oneRatio: boolean;
}

/** All rules of one account. */
export interface PlatformRules {
  readonly caption: CaptionRules;
  readonly images: ImageRules;
  /** `max` in characters (code points); 0 where the platform has no alt text. */
  readonly altText: { readonly required: boolean; readonly max: number };
}

/** A setting of a target that only its platform has. Options are data: GraphQL inputs and checks are made of them. */
export type PlatformOption = {
  readonly name: string;
  readonly description: string;
} & (
  | { readonly kind: "flag" }
  | { readonly kind: "choice"; readonly values: readonly { readonly value: string; readonly description: string }[] }
  /** `max` in characters. */
  | { readonly kind: "text"; readonly max: number }
  | { readonly kind: "texts"; readonly max: number; readonly maxItems: number }
);

/** Values of a target's options by name; what is absent has the platform's default. */
export type OptionValues = Readonly<Record<string, boolean | string | readonly string[]>>;
