import { builder } from "../../graphql/builder.ts";
import { ValidationError } from "../../infra/errors.ts";
import { updateProfile } from "../update-profile.ts";
import { userSuccess } from "./changed-user.ts";

const ProfileLinkInput = builder.inputType("ProfileLinkInput", {
  description: "A profile or page elsewhere.",
  fields: (t) => ({
    label: t.string({ required: true, description: "What it is, in at most 40 characters: `Mastodon`, `Portfolio`." }),
    url: t.string({ required: true, description: "Its address; https alone, without user name or password." }),
  }),
});

const UpdateProfileInput = builder.inputType("UpdateProfileInput", {
  description: "What to change in your profile. Whatever is absent or null stays as it is.",
  fields: (t) => ({
    displayName: t.string({ description: "How you want to be called; 1 to 80 characters." }),
    bio: t.string({ description: "About you, in at most 1,000 characters; an empty text removes it." }),
    locale: t.string({ description: "Your language as a BCP 47 tag: `en`, `de-AT`, `zh-Hant`." }),
    timeZone: t.string({ description: "Your IANA time zone, such as `Europe/Berlin`." }),
    links: t.field({
      type: [ProfileLinkInput],
      description: "All your links, at most 10; they replace the earlier ones, an empty list removes them.",
    }),
  }),
});

const UpdateProfileSuccess = userSuccess("UpdateProfileSuccess", "Your profile is changed.");

builder.mutationField("updateProfile", (t) =>
  t.withAuth({ person: true }).field({
    type: UpdateProfileSuccess,
    nullable: true,
    description: "Changes what you say about yourself. People only: no API token can.",
    args: { input: t.arg({ type: UpdateProfileInput, required: true, description: "What to change." }) },
    errors: { types: [ValidationError] },
    resolve: async (_root, { input }, { services, viewer }) => {
      await updateProfile(services, viewer, input);
      return { userId: viewer.userId };
    },
  }),
);
