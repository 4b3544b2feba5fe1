import { builder } from "../../graphql/builder.ts";

/** The field of a success that carries the account whose queue it changed. */
const ChangedQueue = builder.interfaceRef<{ readonly socialAccountId: string }>("ChangedQueue").implement({
  description: "Carries the account whose queue it changed.",
  fields: (t) => ({
    socialAccount: t.prismaField({
      type: "SocialAccount",
      description: "The account, as it is now.",
      resolve: (query, { socialAccountId }, _args, { services }) =>
        services.db.socialAccount.findUniqueOrThrow({ ...query, where: { id: socialAccountId } }),
    }),
  }),
});

/** The success type of a mutation that changes one account's queue. */
export const changedQueue = (name: string, description: string) =>
  builder
    .objectRef<{ readonly socialAccountId: string }>(name)
    .implement({ description, interfaces: [ChangedQueue], isTypeOf: () => true });
