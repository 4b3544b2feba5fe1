import { builder } from "../../graphql/builder.ts";

/** The field of a success that carries the person who changed something of theirs. */
const changedUser = builder.interfaceRef<{ readonly userId: string }>("ChangedUser").implement({
  description: "Carries you.",
  fields: (t) => ({
    user: t.prismaField({
      type: "User",
      description: "You, as you are now.",
      resolve: (query, { userId }, _args, { services }) =>
        services.db.user.findUniqueOrThrow({ ...query, where: { id: userId } }),
    }),
  }),
});

/** A success that carries you. */
export const userSuccess = (name: string, description: string) =>
  builder
    .objectRef<{ readonly userId: string }>(name)
    .implement({ description, interfaces: [changedUser], isTypeOf: () => true });
