import { builder } from "../../graphql/builder.ts";
import { rowId } from "../../graphql/ids.ts";
import {
  ConflictError,
  ForbiddenError,
  IdempotencyKeyReusedError,
  NotFoundError,
  ValidationError,
} from "../../infra/errors.ts";
import { ImageQueueFullError } from "../errors.ts";
import { regenerateImage } from "../regenerate-image.ts";
import type { GeneratedBatch } from "../write-images.ts";
import { ModelOptionInput } from "./mutations.ts";

const RegenerateImageInput = builder.inputType("RegenerateImageInput", {
  description: "A picture to make once more; what you leave out stays as it was asked for.",
  fields: (t) => ({
    imageId: t.id({ required: true, description: "The picture." }),
    prompt: t.string({ description: "What it shows, in words." }),
    negativePrompt: t.string({ description: "What it shall not show; an empty text for nothing in particular." }),
    provider: t.string({ description: "Name of another image provider; its first model unless you name one." }),
    model: t.string({ description: "Another model. The settings of the old one then no longer count." }),
    width: t.int({ description: "Pixels. With another model, its best size of the same shape by default." }),
    height: t.int({ description: "Pixels; as `width`." }),
    aspectRatio: t.string({ description: 'A shape such as "16:9", in place of width and height.' }),
    seed: t.int({ description: "From 0. Default: a fresh one; pass the picture's own to see what a change does." }),
    inputImageId: t.id({ description: "Start from this picture. Default: the one that it was started from, if any." }),
    strength: t.float({ description: "How far the result may go from the picture it starts from, 0 to 1." }),
    options: t.field({
      type: [ModelOptionInput],
      description: "Settings of the model's own, in place of all old ones.",
    }),
    idempotencyKey: t.string({
      description:
        "Your own key for this request: repeated with the same key and input, it answers the first result again.",
    }),
  }),
});

const RegenerateImageSuccess = builder.objectRef<GeneratedBatch>("RegenerateImageSuccess").implement({
  description: "The new picture is written down and waits for a worker. Watch it with `imageChanged`.",
  isTypeOf: () => true,
  fields: (t) => ({
    image: t.prismaField({
      type: "Image",
      nullable: true,
      description: "The new picture; null when it is gone already. The old one is its `parent`.",
      resolve: (query, { imageIds }, _args, { services }) =>
        services.db.image.findFirst({ ...query, where: { id: { in: [...imageIds] } } }),
    }),
  }),
});

builder.mutationField("regenerateImage", (t) =>
  t.withAuth({ may: "images:create" }).field({
    type: RegenerateImageSuccess,
    nullable: true,
    description:
      "Asks for a picture once more, with the same or with changed parameters. The old one stays. Answers at once; a worker makes it.",
    args: { input: t.arg({ type: RegenerateImageInput, required: true, description: "What to make." }) },
    errors: {
      types: [
        ...[ValidationError, NotFoundError, ForbiddenError, ConflictError],
        ...[ImageQueueFullError, IdempotencyKeyReusedError],
      ],
    },
    resolve: (_root, { input }, { services, viewer }) => {
      const { imageId, inputImageId } = input;
      return regenerateImage(services, viewer, {
        ...input,
        imageId: rowId("Image", imageId, ["imageId"]),
        inputImageId: inputImageId && rowId("Image", inputImageId, ["inputImageId"]),
      });
    },
  }),
);
