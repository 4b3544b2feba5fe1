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

const RegenerateInput = builder.inputType("RegenerateInput", {
  description: "What happens when a picture fails or is rejected.",
  fields: (t) => ({
    maxTries: t.int({
      required: true,
      description: "How often it is made anew by itself, 0 to 5; then people are told.",
    }),
  }),
});

const GeneratePostImageInput = builder.inputType("GeneratePostImageInput", {
  description: "A picture to make for a post; see `GenerateImagesInput`.",
  fields: (t) => ({
    prompt: t.string({ required: true, description: "What the picture shows, in words." }),
    negativePrompt: t.string({ description: "What it shall not show." }),
    provider: t.string({ description: "Name of an image provider. Default: the workspace's own, else the first." }),
    model: t.string({ description: "One of the provider's models. Default: its first." }),
    width: t.int({ description: "Pixels, within the provider's limits." }),
    height: t.int({ description: "Pixels, within the provider's limits." }),
    aspectRatio: t.string({ description: 'A shape such as "16:9", in place of width and height.' }),
    seed: t.int({ description: "From 0. Default: random." }),
    styleId: t.id({ description: "A style for the prompt. Default: the workspace's; null: none." }),
    regenerate: t.field({ type: RegenerateInput, description: "Default: it is not made anew by itself." }),
  }),
});

/** A picture of a new post, there or to be made. */
export const NewPostImageInput = builder.inputType("NewPostImageInput", {
  description: "A picture of a new post: give `imageId`, or `generate`.",
  fields: (t) => ({
    imageId: t.id({ description: "A generated image of the same workspace." }),
    generate: t.field({
      type: GeneratePostImageInput,
      description: "A picture to make. The post holds its time, and is scheduled once the picture is approved.",
    }),
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
      description:
        "This account's own time; used where the post is scheduled at a time, `at` or `local`. Default: the post's.",
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

type ReadId = Parameters<Parameters<typeof readIds>[0]>[0];

/** The content of a post as the verbs take it. Throws a `ValidationError` that names every wrong id. */
export function readPostInput({ caption, images, targets }: WrittenPost) {
  return readIds((id) => ({
    caption,
    images: images.map((image, index) => ({
      ...image,
      imageId: id("Image", image.imageId, ["images", `${index}`, "imageId"]),
    })),
    targets: readTargets(id, targets),
  }));
}

interface NewPost extends Omit<WrittenPost, "images"> {
  readonly images: readonly (typeof NewPostImageInput.$inferInput)[];
}

/** The content of a new post as its verb takes it. Throws a `ValidationError` that names every wrong id. */
export function readNewPost({ caption, images, targets }: NewPost) {
  return readIds((id) => ({
    caption,
    images: images.map((image, index) => readNewImage(id, image, ["images", `${index}`])),
    targets: readTargets(id, targets),
  }));
}

function readNewImage(
  id: ReadId,
  { imageId, generate, ...image }: typeof NewPostImageInput.$inferInput,
  at: readonly string[],
) {
  const known = typeof imageId === "string" && { imageId: id("Image", imageId, [...at, "imageId"]) };
  if (!generate) return { ...image, ...known };
  const { styleId, negativePrompt, ...asked } = generate;
  const style = typeof styleId === "string" ? id("Style", styleId, [...at, "generate", "styleId"]) : styleId;
  const made = { ...asked, styleId: style, ...(negativePrompt && { negativePrompt }) };
  return { ...image, ...known, generate: made };
}

const readTargets = (id: ReadId, targets: WrittenPost["targets"]) =>
  targets.map(({ options, ...target }, index) => ({
    ...target,
    options: chosenOptions(options),
    socialAccountId: id("SocialAccount", target.socialAccountId, ["targets", `${index}`, "socialAccountId"]),
  }));
