/** What a picture was asked for with, and how it looks while it is made. */
import { builder } from "../../graphql/builder.ts";
import { mediaUrl } from "../media-url.ts";
import { storedOptions } from "../model-options.ts";
import { unfinishedVariant } from "../unfinished-file.ts";
import { ImageType } from "./image.ts";
import { CostType } from "./money.ts";

const ImageOptionType = builder.objectRef<{ name: string; value: string }>("ImageOption").implement({
  description: "A setting of a model's own that a picture was asked for with.",
  fields: (t) => ({
    name: t.exposeString("name", { description: "The option's name." }),
    value: t.exposeString("value", { description: "Its value." }),
  }),
});

builder.prismaObjectFields(ImageType, (t) => ({
  options: t.field({
    type: [ImageOptionType],
    description: "Settings of the model's own that it was asked for with; what is absent had its default.",
    select: { options: true },
    resolve: ({ options }) => Object.entries(storedOptions(options)).map(([name, value]) => ({ name, value })),
  }),
  parent: t.relation("parentImage", {
    nullable: true,
    description: "The picture that it was made from, or made anew from; null where there is none, or no longer.",
  }),
  isFromParent: t.exposeBoolean("fromParent", {
    description: "Whether the provider started from the pixels of `parent`, rather than from its words.",
  }),
  strength: t.exposeFloat("strength", {
    nullable: true,
    description: "How far it may go from the picture it started from, 0 to 1; null where nobody said.",
  }),
  costEstimated: t.field({
    type: CostType,
    nullable: true,
    description: "What it was expected to cost when it was asked for, by list prices; null where nobody knows.",
    select: { costEstimated: true, costCurrency: true },
    resolve: ({ costEstimated: micros, costCurrency: currency }) =>
      micros === null || currency === null ? null : { micros, currency, reported: false },
  }),
  previewUrl: t.string({
    nullable: true,
    description:
      "Signed address of the picture as it is so far: WebP, at most 512 pixels on its longer side. Only while GENERATING, from providers with `supportsPreview`; each preview has an address of its own.",
    select: { id: true, status: true, previewNumber: true },
    resolve: ({ id, status, previewNumber }, _args, { services }) =>
      status === "GENERATING" && previewNumber !== null
        ? mediaUrl(services, id, unfinishedVariant(previewNumber))
        : null,
  }),
}));
