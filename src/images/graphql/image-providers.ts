import { builder } from "../../graphql/builder.ts";
import {
  defaultSize,
  type ImageModel,
  type InputImageLimits,
  type ModelOption,
  type ModelPrice,
  type PictureSize,
  type SideLimits,
} from "../../image-providers/capabilities.ts";
import type { ImageProvider } from "../../image-providers/provider.ts";
import { modelsOf } from "../provider-models.ts";
import { ProgressKindEnum } from "./image.ts";

const SideLimitsType = builder.objectRef<SideLimits>("SideLimits").implement({
  description: "What a width or height may be, in pixels.",
  fields: (t) => ({
    min: t.exposeInt("min", { description: "At least." }),
    max: t.exposeInt("max", { description: "At most." }),
    step: t.exposeInt("step", { description: "A multiple of this." }),
  }),
});

const PictureSizeType = builder.objectRef<PictureSize & { readonly ratio?: string }>("PictureSize").implement({
  description: "A size that a model makes.",
  fields: (t) => ({
    width: t.exposeInt("width", { description: "Pass it as `width`." }),
    height: t.exposeInt("height", { description: "Pass it as `height`." }),
    ratio: t.string({
      nullable: true,
      description:
        'The shape, such as "16:9", where the model only promises that; width and height then are what to expect.',
      resolve: ({ ratio }) => ratio ?? null,
    }),
  }),
});

const InputImageLimitsType = builder.objectRef<InputImageLimits>("InputImageLimits").implement({
  description: "Which pictures a model can start from.",
  fields: (t) => ({
    required: t.exposeBoolean("required", { description: "Whether it makes pictures only from pictures." }),
    mimes: t.stringList({ description: "Media types it reads.", resolve: ({ mimes }) => [...mimes] }),
    maxBytes: t.exposeInt("maxBytes", { description: "Bytes, at most." }),
    supportsStrength: t.exposeBoolean("strength", {
      description: "Whether one can say how far the result may go from the picture.",
    }),
    supportsMask: t.exposeBoolean("mask", { description: "Whether a mask can limit what is painted anew." }),
  }),
});

const ModelOptionType = builder.objectRef<ModelOption>("ModelOption").implement({
  description: "A setting of a model's own.",
  fields: (t) => ({
    name: t.exposeString("name", { description: "Its name." }),
    description: t.exposeString("description", { description: "What it changes." }),
    values: t.stringList({
      description: "What it may be; the first is the default.",
      resolve: ({ values }) => [...values],
    }),
  }),
});

const PriceUnit = builder.enumType("PriceUnit", {
  description: "What a price is for.",
  values: {
    PICTURE: { description: "One picture." },
    MEGAPIXEL: { description: "A million pixels of a picture." },
  } as const,
});

const ModelPriceType = builder.objectRef<ModelPrice>("ModelPrice").implement({
  description: "What pictures of a model are expected to cost. An estimate: list prices change without notice.",
  fields: (t) => ({
    amount: t.exposeFloat("amount", { description: "In whole units of the currency; 0 is free." }),
    currency: t.exposeString("currency", { description: "ISO 4217, such as USD." }),
    per: t.expose("per", { type: PriceUnit, description: "What it is for." }),
  }),
});

const ImageModelType = builder.objectRef<ImageModel>("ImageModel").implement({
  description: "A model of an image provider, and what it accepts.",
  fields: (t) => ({
    name: t.exposeString("id", { description: "Pass it as `model`." }),
    label: t.exposeString("label", { description: "For people." }),
    maxPromptLength: t.exposeInt("maxPromptLength", { description: "Characters of a prompt, at most." }),
    width: t.field({
      type: SideLimitsType,
      nullable: true,
      description: "Widths it makes; null where it makes only `sizes`.",
      resolve: ({ sizes }) => (sizes.kind === "RANGE" ? sizes.width : null),
    }),
    height: t.field({
      type: SideLimitsType,
      nullable: true,
      description: "Heights it makes; null where it makes only `sizes`.",
      resolve: ({ sizes }) => (sizes.kind === "RANGE" ? sizes.height : null),
    }),
    sizes: t.field({
      type: [PictureSizeType],
      description: "The sizes it makes where it makes no others; the first is the default. Empty where any fits.",
      resolve: ({ sizes }) => (sizes.kind === "RANGE" ? [] : [...sizes.sizes]),
    }),
    defaultSize: t.field({
      type: PictureSizeType,
      description: "The size of a picture when nobody asks for one.",
      resolve: (model) => defaultSize(model),
    }),
    supportsSeed: t.exposeBoolean("seed", { description: "Whether the same seed gives the same picture." }),
    supportsNegativePrompt: t.exposeBoolean("negativePrompt", {
      description: "Whether it heeds a negative prompt.",
    }),
    inputImage: t.expose("inputImage", {
      type: InputImageLimitsType,
      nullable: true,
      description: "Which pictures it can start from; null where it works from words alone.",
    }),
    options: t.field({
      type: [ModelOptionType],
      description: "Its own settings.",
      resolve: ({ options }) => [...options],
    }),
    price: t.expose("price", {
      type: ModelPriceType,
      nullable: true,
      description: "What pictures are expected to cost; null where nobody knows.",
    }),
    listed: t.boolean({
      nullable: true,
      description: "Whether the provider's own list names it for this server's key; null where that is not known.",
      resolve: ({ listed }) => listed ?? null,
    }),
  }),
});

/** An image provider. */
export const ImageProviderType = builder.objectRef<ImageProvider>("ImageProvider").implement({
  description: "An image API that this server can use, and what it accepts.",
  fields: (t) => ({
    name: t.exposeString("name", { description: "Pass it as `provider`." }),
    label: t.exposeString("label", { description: "For people." }),
    models: t.field({
      type: [ImageModelType],
      description: "The models it offers; the first is the default.",
      resolve: async (provider, _args, { services }) => [...(await modelsOf(provider, services.http))],
    }),
    maxCount: t.int({
      description: "Pictures of one request, at most.",
      resolve: ({ capabilities }) => capabilities.maxCount,
    }),
    progressKind: t.field({
      type: ProgressKindEnum,
      description: "Where its progress values come from.",
      resolve: ({ capabilities }) => capabilities.progress,
    }),
    supportsPreview: t.boolean({
      description: "Whether unfinished pictures can be seen.",
      resolve: ({ capabilities }) => capabilities.preview,
    }),
    supportsCancel: t.boolean({
      description: "Whether cancelling also stops the work at the provider, so that it does not go on and cost.",
      resolve: ({ capabilities }) => capabilities.cancel,
    }),
  }),
});

builder.queryField("imageProviders", (t) =>
  t.withAuth({ signedIn: true }).field({
    type: [ImageProviderType],
    nullable: true,
    description: "The image providers of this server; the first is the default.",
    resolve: (_root, _args, { services }) => [...services.providers.values()],
  }),
);
