/** What a target will look like at its platform. */

import type { Derivative } from "../../generated/prisma/client.ts";
import { batched } from "../../graphql/batched.ts";
import { builder } from "../../graphql/builder.ts";
import type { Context } from "../../graphql/context.ts";
import { usually } from "../../graphql/usual-length.ts";
import { mediaUrl } from "../../images/media-url.ts";
import { derivativeKey } from "../../infra/pictures/derivative-spec.ts";
import { type FittedPostPicture, fittedPictures } from "../fitted-pictures.ts";
import { effectiveCaption, type TargetContent, targetContent } from "../post-content.ts";
import { usualPictures } from "../usual-post.ts";

interface DerivativeName {
  readonly sourceHash: string;
  readonly key: string;
}

const findDerivative = batched(async ({ services }: Context, names: readonly DerivativeName[]) => {
  const found = await services.db.derivative.findMany({
    where: { OR: names.map(({ sourceHash, key }) => ({ sourceHash, key })) },
  });
  const nameOf = ({ sourceHash, key }: DerivativeName) => `${sourceHash} ${key}`;
  const byName = new Map<string, Derivative>(found.map((derivative) => [nameOf(derivative), derivative]));
  return names.map((name) => byName.get(nameOf(name)) ?? null);
});

const derivativeOf = ({ picture, fitted }: FittedPostPicture, context: Context) =>
  fitted.kind === "made-over"
    ? findDerivative(context, { sourceHash: picture.sha256, key: derivativeKey(fitted.spec) })
    : Promise.resolve(null);

const PreviewImage = builder.objectRef<FittedPostPicture>("PostPreviewImage").implement({
  description: "A picture as the platform gets it.",
  fields: (t) => ({
    url: t.string({
      nullable: true,
      description:
        "Its file, signed, for a day or two. Null until the worker has made it over, which `postChanged` tells, and where the platform would refuse it.",
      resolve: async (shown, _args, context) => {
        if (shown.fitted.kind === "refused") return null;
        if (shown.fitted.kind === "as-it-is") return mediaUrl(context.services, shown.picture.imageId, "original");
        const derivative = await derivativeOf(shown, context);
        return derivative === null ? null : mediaUrl(context.services, derivative.id, "derivative");
      },
    }),
    mimeType: t.string({
      description: "Its format.",
      resolve: ({ picture, fitted }) => (fitted.kind === "made-over" ? fitted.spec.mime : picture.mime),
    }),
    width: t.int({
      description: "Pixels. May come out smaller where the platform allows few bytes.",
      resolve: async (shown, _args, context) => (await derivativeOf(shown, context))?.width ?? plannedSize(shown).width,
    }),
    height: t.int({
      description: "Pixels. May come out smaller where the platform allows few bytes.",
      resolve: async (shown, _args, context) =>
        (await derivativeOf(shown, context))?.height ?? plannedSize(shown).height,
    }),
    altText: t.string({
      description: "What it shows, for those who cannot see it.",
      resolve: ({ picture }) => picture.alt,
    }),
    isMadeOver: t.boolean({
      description: "Whether the picture is made over for the platform: format, size, crop or ground.",
      resolve: ({ fitted }) => fitted.kind === "made-over",
    }),
  }),
});

function plannedSize({ picture, fitted }: FittedPostPicture): { readonly width: number; readonly height: number } {
  return fitted.kind === "made-over" ? (fitted.spec.canvas ?? fitted.spec) : picture;
}

const PostPreview = builder.objectRef<TargetContent & { readonly permalink: string | null }>("PostPreview").implement({
  description: "What a target will look like at its platform.",
  fields: (t) => ({
    text: t.string({ description: "The text as it is sent.", resolve: (target) => effectiveCaption(target) }),
    images: t.field({
      ...usually(usualPictures),
      type: [PreviewImage],
      description: "The pictures as they are sent, in order.",
      resolve: (target) => fittedPictures(target),
    }),
    link: t.string({
      nullable: true,
      description: "Where it can be seen: the published post, before that the account.",
      resolve: ({ permalink, socialAccount }) => permalink ?? socialAccount.url,
    }),
  }),
});

builder.prismaObjectField("PostTarget", "preview", (t) =>
  t.field({
    type: PostPreview,
    description: "What it will look like at its platform.",
    select: { permalink: true, position: true, caption: true, options: true, fit: true, ...targetContent },
    resolve: (target) => target,
  }),
);
