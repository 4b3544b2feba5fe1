import { builder } from "../../graphql/builder.ts";
import type { ImageProvider, SideLimits } from "../../image-providers/provider.ts";

const SideLimitsType = builder.objectRef<SideLimits>("SideLimits").implement({
  description: "What a width or height may be, in pixels.",
  fields: (t) => ({
    min: t.exposeInt("min", { description: "At least." }),
    max: t.exposeInt("max", { description: "At most." }),
    step: t.exposeInt("step", { description: "A multiple of this." }),
  }),
});

const ImageProviderType = builder.objectRef<ImageProvider>("ImageProvider").implement({
  description: "An image API that this server can use, and what it accepts.",
  fields: (t) => ({
    name: t.exposeString("name", { description: "Pass it as `provider`." }),
    label: t.exposeString("label", { description: "For people." }),
    models: t.stringList({
      description: "Pass one as `model`; the first is the default.",
      resolve: ({ capabilities }) => [...capabilities.models],
    }),
    maxPromptLength: t.int({
      description: "Characters of a prompt, at most.",
      resolve: ({ capabilities }) => capabilities.maxPromptLength,
    }),
    width: t.field({
      type: SideLimitsType,
      description: "Widths it makes.",
      resolve: ({ capabilities }) => capabilities.width,
    }),
    height: t.field({
      type: SideLimitsType,
      description: "Heights it makes.",
      resolve: ({ capabilities }) => capabilities.height,
    }),
    supportsSeed: t.boolean({
      description: "Whether the same seed gives the same picture.",
      resolve: ({ capabilities }) => capabilities.seed,
    }),
    supportsNegativePrompt: t.boolean({
      description: "Whether it heeds a negative prompt.",
      resolve: ({ capabilities }) => capabilities.negativePrompt,
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
