/** What somebody writes in a post. */
import { builder } from "../../graphql/builder.ts";
import { readIds } from "../../graphql/read-ids.ts";
import { chosenOptions } from "../chosen-options.ts";
import { PlatformOptionsInput } from "./platform-options.ts";

const FocusInput = builder.inputType("FocusInput", {
  description: "The point of a picture that a crop keeps in view.",
  fields: (t) => ({
    x: t.float({ required: true, description: "From 0, the left end, to 1, the right end." }),
    y: t.float({ required: true, description: "From 0, the upper end, to 1, the lower end." }),
  }),
});

const ImageFitEnum = builder.enumType("ImageFit", {
  description: "How pictures outside a platform's ratios are brought inside.",
  values: {
    CROP: { description: "Cut off what is too much, keeping the picture's focus in view." },
    PAD: { description: "Show all of it, on a ground of its dominant colour." },
  } as const,
});

/** A picture of a post. */
export const PostImageInput = builder.inputType("PostImageInput", {
  description: "A picture of a post.",
  fields: (t) => ({
    imageId: t.id({ required: true, description: "A generated image of the same workspace." }),
    altText: t.string({ description: "What it shows, in this post. Default: the image's own text." }),
    focus: t.field({ type: FocusInput, description: "What a crop keeps in view. Default: the middle." }),
  }),
});

/** An account that a post goes to. */
export const PostTargetInput = builder.inputType("PostTargetInput", {
  description: "An account that a post goes to.",
  fields: (t) => ({
    socialAccountId: t.id({ required: true, description: "A connected account of the same workspace." }),
    caption: t.string({
      description: "A text for this account alone. Default: the post's caption; an empty text is deliberate.",
    }),
    fit: t.field({
      type: ImageFitEnum,
      description: "What to do with pictures outside the platform's ratios. Default: they are refused.",
    }),
    at: t.field({
      type: "DateTime",
      description: "This account's own time; used where the post is scheduled `at` a time. Default: the post's.",
    }),
    ...(PlatformOptionsInput !== null && {
      options: t.field({ type: PlatformOptionsInput, description: "What only the account's platform has." }),
    }),
  }),
});

interface WrittenPost {
  readonly caption: string;
  readonly images: readonly (typeof PostImageInput.$inferInput)[];
  readonly targets: readonly (typeof PostTargetInput.$inferInput & { readonly options?: unknown })[];
}

/** The content of a post as the verbs take it. Throws a `ValidationError` that names every wrong id. */
export function readPostInput({ caption, images, targets }: WrittenPost) {
  return readIds((id) => ({
    caption,
    images: images.map((image, index) => ({
      ...image,
      imageId: id("Image", image.imageId, ["images", `${index}`, "imageId"]),
    })),
    targets: targets.map(({ options, ...target }, index) => ({
      ...target,
      options: chosenOptions(options),
      socialAccountId: id("SocialAccount", target.socialAccountId, ["targets", `${index}`, "socialAccountId"]),
    })),
  }));
}
