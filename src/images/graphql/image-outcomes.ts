import { queryFromInfo } from "@pothos/plugin-prisma";
import type { GraphQLResolveInfo } from "graphql";
import type { Image } from "../../generated/prisma/client.ts";
import { builder } from "../../graphql/builder.ts";
import type { Context } from "../../graphql/context.ts";
import { ConflictError, ForbiddenError, NotFoundError } from "../../infra/errors.ts";
import type { ImageOutcome, ImageRefusal } from "../change-images.ts";
import { ImageType } from "./image.ts";

const changedImage = "ImageChangeSuccess";

const ImageChangeSuccess = builder.objectRef<{ readonly image: Image }>(changedImage).implement({
  description: "This one is as asked.",
  isTypeOf: (value) => typeof value === "object" && value !== null && "image" in value,
  fields: (t) => ({
    image: t.field({ type: ImageType, description: "The image, as it is now.", resolve: ({ image }) => image }),
  }),
});

/** The images of a bulk change as they are now, or why they did not change: one statement for all of them. */
async function readOutcomes(outcomes: readonly ImageOutcome[], context: Context, info: GraphQLResolveInfo) {
  const ids = outcomes.filter(({ error }) => error === null).map(({ imageId }) => imageId);
  const query: object = queryFromInfo({ context, info, path: [{ type: changedImage, name: "image" }] });
  const images = await context.services.db.image.findMany({ ...query, where: { id: { in: ids } } });
  const byId = new Map(images.map((image) => [image.id, image]));
  return outcomes.map(({ imageId, error }): { image: Image } | ImageRefusal => {
    const image = byId.get(imageId);
    return error ?? (image === undefined ? new NotFoundError("image") : { image });
  });
}

const ChangedImageResults = builder
  .interfaceRef<{ readonly outcomes: readonly ImageOutcome[] }>("ImageChangeResults")
  .implement({
    description: "Carries a result for each image of a bulk change.",
    fields: (t) => ({
      results: t.errorUnionListField({
        types: [ImageChangeSuccess, NotFoundError, ForbiddenError, ConflictError],
        union: {
          name: "ImageChangeResult",
          description: "How the change of one image ended: success, or an error to act on.",
        },
        description: "One for each id, in the order asked. What could not change did not keep the others back.",
        resolve: ({ outcomes }, _args, context, info) => readOutcomes(outcomes, context, info),
      }),
    }),
  });

/** The success type of a bulk change. */
export const bulkSuccess = (name: string, description: string) =>
  builder
    .objectRef<{ outcomes: ImageOutcome[] }>(name)
    .implement({ description, interfaces: [ChangedImageResults], isTypeOf: () => true });

/** What the ids of a bulk change are called. */
export const bulkImageIdsText = "The images, at most 100.";
