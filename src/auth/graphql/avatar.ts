import { builder } from "../../graphql/builder.ts";
import { removeAvatar } from "../remove-avatar.ts";

const RemoveAvatarSuccess = builder.objectRef<{ userId: string }>("RemoveAvatarSuccess").implement({
  description: "You have no avatar now.",
  isTypeOf: () => true,
  fields: (t) => ({
    user: t.prismaField({
      type: "User",
      description: "You, as you are now.",
      resolve: (query, { userId }, _args, { services }) =>
        services.db.user.findUniqueOrThrow({ ...query, where: { id: userId } }),
    }),
  }),
});

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
