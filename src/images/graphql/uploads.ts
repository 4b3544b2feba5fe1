import { builder } from "../../graphql/builder.ts";
import { workspaceOf } from "../../graphql/workspace-of.ts";
import {
  ConflictError,
  ForbiddenError,
  IdempotencyKeyReusedError,
  NotFoundError,
  ValidationError,
} from "../../infra/errors.ts";
import type { IntakeBatch } from "../intake/create-intake.ts";
import { importImage } from "../intake/import-image.ts";
import { uploadImages } from "../intake/upload-images.ts";

builder.prismaObjectField("Image", "sourceUrl", (t) =>
  t.exposeString("sourceUrl", {
    nullable: true,
    description: "The address that it was imported from; null for every other picture.",
  }),
);

const UploadImagesInput = builder.inputType("UploadImagesInput", {
  description: "Pictures that you have.",
  fields: (t) => ({
    workspaceId: t.id({ description: "Whose they will be. Default: your personal workspace." }),
    files: t.field({
      type: ["Upload"],
      required: true,
      description: "PNG, JPEG or WebP files, 1 to 10; `serverInfo { limits }` says how large each may be.",
    }),
    tags: t.stringList({ description: "Names of tags for each of them; those that there are none of are made." }),
    idempotencyKey: t.string({
      description:
        "Names this upload: sending the same content again with the same key answers the first one's images and makes no others, whatever the files are called.",
    }),
  }),
});

const UploadImagesSuccess = builder.objectRef<IntakeBatch>("UploadImagesSuccess").implement({
  description:
    "The files are there, and a worker takes them in. Watch the images with `imageChanged`; one that turns out to be no usable picture becomes FAILED and says why.",
  isTypeOf: () => true,
  fields: (t) => ({
    batchId: t.exposeString("batchId", {
      description: "Names the images of this request together; see `ImageFilter.batchId`.",
    }),
    images: t.prismaField({
      type: ["Image"],
      description: "The images, in the order of the files.",
      resolve: async (query, { imageIds }, _args, { services }) => {
        const images = await services.db.image.findMany({ ...query, where: { id: { in: [...imageIds] } } });
        return images.toSorted((a, b) => imageIds.indexOf(a.id) - imageIds.indexOf(b.id));
      },
    }),
  }),
});

builder.mutationField("uploadImages", (t) =>
  t.withAuth({ may: "images:create" }).field({
    type: UploadImagesSuccess,
    nullable: true,
    description:
      "Takes pictures that were not made here, all of the files or none. What is plainly no picture is refused at once, at `files` and its position.",
    args: { input: t.arg({ type: UploadImagesInput, required: true, description: "The files." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError, ConflictError, IdempotencyKeyReusedError] },
    resolve: (_root, { input: { workspaceId, files, tags, idempotencyKey } }, { services, viewer }) =>
      uploadImages(services, viewer, {
        ...{ workspaceId: workspaceOf(viewer, workspaceId), files },
        ...(tags && { tags }),
        idempotencyKey,
      }),
  }),
);

const ImportImageInput = builder.inputType("ImportImageInput", {
  description: "A picture on the web.",
  fields: (t) => ({
    workspaceId: t.id({ description: "Whose it will be. Default: your personal workspace." }),
    url: t.string({
      required: true,
      description:
        "Its https address, without a user name or password. It must lead to a PNG, JPEG or WebP file, after at most three redirects; `serverInfo { limits { uploadBytes } }` says how large it may be.",
    }),
    tags: t.stringList({ description: "Names of tags for it; those that there are none of are made." }),
    idempotencyKey: t.string({
      description:
        "Names this request: repeating it with the same key answers the first one's image and fetches no other.",
    }),
  }),
});

const ImportImageSuccess = builder.objectRef<{ imageId: string }>("ImportImageSuccess").implement({
  description:
    "A worker fetches the picture. Watch it with `imageChanged`; where the address leads to no usable picture it becomes FAILED and says why.",
  isTypeOf: () => true,
  fields: (t) => ({
    image: t.prismaField({
      type: "Image",
      description: "The image, as it is now.",
      resolve: (query, { imageId }, _args, { services }) =>
        services.db.image.findUniqueOrThrow({ ...query, where: { id: imageId } }),
    }),
  }),
});

builder.mutationField("importImage", (t) =>
  t.withAuth({ may: "images:create" }).field({
    type: ImportImageSuccess,
    nullable: true,
    description: "Fetches a picture from the web and keeps a copy.",
    args: { input: t.arg({ type: ImportImageInput, required: true, description: "Where it is." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError, ConflictError, IdempotencyKeyReusedError] },
    resolve: (_root, { input: { workspaceId, url, tags, idempotencyKey } }, { services, viewer }) =>
      importImage(services, viewer, {
        ...{ workspaceId: workspaceOf(viewer, workspaceId), url, idempotencyKey },
        ...(tags && { tags }),
      }),
  }),
);
