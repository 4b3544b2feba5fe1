import { builder } from "../../graphql/builder.ts";
import { rowId, rowIds } from "../../graphql/ids.ts";
import {
  ConflictError,
  ForbiddenError,
  NotFoundError,
  ValidationError,
  VersionConflictError,
} from "../../infra/errors.ts";
import { archiveImages } from "../archive-images.ts";
import { deleteImages } from "../delete-images.ts";
import { restoreImages } from "../restore-images.ts";
import { trashDays } from "../trash.ts";
import { updateImage } from "../update-image.ts";
import { ImageType } from "./image.ts";
import { bulkImageIdsText, bulkSuccess } from "./image-outcomes.ts";

builder.prismaObjectFields("Image", (t) => ({
  title: t.exposeString("title", { nullable: true, description: "What people call it." }),
  favourite: t.exposeBoolean("favourite", { description: "Whether it is one of the workspace's favourites." }),
  rating: t.exposeInt("rating", { description: "1 to 5; 0 while nobody has rated it." }),
  version: t.exposeInt("version", {
    description: "Rises with every edit of what people write about it; pass it as `expectedVersion`.",
  }),
  archivedAt: t.expose("archivedAt", {
    type: "DateTime",
    nullable: true,
    description: "Since when it is not in the everyday list; null where it is.",
  }),
  trashedAt: t.expose("trashedAt", {
    type: "DateTime",
    nullable: true,
    description: `Since when it is in the trash, from where it can come back for ${trashDays} days; null where it is not.`,
  }),
}));

const UpdateImageInput = builder.inputType("UpdateImageInput", {
  description: "What to write about an image. What is absent stays; null takes a text away.",
  fields: (t) => ({
    imageId: t.id({ required: true, description: "The image." }),
    title: t.string({ description: "What people call it; at most 200 characters." }),
    altText: t.string({ description: "What it shows, for people who cannot see it; at most 5,000 characters." }),
    favourite: t.boolean({ description: "Whether it is a favourite." }),
    rating: t.int({ description: "1 to 5, or 0 for none." }),
    tags: t.stringList({ description: "All its tags by name; those not named are taken off, new ones are made." }),
    expectedVersion: t.int({ description: "The `version` you read: refused when somebody edited the image since." }),
  }),
});

const UpdateImageSuccess = builder.objectRef<{ imageId: string }>("UpdateImageSuccess").implement({
  description: "The image is as you wrote.",
  fields: (t) => ({
    image: t.prismaField({
      type: ImageType,
      description: "The image, as it is now.",
      resolve: (query, { imageId }, _args, { services }) =>
        services.db.image.findUniqueOrThrow({ ...query, where: { id: imageId } }),
    }),
  }),
});

builder.mutationField("updateImage", (t) =>
  t.withAuth({ may: "images:edit" }).field({
    type: UpdateImageSuccess,
    nullable: true,
    description: "Changes what people write about an image.",
    args: { input: t.arg({ type: UpdateImageInput, required: true, description: "The image and its texts." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError, ConflictError, VersionConflictError] },
    resolve: (_root, { input }, { services, viewer }) =>
      updateImage(services, viewer, { ...input, imageId: rowId("Image", input.imageId, ["imageId"]) }),
  }),
);

/** The input of a bulk change that needs no more than the images. */
const bulkInput = (name: string, description: string) =>
  builder.inputType(name, {
    description,
    fields: (t) => ({ imageIds: t.idList({ required: true, description: bulkImageIdsText }) }),
  });

const DeleteImagesInput = bulkInput("DeleteImagesInput", "Images for the trash.");

builder.mutationField("deleteImages", (t) =>
  t.withAuth({ may: "images:edit" }).field({
    type: bulkSuccess("DeleteImagesSuccess", "The images are in the trash, or say why they are not."),
    nullable: true,
    description: `Puts images into the trash, from where \`restoreImages\` brings them back for ${trashDays} days. What a scheduled post shows stays.`,
    args: { input: t.arg({ type: DeleteImagesInput, required: true, description: "The images." }) },
    errors: { types: [ValidationError, ForbiddenError] },
    resolve: (_root, { input }, { services, viewer }) =>
      deleteImages(services, viewer, { imageIds: rowIds("Image", input.imageIds, ["imageIds"]) }),
  }),
);

const RestoreImagesInput = bulkInput("RestoreImagesInput", "Images of the trash.");

builder.mutationField("restoreImages", (t) =>
  t.withAuth({ may: "images:edit" }).field({
    type: bulkSuccess("RestoreImagesSuccess", "The images are back, or say why they are not."),
    nullable: true,
    description: "Takes images out of the trash.",
    args: { input: t.arg({ type: RestoreImagesInput, required: true, description: "The images." }) },
    errors: { types: [ValidationError, ForbiddenError] },
    resolve: (_root, { input }, { services, viewer }) =>
      restoreImages(services, viewer, { imageIds: rowIds("Image", input.imageIds, ["imageIds"]) }),
  }),
);

const ArchiveImagesInput = bulkInput("ArchiveImagesInput", "Images that are done with.");

builder.mutationField("archiveImages", (t) =>
  t.withAuth({ may: "images:edit" }).field({
    type: bulkSuccess("ArchiveImagesSuccess", "The images are archived, or say why they are not."),
    nullable: true,
    description: "Takes images out of the everyday list. They are kept, and posts show them as before.",
    args: { input: t.arg({ type: ArchiveImagesInput, required: true, description: "The images." }) },
    errors: { types: [ValidationError, ForbiddenError] },
    resolve: (_root, { input }, { services, viewer }) =>
      archiveImages(services, viewer, { imageIds: rowIds("Image", input.imageIds, ["imageIds"]), archived: true }),
  }),
);

const UnarchiveImagesInput = bulkInput("UnarchiveImagesInput", "Archived images.");

builder.mutationField("unarchiveImages", (t) =>
  t.withAuth({ may: "images:edit" }).field({
    type: bulkSuccess("UnarchiveImagesSuccess", "The images are back in the list, or say why they are not."),
    nullable: true,
    description: "Brings archived images back into the everyday list.",
    args: { input: t.arg({ type: UnarchiveImagesInput, required: true, description: "The images." }) },
    errors: { types: [ValidationError, ForbiddenError] },
    resolve: (_root, { input }, { services, viewer }) =>
      archiveImages(services, viewer, { imageIds: rowIds("Image", input.imageIds, ["imageIds"]), archived: false }),
  }),
);
