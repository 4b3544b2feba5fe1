import { builder } from "../../graphql/builder.ts";
import { rowId, rowIds } from "../../graphql/ids.ts";
import { workspaceOf } from "../../graphql/workspace-of.ts";
import {
  ConflictError,
  ForbiddenError,
  IdempotencyKeyReusedError,
  NotFoundError,
  ValidationError,
} from "../../infra/errors.ts";
import { ImageQueueFullError } from "../errors.ts";
import { generateImages } from "../generate-images.ts";
import { reviewImages } from "../review-images.ts";
import type { GeneratedBatch } from "../write-images.ts";

/** The fields of a success that carries the images it changed, in the order they were named. */
const changedImages = builder.interfaceRef<{ readonly imageIds: readonly string[] }>("ChangedImages").implement({
  description: "Carries the images it changed.",
  fields: (t) => ({
    images: t.prismaField({
      type: ["Image"],
      description: "The images, as they are now.",
      resolve: async (query, { imageIds }, _args, { services }) => {
        const images = await services.db.image.findMany({ ...query, where: { id: { in: [...imageIds] } } });
        return images.toSorted((a, b) => imageIds.indexOf(a.id) - imageIds.indexOf(b.id));
      },
    }),
  }),
});

/** A setting of a model's own, as a request names it. */
export const ModelOptionInput = builder.inputType("ModelOptionInput", {
  description: "A setting of a model's own; see `ImageModel.options`.",
  fields: (t) => ({
    name: t.string({ required: true, description: "The option's name." }),
    value: t.string({ required: true, description: "One of its values." }),
  }),
});

const GenerateImagesInput = builder.inputType("GenerateImagesInput", {
  description: "Pictures to make.",
  fields: (t) => ({
    workspaceId: t.id({ description: "Whose they will be. Default: your personal workspace." }),
    prompt: t.string({ required: true, description: "What the pictures show, in words." }),
    negativePrompt: t.string({ description: "What they shall not show." }),
    provider: t.string({
      description:
        "Name of an image provider; see `imageProviders`. Default: the workspace's own, else the first of them.",
    }),
    model: t.string({ description: "One of the provider's models. Default: its first." }),
    width: t.int({ description: "Pixels, within the provider's limits." }),
    height: t.int({ description: "Pixels, within the provider's limits." }),
    aspectRatio: t.string({
      description:
        'A shape such as "16:9", in place of width and height: the model\'s best size for it. Default: its default size, or the shape of the picture to start from.',
    }),
    count: t.int({ description: "How many, 1 to 10. Default: 1." }),
    seed: t.int({ description: "From 0; the first picture gets it, each further one the next. Default: random." }),
    inputImageId: t.id({
      description: "Start from this picture of the same workspace; for models with `ImageModel.inputImage`.",
    }),
    strength: t.float({
      description: "How far the result may go from it: 0 keeps it, 1 ignores it. Default: the provider's.",
    }),
    options: t.field({
      type: [ModelOptionInput],
      description: "Settings of the model's own; what is absent has its default.",
    }),
    tags: t.stringList({ description: "Names of tags for all of them; those that there are none of are made." }),
    styleId: t.id({
      description: "A style whose template the prompt goes into; see `styles`. Default: the workspace's; null: none.",
    }),
    idempotencyKey: t.string({
      description:
        "Your own key for this request: repeated with the same key and input, it answers the first result again.",
    }),
  }),
});

const GenerateImagesSuccess = builder.objectRef<GeneratedBatch>("GenerateImagesSuccess").implement({
  description: "The images are written down and wait for a worker. Watch them with `imageChanged`.",
  interfaces: [changedImages],
  isTypeOf: () => true,
  fields: (t) => ({
    batchId: t.exposeString("batchId", {
      description: "Names the images of this request together; see `ImageFilter.batchId`.",
    }),
  }),
});

builder.mutationField("generateImages", (t) =>
  t.withAuth({ may: "images:create" }).field({
    type: GenerateImagesSuccess,
    nullable: true,
    description: "Asks for pictures. Answers at once; a worker makes them.",
    args: { input: t.arg({ type: GenerateImagesInput, required: true, description: "What to make." }) },
    errors: {
      types: [
        ...[ValidationError, NotFoundError, ForbiddenError, ConflictError],
        ...[ImageQueueFullError, IdempotencyKeyReusedError],
      ],
    },
    resolve: (_root, { input }, { services, viewer }) => {
      const { negativePrompt, count, ...rest } = input;
      const optional = { ...(negativePrompt && { negativePrompt }), ...(typeof count === "number" && { count }) };
      return generateImages(services, viewer, {
        ...rest,
        ...optional,
        workspaceId: workspaceOf(viewer, input.workspaceId),
        inputImageId: input.inputImageId && rowId("Image", input.inputImageId, ["inputImageId"]),
        styleId: input.styleId && rowId("Style", input.styleId, ["styleId"]),
      });
    },
  }),
);

const ReviewDecisionEnum = builder.enumType("ReviewDecision", {
  description: "What you decide about a picture.",
  values: {
    APPROVE: { value: "APPROVED", description: "It may be published." },
    REJECT: { value: "REJECTED", description: "It must not be published." },
  } as const,
});

const ReviewImagesInput = builder.inputType("ReviewImagesInput", {
  description: "A decision about pictures.",
  fields: (t) => ({
    imageIds: t.idList({ required: true, description: "The images, at most 100." }),
    decision: t.field({ type: ReviewDecisionEnum, required: true, description: "The decision." }),
    reason: t.string({ description: "Why; needed to reject." }),
  }),
});

const ReviewImagesSuccess = builder.objectRef<{ imageIds: string[] }>("ReviewImagesSuccess").implement({
  description: "The decision is recorded for all of them.",
  interfaces: [changedImages],
  isTypeOf: () => true,
});

builder.mutationField("reviewImages", (t) =>
  t.withAuth({ may: "images:review" }).field({
    type: ReviewImagesSuccess,
    nullable: true,
    description: "Approves or rejects generated images, all of them or none.",
    args: { input: t.arg({ type: ReviewImagesInput, required: true, description: "The decision." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError, ConflictError] },
    resolve: (_root, { input }, { services, viewer }) => {
      const { decision, reason } = input;
      return reviewImages(services, viewer, {
        imageIds: rowIds("Image", input.imageIds, ["imageIds"]),
        decision,
        reason,
      });
    },
  }),
);
