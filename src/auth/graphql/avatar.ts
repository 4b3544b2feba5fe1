import { builder } from "../../graphql/builder.ts";
import { ValidationError } from "../../infra/errors.ts";
import { removeAvatar } from "../avatar/remove-avatar.ts";
import { uploadAvatar } from "../avatar/upload-avatar.ts";
import { userSuccess } from "./changed-user.ts";

const UploadAvatarInput = builder.inputType("UploadAvatarInput", {
  description: "A picture of you.",
  fields: (t) => ({
    file: t.field({
      type: "Upload",
      required: true,
      description:
        "A PNG, JPEG or WebP file of at most 5 MB. Its middle square is kept, in sizes up to 512 pixels; whatever else the file holds is not.",
    }),
  }),
});

const UploadAvatarSuccess = userSuccess("UploadAvatarSuccess", "The picture is your avatar.");

builder.mutationField("uploadAvatar", (t) =>
  t.withAuth({ person: true }).field({
    type: UploadAvatarSuccess,
    nullable: true,
    description:
      "Makes a picture your avatar, at once; `OVERLOADED` when too many people do the same. People only: no API token can.",
    args: { input: t.arg({ type: UploadAvatarInput, required: true, description: "The picture." }) },
    errors: { types: [ValidationError] },
    resolve: async (_root, { input }, { services, viewer }) => {
      await uploadAvatar(services, viewer, input.file);
      return { userId: viewer.userId };
    },
  }),
);

const RemoveAvatarSuccess = userSuccess("RemoveAvatarSuccess", "You have no avatar now.");

builder.mutationField("removeAvatar", (t) =>
  t.withAuth({ person: true }).field({
    type: RemoveAvatarSuccess,
    nullable: true,
    description: "Removes your avatar and its files. People only: no API token can.",
    errors: { types: [] },
    resolve: async (_root, _args, { services, viewer }) => {
      await removeAvatar(services, viewer);
      return { userId: viewer.userId };
    },
  }),
);
