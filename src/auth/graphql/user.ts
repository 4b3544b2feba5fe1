import { builder } from "../../graphql/builder.ts";
import { UnauthenticatedError } from "../../infra/errors.ts";

builder.prismaNode("User", {
  nullable: true,
  id: { field: "id", description: "The user's id." },
  description: "A person's login.",
  findUnique: (id, { viewer }) => ({ id, AND: [{ id: viewer?.userId ?? "" }] }),
  fields: (t) => ({
    email: t.string({
      nullable: true,
      description: "The address you sign in with; null for everybody else's.",
      select: { id: true, email: true },
      resolve: ({ id, email }, _args, { viewer }) => (id === viewer?.userId ? email : null),
    }),
    displayName: t.exposeString("displayName", { description: "How they want to be called." }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When the account was made." }),
  }),
});

builder.queryField("me", (t) =>
  t.withAuth({ signedIn: true }).prismaField({
    type: "User",
    nullable: true,
    description: "Who you are. `UNAUTHENTICATED` when nobody is signed in.",
    resolve: async (query, _root, _args, { services, viewer }) => {
      const user = await services.db.user.findUnique({ ...query, where: { id: viewer.userId } });
      if (user === null) throw new UnauthenticatedError("The account of this access token is gone. Sign in again.");
      return user;
    },
  }),
);
