import { builder } from "../../graphql/builder.ts";
import { memberOf } from "../../graphql/visible-to.ts";
import { UnauthenticatedError } from "../../infra/errors.ts";
import { avatarSizes, avatarUrl } from "../avatar/avatar-files.ts";
import { type ProfileLink, storedLinks } from "../profile.ts";

const ProfileLinkType = builder.objectRef<ProfileLink>("ProfileLink").implement({
  description: "A profile or page elsewhere.",
  fields: (t) => ({
    label: t.exposeString("label", { description: "What it is." }),
    url: t.exposeString("url", { description: "Its address; always https." }),
  }),
});

const [large, medium, small] = avatarSizes;

const AvatarSizeEnum = builder.enumType("AvatarSize", {
  description: "How large an avatar is: square, WebP, and never larger than the picture that was uploaded.",
  values: {
    LARGE: { value: large, description: `${large} pixels a side.` },
    MEDIUM: { value: medium, description: `${medium} pixels a side.` },
    SMALL: { value: small, description: `${small} pixels a side.` },
  } as const,
});

builder.prismaNode("User", {
  nullable: true,
  id: { field: "id", description: "The user's id." },
  description:
    "A person's login. Those who share a workspace with them see their name, avatar, text and links; strangers see nothing, and what is private is null for everybody but themselves.",
  findUnique: (id, { viewer }) => ({
    id,
    OR: [{ id: viewer?.userId ?? "" }, { memberships: { some: { workspace: memberOf(viewer) } } }],
  }),
  fields: (t) => ({
    email: t.string({
      nullable: true,
      description: "The address you sign in with; null for everybody else's.",
      select: { id: true, email: true },
      resolve: ({ id, email }, _args, { viewer }) => (id === viewer?.userId ? email : null),
    }),
    emailVerified: t.boolean({
      nullable: true,
      description: "Whether you confirmed your address; null for everybody else's.",
      select: { id: true, emailVerifiedAt: true },
      resolve: ({ id, emailVerifiedAt }, _args, { viewer }) =>
        id === viewer?.userId ? emailVerifiedAt !== null : null,
    }),
    displayName: t.exposeString("displayName", { description: "How they want to be called." }),
    bio: t.exposeString("bio", { description: "What they say about themselves; empty when they say nothing." }),
    links: t.field({
      type: [ProfileLinkType],
      description: "Where else they are found.",
      select: { links: true },
      resolve: ({ links }) => storedLinks.parse(links),
    }),
    avatarUrl: t.string({
      nullable: true,
      description: "Address of their avatar; needs no sign-in. Null without one.",
      args: {
        size: t.arg({ type: AvatarSizeEnum, required: true, defaultValue: large, description: "Which size." }),
      },
      select: { avatarId: true },
      resolve: ({ avatarId }, { size }, { services }) =>
        avatarId === null ? null : avatarUrl(services, avatarId, size),
    }),
    locale: t.string({
      nullable: true,
      description: "Your language as a BCP 47 tag; null for everybody else's.",
      select: { id: true, locale: true },
      resolve: ({ id, locale }, _args, { viewer }) => (id === viewer?.userId ? locale : null),
    }),
    timeZone: t.string({
      nullable: true,
      description: "Your IANA time zone; null for everybody else's, because it tells where they live.",
      select: { id: true, timeZone: true },
      resolve: ({ id, timeZone }, _args, { viewer }) => (id === viewer?.userId ? timeZone : null),
    }),
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
