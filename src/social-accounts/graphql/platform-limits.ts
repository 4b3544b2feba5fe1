import { builder } from "../../graphql/builder.ts";
import type { PlatformRules } from "../../platforms/rules.ts";

/** What a platform, or one account of it, takes. */
export const PlatformLimits = builder.objectRef<PlatformRules>("PlatformLimits").implement({
  description:
    "What a post may be. Pictures of other formats or sizes are converted; what cannot be is refused beforehand.",
  fields: (t) => ({
    captionMax: t.int({ description: "Length of the text, at most.", resolve: ({ caption }) => caption.max }),
    captionUnit: t.string({
      description: "What is counted, by the platform's own rules: characters, graphemes.",
      resolve: ({ caption }) => caption.unit,
    }),
    imagesMin: t.int({ description: "Pictures, at least.", resolve: ({ images }) => images.min }),
    imagesMax: t.int({ description: "Pictures, at most.", resolve: ({ images }) => images.max }),
    formats: t.stringList({
      description: "Media types of what is sent, the preferred one first.",
      resolve: ({ images }) => [...images.mimes],
    }),
    maxBytes: t.int({
      description: "Bytes of a picture as it is sent, at most.",
      resolve: ({ images }) => images.maxBytes,
    }),
    maxWidth: t.int({
      nullable: true,
      description: "Pixels across, at most; null: no limit.",
      resolve: ({ images }) => images.maxWidth,
    }),
    maxHeight: t.int({
      nullable: true,
      description: "Pixels down, at most; null: no limit.",
      resolve: ({ images }) => images.maxHeight,
    }),
    minRatio: t.float({
      nullable: true,
      description: "Width divided by height, at least; null: no limit.",
      resolve: ({ images }) => images.ratio?.min ?? null,
    }),
    maxRatio: t.float({
      nullable: true,
      description: "Width divided by height, at most; null: no limit.",
      resolve: ({ images }) => images.ratio?.max ?? null,
    }),
    oneRatio: t.boolean({
      description: "Whether all pictures of a post are cropped to the shape of the first.",
      resolve: ({ images }) => images.oneRatio,
    }),
    altTextRequired: t.boolean({
      description: "Whether every picture needs a text that says what it shows.",
      resolve: ({ altText }) => altText.required,
    }),
    altTextMax: t.int({
      description: "Characters of that text, at most; 0 where there is none.",
      resolve: ({ altText }) => altText.max,
    }),
  }),
});
