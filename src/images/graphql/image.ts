import { builder } from "../../graphql/builder.ts";
import { visibleTo } from "../../graphql/visible-to.ts";
import { isLost } from "../mark-lost-images.ts";
import { mediaUrl } from "../media-url.ts";
import { ImageFailureType, readFailure } from "./generation.ts";

/** Where a generation stands. */
export const ImageStatusEnum = builder.enumType("ImageStatus", {
  description: "Where a generation stands.",
  values: {
    PENDING: { description: "Waits for a worker." },
    GENERATING: { description: "Is being made; see `phase` and `progress`." },
    GENERATED: { description: "Is there; see `url`." },
    FAILED: { description: "Could not be made; see `failure`." },
    CANCELLED: { description: "Was cancelled." },
  } as const,
});

/** What people decided about a picture. */
export const ReviewStateEnum = builder.enumType("ReviewState", {
  description:
    "What people decided about a picture. Only approved pictures can be published, unless the workspace's review policy is `NONE`.",
  values: {
    PENDING: { description: "Nobody has decided." },
    APPROVED: { description: "May be published." },
    REJECTED: { description: "Must not be published; see `reviewReason`." },
  } as const,
});

/** How a picture came here. */
export const ImageOriginEnum = builder.enumType("ImageOrigin", {
  description: "How a picture came here.",
  values: {
    GENERATED: { description: "It was made here." },
    UPLOADED: { description: "Somebody uploaded it." },
    IMPORTED: { description: "It was fetched from an address." },
  } as const,
});

/** Where a progress value comes from. */
export const ProgressKindEnum = builder.enumType("ProgressKind", {
  description: "Where a progress value comes from.",
  values: {
    MEASURED: { description: "The provider reports it." },
    ESTIMATED: { description: "Guessed from earlier runs." },
  } as const,
});

const ImageVariantEnum = builder.enumType("ImageVariant", {
  description: "A size of a picture's file.",
  values: {
    ORIGINAL: { value: "original", description: "As generated, in full size." },
    PREVIEW: { value: "preview", description: "WebP, at most 1024 pixels on its longer side." },
    THUMB: { value: "thumb", description: "WebP, at most 256 pixels on its longer side." },
  } as const,
});

/** The Image type. */
export const ImageType = builder.prismaNode("Image", {
  nullable: true,
  id: { field: "id", description: "The image's id." },
  description: "A picture, from the moment it is asked for.",
  findUnique: (id, { viewer }) => ({ id, ...visibleTo(viewer) }),
  authScopes: { may: "images:read" },
  runScopesOnType: true,
  fields: (t) => ({
    origin: t.expose("origin", { type: ImageOriginEnum, description: "How it came here." }),
    prompt: t.exposeString("prompt", { description: "The prompt as asked." }),
    negativePrompt: t.exposeString("negativePrompt", { description: "What the picture shall not show." }),
    provider: t.exposeString("provider", {
      nullable: true,
      description: "Name of the image provider; null for a picture that was not generated here.",
    }),
    model: t.exposeString("model", { nullable: true, description: "The provider's model; null like `provider`." }),
    seed: t.exposeInt("requestedSeed", {
      nullable: true,
      description:
        "The seed asked for: the same seed and request give the same picture where the provider honours seeds.",
    }),
    status: t.expose("status", { type: ImageStatusEnum, description: "Where the generation stands." }),
    phase: t.exposeString("phase", {
      nullable: true,
      description: "What is being done right now, in words; null unless GENERATING.",
    }),
    progress: t.exposeFloat("progress", { description: "How far the generation is, from 0 to 1." }),
    progressKind: t.expose("progressKind", { type: ProgressKindEnum, description: "Where `progress` comes from." }),
    failure: t.field({
      type: ImageFailureType,
      nullable: true,
      description:
        "Why it could not be made or is tried once more, what a cancelled one may cost, or that its file is lost from the storage; null when all is well.",
      select: { failureClass: true, failureMessage: true, failureRetryable: true },
      resolve: (image) => readFailure(image),
    }),
    reviewState: t.expose("reviewState", { type: ReviewStateEnum, description: "What people decided." }),
    reviewReason: t.exposeString("reviewReason", { nullable: true, description: "Why they decided so." }),
    reviewedAt: t.expose("reviewedAt", { type: "DateTime", nullable: true, description: "When they decided." }),
    altText: t.exposeString("altText", {
      nullable: true,
      description: "What the picture shows, for people who cannot see it.",
    }),
    width: t.int({
      nullable: true,
      description: "Pixels; the size asked for until the picture is there, null where none was.",
      select: { width: true, requestedWidth: true },
      resolve: (image) => image.width ?? image.requestedWidth,
    }),
    height: t.int({
      nullable: true,
      description: "Pixels; the size asked for until the picture is there, null where none was.",
      select: { height: true, requestedHeight: true },
      resolve: (image) => image.height ?? image.requestedHeight,
    }),
    mime: t.exposeString("mime", { nullable: true, description: "Media type of the original." }),
    bytes: t.exposeInt("bytes", { nullable: true, description: "Size of the original." }),
    sha256: t.exposeString("sha256", { nullable: true, description: "Hash of the original." }),
    thumbhash: t.exposeString("thumbhash", {
      nullable: true,
      description: "A ThumbHash in base64, to paint while the file loads.",
    }),
    dominantColour: t.exposeString("dominantColour", { nullable: true, description: "`#rrggbb`." }),
    provenance: t.exposeString("provenance", {
      nullable: true,
      description: "IPTC digital source type: how the picture came about.",
    }),
    url: t.string({
      nullable: true,
      description:
        "Signed address of the file; needs no sign-in, works for a day or two. Null until the picture is there; for the original also when its file is lost.",
      args: {
        variant: t.arg({
          type: ImageVariantEnum,
          required: true,
          defaultValue: "original",
          description: "Which size.",
        }),
      },
      select: { id: true, sha256: true, status: true, failureClass: true },
      resolve: (image, { variant }, { services }) =>
        image.sha256 === null || (variant === "original" && isLost(image))
          ? null
          : mediaUrl(services, image.id, variant),
    }),
    downloadUrl: t.string({
      nullable: true,
      description:
        "Signed address that saves the original under a name made from its title or prompt; works for a day or two. Null until the picture is there, and when its file is lost.",
      select: { id: true, sha256: true, status: true, failureClass: true },
      resolve: (image, _args, { services }) =>
        image.sha256 === null || isLost(image) ? null : mediaUrl(services, image.id, "download"),
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was asked for." }),
    generatedAt: t.expose("generatedAt", { type: "DateTime", nullable: true, description: "When it was there." }),
    workspace: t.relation("workspace", { description: "Whose it is." }),
  }),
});
