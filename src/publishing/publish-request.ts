import { buffer } from "node:stream/consumers";
import type { Prisma } from "../generated/prisma/client.ts";
import { derivativeFileKey } from "../images/derivatives/derivative-file.ts";
import { mediaUrl } from "../images/media-url.ts";
import type { Clock } from "../infra/clock.ts";
import type { CrashPoint } from "../infra/crash-point.ts";
import type { Transact } from "../infra/db.ts";
import type { KeyRing } from "../infra/key-ring.ts";
import { type ObjectStorage, objectKey } from "../infra/storage.ts";
import type { PublishImage, PublishRequest } from "../platforms/publication.ts";
import { effectiveCaption, effectiveImages, effectiveOptions, targetContent } from "../posts/post-content.ts";
import type { SentPicture } from "../posts/render-target.ts";
import { sentFocus } from "../posts/sent-focus.ts";
import { openSession } from "../social-accounts/sealed-credentials.ts";
import { remoteRefs } from "./remote-refs.ts";

/** What publishing reads of a target. */
export const targetToPublish = {
  ...targetContent,
  attempts: { orderBy: { number: "desc" }, take: 1 },
} as const satisfies Prisma.PostTargetInclude;

/** A target as publishing reads it; its newest attempt comes along. */
export type TargetToPublish = Prisma.PostTargetGetPayload<{ include: typeof targetToPublish }>;

/** What a request to a platform is made of. */
export interface RequestServices {
  readonly storage: ObjectStorage;
  readonly secretKeys: KeyRing;
  readonly mediaKeys: KeyRing;
  readonly clock: Clock;
  readonly transact: Transact;
  readonly crashPoint: CrashPoint;
  readonly config: { readonly PUBLIC_URL: string };
}

/** The pictures of a target as they are stored: enough to look for a post, which sends none. */
export const originals = (target: TargetToPublish): readonly SentPicture[] =>
  effectiveImages(target).map((picture) => ({ picture, derivative: null, focus: sentFocus(picture, null) }));

/** What the platform is asked to publish. The key is the target's, so every attempt repeats it. */
export function publishRequest(
  services: RequestServices,
  target: TargetToPublish,
  { sentAt, pictures }: { readonly sentAt: Date | null; readonly pictures: readonly SentPicture[] },
): PublishRequest {
  return {
    key: target.idempotencyKey,
    preparedAt: target.preparedAt ?? services.clock.now(),
    sentAt,
    session: openSession(services.secretKeys, target.socialAccount),
    caption: effectiveCaption(target),
    images: pictures.map((picture) => publishImage(services, picture)),
    options: effectiveOptions(target),
    madeWithAi: target.post.images.some(({ image }) => image.provenance === "trainedAlgorithmicMedia"),
    refs: remoteRefs(services, target),
  };
}

/** A picture as it is sent: the original, or what was made of it for the platform. */
function publishImage(services: RequestServices, { picture, derivative, focus }: SentPicture): PublishImage {
  const { imageId, bytes: _bytes, ...facts } = picture;
  const original = { ...facts, focus };
  if (derivative === null) {
    const key = objectKey(picture.sha256, "original", picture.extension);
    return { ...original, read: () => readWhole(services.storage, key), url: mediaUrl(services, imageId, "original") };
  }
  const { hash: sha256, extension, mime, width, height } = derivative;
  return {
    ...{ ...original, sha256, extension, mime, width, height },
    read: () => readWhole(services.storage, derivativeFileKey({ hash: sha256, extension })),
    url: mediaUrl(services, derivative.id, "derivative"),
  };
}

async function readWhole(storage: ObjectStorage, key: string): Promise<Buffer> {
  const object = await storage.open(key);
  if (object === null) throw new Error(`The file ${key} is missing. \`storage-check\` says what can be done.`);
  return buffer(object.stream);
}
