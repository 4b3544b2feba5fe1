import { builder } from "../../graphql/builder.ts";
import { encodeGlobalId, rowIds } from "../../graphql/ids.ts";
import { ForbiddenError, NotFoundError, ValidationError } from "../../infra/errors.ts";
import { type Cancellation, cancelGeneration } from "../cancel-generation.ts";

const CancellationOutcomeEnum = builder.enumType("CancellationOutcome", {
  description: "What became of a picture that shall not be made.",
  values: {
    CANCELLED: { description: "It was waiting, and is cancelled." },
    CONFLICT: { description: "It was over already; see `message`." },
    STOPPING: { description: "Whoever makes it is told within about two seconds; watch it with `imageChanged`." },
  } as const,
});

const CancellationType = builder.objectRef<Cancellation>("Cancellation").implement({
  description: "What became of one picture that shall not be made.",
  fields: (t) => ({
    imageId: t.id({
      description: "The image's id.",
      resolve: ({ imageId }) => encodeGlobalId("Image", imageId),
    }),
    outcome: t.expose("outcome", { type: CancellationOutcomeEnum, description: "What became of it." }),
    message: t.exposeString("message", { nullable: true, description: "For people, with CONFLICT: how it was over." }),
  }),
});

const CancelGenerationInput = builder.inputType("CancelGenerationInput", {
  description: "Pictures that shall not be made, or taken in.",
  fields: (t) => ({ imageIds: t.idList({ required: true, description: "The images, at most 100." }) }),
});

const CancelGenerationSuccess = builder
  .objectRef<{ results: readonly Cancellation[] }>("CancelGenerationSuccess")
  .implement({
    description: "Each picture is cancelled, told to stop, or was over already.",
    fields: (t) => ({
      results: t.field({
        type: [CancellationType],
        description: "What became of each, in the order they were named.",
        resolve: ({ results }) => [...results],
      }),
      images: t.prismaField({
        type: ["Image"],
        description: "The images, as they are now, in the same order.",
        resolve: async (query, { results }, _args, { services }) => {
          const ids = results.map(({ imageId }) => imageId);
          const images = await services.db.image.findMany({ ...query, where: { id: { in: ids } } });
          return images.toSorted((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id));
        },
      }),
    }),
  });

builder.mutationField("cancelGeneration", (t) =>
  t.withAuth({ may: "images:create" }).field({
    type: CancelGenerationSuccess,
    nullable: true,
    description:
      "Stops making pictures, or taking in uploaded and imported ones, waiting or under way. What a provider did until then may be charged; each image says so. A picture that is there before anybody could stop is kept.",
    args: { input: t.arg({ type: CancelGenerationInput, required: true, description: "Which." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError] },
    resolve: async (_root, { input }, { services, viewer }) => ({
      results: await cancelGeneration(services, viewer, { imageIds: rowIds("Image", input.imageIds, ["imageIds"]) }),
    }),
  }),
);
